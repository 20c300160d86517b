import type { Flow } from './rates';
import type { CommandTotal } from './types';

/** Messages from a peer and to it, under each command. */
export interface MessageMix {
  rows: { command: string; received: Flow | undefined; sent: Flow | undefined }[];
  /** The largest number of messages of one command in one direction. */
  most: number;
}

/** The most frequent first. */
export function messageMix(commands: readonly CommandTotal[]): MessageMix {
  const names = [...new Set(commands.map(({ command }) => command))];
  const rows = names.map((name) => {
    const of = (wanted: string) => commands.find(({ command, direction }) => command === name && direction === wanted);
    return { command: name, received: of('inbound'), sent: of('outbound') };
  });
  const all = ({ received, sent }: MessageMix['rows'][number]) => (received?.messages ?? 0) + (sent?.messages ?? 0);
  rows.sort((a, b) => all(b) - all(a) || a.command.localeCompare(b.command));
  return { rows, most: commands.reduce((most, { messages }) => Math.max(most, messages), 0) };
}
