import { flowAt, meanFlow, type Sample } from './history';
import { commandKey } from './rates';
import type { Direction, NodeTotals } from './types';

export type Directions = 'both' | Direction;

/** One line of the table of commands. */
export interface CommandRow {
  key: string;
  command: string;
  direction: Direction;
  /** Messages and bytes per second, between the last two snapshots. */
  messageRate: number | undefined;
  byteRate: number | undefined;
  /** Messages per second over the last minute. */
  minuteRate: number | undefined;
  messages: number;
  bytes: number;
}

/** The commands of all `totals` together, in no particular order. */
export function commandRows(
  totals: readonly NodeTotals[],
  history: readonly Sample[],
  node: string,
  directions: Directions,
): CommandRow[] {
  const rows = new Map<string, CommandRow>();
  const last = history.at(-1);
  for (const { commands } of totals) {
    for (const { command, direction, messages, bytes } of commands) {
      if (directions !== 'both' && direction !== directions) continue;
      const key = commandKey(command, direction);
      const row = rows.get(key);
      if (row) {
        row.messages += messages;
        row.bytes += bytes;
        continue;
      }
      const now = last && flowAt(last, node, key);
      const minuteRate = meanFlow(history, node, key, 60)?.messages;
      rows.set(key, {
        key, command, direction, messages, bytes, minuteRate,
        messageRate: now?.messages, byteRate: now?.bytes,
      });
    }
  }
  return [...rows.values()];
}
