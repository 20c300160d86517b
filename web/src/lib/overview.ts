import { ABSENT, count } from './format';
import type { Flow, Rates } from './rates';
import type { ComponentStatus, Direction, NodeStatus, NodeTotals, Peer } from './types';

/** Messages and bytes per second in one direction, over the given nodes; nothing before there are rates. */
export function flowOf(rates: Rates | undefined, nodes: readonly NodeTotals[], direction: Direction): Flow | undefined {
  if (!rates) return undefined;
  const sum: Flow = { messages: 0, bytes: 0 };
  for (const { node } of nodes) {
    for (const [key, flow] of rates.nodes.get(node)?.commands ?? []) {
      if (!key.startsWith(`${direction} `)) continue;
      sum.messages += flow.messages;
      sum.bytes += flow.bytes;
    }
  }
  return sum;
}

/** Sums one rate over the given nodes; absent where no node has it. */
export function rateOf(
  rates: Rates | undefined,
  nodes: readonly { node: string }[],
  what: 'mempoolAdded' | 'lost' | 'logLines' | 'logBytes',
): number | undefined {
  const known = nodes.map(({ node }) => rates?.nodes.get(node)?.[what]).filter((rate) => rate !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, rate) => sum + rate, 0);
}

export function sumOf(nodes: readonly NodeTotals[], what: 'lost' | 'lost_unknown' | 'gaps' | 'mempool_added'): number {
  return nodes.reduce((sum, node) => sum + node[what], 0);
}

/** Open connections by who opened them. */
export function openPeers(peers: readonly Peer[]): { inbound: number; outbound: number; closed: number } {
  const open = { inbound: 0, outbound: 0, closed: 0 };
  for (const peer of peers) {
    if (peer.closed_unix_seconds !== undefined) open.closed += 1;
    else if (peer.direction) open[peer.direction] += 1;
  }
  return open;
}

/** The highest block of the nodes, and how far they lie apart. */
export function heightOf(nodes: readonly NodeStatus[]): { height: string; note: string } {
  const heights = nodes.map(({ height }) => height).filter((height) => height !== undefined);
  const away = nodes.filter(({ connected }) => !connected).length;
  const notes = [];
  if (away > 0) notes.push(nodes.length === 1 ? 'node not connected' : `${away} of ${nodes.length} nodes not connected`);
  if (heights.length === 0) return { height: ABSENT, note: notes.join(', ') };
  const highest = Math.max(...heights);
  const behind = highest - Math.min(...heights);
  if (behind > 0) notes.push(`a node is ${count(behind)} behind`);
  return { height: count(highest), note: notes.join(', ') };
}

const STATES = ['failed', 'waiting', 'starting', 'working', 'off'];

/** How many components are in which state, the worst first. A state that this page does not know is named too. */
export function componentStates(components: readonly ComponentStatus[]): { name: string; value: string; bad: boolean }[] {
  const states = new Map<string, number>(STATES.map((state) => [state, 0]));
  for (const { state } of components) states.set(state, (states.get(state) ?? 0) + 1);
  return [...states].filter(([, n]) => n > 0).map(([name, n]) => ({ name, value: count(n), bad: name === 'failed' }));
}

/** Nothing that somebody has to look at: it works, or the node does not offer what it would read. */
export function isQuiet(state: ComponentStatus['state']): boolean {
  return state === 'working' || state === 'off';
}

/** The worst first, then by name. */
export function byUrgency(components: readonly ComponentStatus[]): ComponentStatus[] {
  const urgency = ({ state }: ComponentStatus) => STATES.indexOf(state);
  return components.toSorted((a, b) => urgency(a) - urgency(b) || a.component.localeCompare(b.component));
}
