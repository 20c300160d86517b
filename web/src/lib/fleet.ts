import { ABSENT, count, duration, milliseconds } from './format';
import { secondsFromNs } from './time';

/** The reply of `/api/v1/fleet`, as docs/api.md describes it. Fields that are not known are absent. */
export interface FleetReply {
  bus_time_ns: string;
  /** One transaction in so many is followed. */
  sampled_one_in: number;
  ignored_events: number;
  nodes: FleetNode[];
  blocks: Trail[];
  transactions: Trail[];
}

export interface FleetNode {
  node: string;
  labels?: Record<string, string>;
  chain?: string;
  present_since_ns?: string;
  tip?: { height: number; block_hash: string; since: Moment };
  standing: Standing;
  reorganizations: number;
  disconnected_blocks: number;
  latest_reorganization?: { time_ns: string; depth: number; old_height: number; old_hash: string };
  branches: { height: number; block_hash: string; blocks: number; status: string }[];
  clocks: { extractor: string; ahead_ns: number; spread_ns: number }[];
}

export interface Standing {
  relation: 'unknown' | 'best' | 'behind' | 'fork' | (string & {});
  /** Of a fork: the last block that both branches have. */
  common_height?: number;
  blocks_behind: number;
  behind_ns: number;
  has_fallen_behind: boolean;
  fork_since_ns?: string;
}

/** The way of a block or a transaction through the nodes. */
export interface Trail {
  hash: string;
  height?: number;
  txid?: string;
  first?: Moment;
  nodes: Sighting[];
}

export interface Sighting {
  node: string;
  seen?: Delay;
  accepted?: Delay;
  announced?: Moment & { message: string; run?: number; peer_id?: number; address?: string };
  received?: Moment;
  relayed?: Moment;
  disconnected: boolean;
}

interface Moment {
  time_ns: string;
  uncertainty_ns: number;
}

/** After the first node. */
interface Delay {
  after_ns: number;
  uncertainty_ns: number;
}

/** @throws Error when the reply is not what this page can show */
export function fleetReply(value: unknown): FleetReply {
  const reply = (value ?? {}) as Partial<FleetReply>;
  const { bus_time_ns, nodes, blocks, transactions } = reply;
  if (typeof bus_time_ns !== 'string' || !Array.isArray(nodes) || !Array.isArray(blocks) || !Array.isArray(transactions)) {
    throw new Error('the reply has an unknown form');
  }
  return reply as FleetReply;
}

/** How a node stands to the others, in words, and whether that is bad. */
export function standingOf({ standing, present_since_ns: present, tip }: FleetNode, time: number): { text: string; bad: boolean } {
  const { relation, blocks_behind: behind, has_fallen_behind: bad } = standing;
  const blocks = `${count(behind)} ${behind === 1 ? 'block' : 'blocks'} behind`;
  const lacks = behind > 0 ? `, ${blocks} for ${duration(standing.behind_ns / 1e9)}` : '';
  if (present === undefined) return { text: 'not there', bad: tip !== undefined };
  switch (relation) {
    case 'best': return { text: 'best tip', bad: false };
    case 'behind': return { text: lacks.slice(2) || 'behind', bad };
    case 'fork': {
      const parting = standing.common_height === undefined ? '' : ` after height ${count(standing.common_height)}`;
      const since = standing.fork_since_ns === undefined ? '' : ` for ${duration(time - secondsFromNs(standing.fork_since_ns))}`;
      return { text: `on a branch of its own${parting}${since}${lacks}`, bad: true };
    }
    default: return { text: 'nothing to compare with', bad: false };
  }
}

/** The clock of a node's extractors that is furthest off: `+3.00 s ± 0.1 ms`; all of them in the title. */
export function clockOf({ clocks }: FleetNode): { text: string; title: string } {
  const furthest = clocks.reduce<FleetNode['clocks'][number] | undefined>(
    (most, clock) => (most && Math.abs(most.ahead_ns) >= Math.abs(clock.ahead_ns) ? most : clock), undefined);
  const text = (clock: FleetNode['clocks'][number]) => `${signed(clock.ahead_ns)} ± ${milliseconds(clock.spread_ns / 1e9)}`;
  if (!furthest) return { text: ABSENT, title: '' };
  return { text: text(furthest), title: clocks.map((clock) => `${clock.extractor}: ${text(clock)}`).join('\n') };
}

/** One node's part in a trail, in words. */
export interface SightingCell {
  /** `first`, `+0.2 ms`; empty where the node has not met it. */
  seen: string;
  /** As `seen`, until it was connected or in the mempool. */
  accepted: string;
  /** By which message a peer announced it. */
  message: string;
  peer: { peer_id: number; run?: number } | undefined;
  address: string;
  uncertainty: string;
  disconnected: boolean;
}

export function cellsOf(trail: Trail, nodes: readonly string[]): SightingCell[] {
  return nodes.map((name) => {
    const sighting = trail.nodes.find(({ node }) => node === name);
    const announced = sighting?.announced;
    const id = announced?.peer_id;
    return {
      seen: delayText(sighting?.seen),
      accepted: delayText(sighting?.accepted),
      message: announced?.message ?? '',
      peer: id === undefined ? undefined : { peer_id: id, ...(announced?.run !== undefined && { run: announced.run }) },
      address: announced?.address ?? '',
      uncertainty: uncertaintyText(sighting?.seen),
      disconnected: sighting?.disconnected ?? false,
    };
  });
}

function delayText(delay: Delay | undefined): string {
  if (!delay) return '';
  return delay.after_ns === 0 && delay.uncertainty_ns === 0 ? 'first' : signed(delay.after_ns);
}

/** Worth a word where it is more than a hundredth of the delay. */
function uncertaintyText(delay: Delay | undefined): string {
  if (!delay || delay.uncertainty_ns * 100 <= Math.abs(delay.after_ns)) return '';
  return `± ${milliseconds(delay.uncertainty_ns / 1e9)}`;
}

/** `+0.2 ms`, `−3.00 s` */
function signed(nanoseconds: number): string {
  return `${nanoseconds < 0 ? '−' : '+'}${milliseconds(Math.abs(nanoseconds) / 1e9)}`;
}
