import type { Directions } from './commands';
import type { Sample } from './history';
import type { Flow } from './rates';

/** Stands for every command that is not drawn by itself. No command has a space in it. */
export const OTHERS = 'all others';

export interface Series {
  command: string;
  /** Per second; null where nothing is known. */
  messages: (number | null)[];
  bytes: (number | null)[];
}

export interface ChartData {
  /** Bus time, seconds since the epoch. */
  times: number[];
  /** The `top` commands that stand out most, the largest first, then the others. */
  series: Series[];
}

/** What the charts draw: messages and bytes per second by command, over the whole history. */
export function chartData(history: readonly Sample[], node: string, directions: Directions, top: number): ChartData {
  const samples = history.map((sample) => byCommand(sample, node, directions));
  const ranking = ranked(samples);
  const alone = ranking.slice(0, top);
  const series = alone.map((command) => seriesOf(command, samples, (flows) => flows.get(command)));
  if (ranking.length > top) {
    const rest = ranking.slice(top);
    series.push(
      seriesOf(OTHERS, samples, (flows) => rest.reduce((sum, command) => added(sum, flows.get(command)), ZERO)),
    );
  }
  return { times: history.map(({ time }) => time), series };
}

type Flows = Map<string, Flow>;
const ZERO: Flow = { messages: 0, bytes: 0 };

function added(a: Flow, b: Flow | undefined): Flow {
  return b ? { messages: a.messages + b.messages, bytes: a.bytes + b.bytes } : a;
}

function byCommand(sample: Sample, node: string, directions: Directions): Flows | undefined {
  if (!sample.nodes) return undefined;
  const flows: Flows = new Map();
  for (const [name, commands] of sample.nodes) {
    if (node !== '' && name !== node) continue;
    for (const [key, flow] of commands) {
      const space = key.indexOf(' ');
      if (directions !== 'both' && key.slice(0, space) !== directions) continue;
      const command = key.slice(space + 1);
      flows.set(command, added(flow, flows.get(command)));
    }
  }
  return flows;
}

/**
 * Commands by how much of either chart they fill: `ping` is many messages and few bytes,
 * `block` is the other way round, and both belong among the first.
 */
function ranked(samples: readonly (Flows | undefined)[]): string[] {
  const sums: Flows = new Map();
  let all = ZERO;
  for (const flows of samples) {
    for (const [command, flow] of flows ?? []) {
      sums.set(command, added(flow, sums.get(command)));
      all = added(all, flow);
    }
  }
  const share = ({ messages, bytes }: Flow) =>
    Math.max(messages / (all.messages || 1), bytes / (all.bytes || 1));
  return [...sums]
    .filter(([, sum]) => sum.messages > 0)
    .sort(([a, x], [b, y]) => share(y) - share(x) || (a < b ? -1 : 1))
    .map(([command]) => command);
}

function seriesOf(
  command: string,
  samples: readonly (Flows | undefined)[],
  pick: (flows: Flows) => Flow | undefined,
): Series {
  const flows = samples.map((sample) => (sample ? (pick(sample) ?? ZERO) : null));
  return {
    command,
    messages: flows.map((flow) => flow && flow.messages),
    bytes: flows.map((flow) => flow && flow.bytes),
  };
}
