import type { Flow, Rates } from './rates';

/** How far back the charts reach, in seconds of bus time. */
export const HISTORY_SECONDS = 300;

/** One snapshot each second; more would mean a bus that runs faster than real time (a replay). */
const MAX_SAMPLES = 900;

/** A longer interval between snapshots is drawn as a hole, not as a line. */
const HOLE_SECONDS = 3;

export interface Sample {
  /** Bus time, seconds since the epoch. */
  time: number;
  /** Per node, by `commandKey`; absent where the page was not told anything. */
  nodes: Map<string, Map<string, Flow>> | undefined;
}

/** The history with one more sample, and without what has become too old. */
export function appended(history: readonly Sample[], rates: Rates): Sample[] {
  const first = rates.time - HISTORY_SECONDS;
  const next = history.filter((sample) => sample.time >= first && sample.time < rates.time).slice(-MAX_SAMPLES);
  if (rates.seconds > HOLE_SECONDS) {
    next.push({ time: rates.time - rates.seconds / 2, nodes: undefined });
  }
  const nodes = new Map([...rates.nodes].map(([node, { commands }]) => [node, commands]));
  next.push({ time: rates.time, nodes });
  return next;
}

/** The flow of one command, summed over one node or all (`''`). */
export function flowAt(sample: Sample, node: string, key: string): Flow | undefined {
  if (!sample.nodes) return undefined;
  if (node !== '') return sample.nodes.get(node)?.get(key);
  let sum: Flow | undefined;
  for (const commands of sample.nodes.values()) {
    const flow = commands.get(key);
    if (flow) sum = { messages: (sum?.messages ?? 0) + flow.messages, bytes: (sum?.bytes ?? 0) + flow.bytes };
  }
  return sum;
}

/** Mean of a command's flow over the last `seconds`; a command that has not been seen yet counts as nothing. */
export function meanFlow(history: readonly Sample[], node: string, key: string, seconds: number): Flow | undefined {
  const last = history.at(-1);
  if (!last) return undefined;
  const mean: Flow = { messages: 0, bytes: 0 };
  let samples = 0;
  for (const sample of history) {
    if (!sample.nodes || sample.time <= last.time - seconds) continue;
    const flow = flowAt(sample, node, key);
    mean.messages += flow?.messages ?? 0;
    mean.bytes += flow?.bytes ?? 0;
    samples += 1;
  }
  return samples === 0 ? undefined : { messages: mean.messages / samples, bytes: mean.bytes / samples };
}
