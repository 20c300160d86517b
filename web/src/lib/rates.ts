import { secondsBetweenNs, secondsFromNs } from './time';
import type { Direction, NodeTotals, Peer, Snapshot } from './types';

/** Messages and bytes per second. */
export interface Flow {
  messages: number;
  bytes: number;
}

export interface PeerRates {
  received: number | undefined;
  sent: number | undefined;
}

export interface NodeRates {
  /** By `commandKey`. */
  commands: Map<string, Flow>;
  mempoolAdded: number | undefined;
  lost: number | undefined;
  /** Of the node's log. */
  logLines?: number | undefined;
  logBytes?: number | undefined;
}

/** What happened per second between two successive snapshots. */
export interface Rates {
  /** Bus time of the later snapshot, seconds since the epoch. */
  time: number;
  /** Bus time between the two. */
  seconds: number;
  nodes: Map<string, NodeRates>;
  /** By `peerKey`. */
  peers: Map<string, PeerRates>;
}

export function commandKey(command: string, direction: Direction): string {
  return `${direction} ${command}`;
}

/** Bitcoin Core reuses peer ids after a restart; the run tells its lives apart. */
export function peerKey(peer: Peer): string {
  return `${peer.run ?? ''} ${peer.peer_id} ${peer.node}`;
}

/**
 * Over less bus time a rate says little: the snapshot's clock and the bus's tick are not in
 * step, so two snapshots can fall almost together.
 */
const MIN_SECONDS = 0.5;

/** Follows the snapshots of one stream. */
export class RateMeter {
  #earlier: Snapshot | undefined;
  #rates: Rates | undefined;

  /**
   * The rates up to `snapshot`. The same object as before when too little bus time has passed;
   * none after the first snapshot, and when the bus has begun anew.
   */
  next(snapshot: Snapshot): Rates | undefined {
    const earlier = this.#earlier;
    if (!earlier || snapshot.totals.bus_sequence < earlier.totals.bus_sequence) {
      this.#rates = undefined;
    } else {
      const seconds = secondsBetweenNs(earlier.totals.bus_time_ns, snapshot.totals.bus_time_ns);
      if (seconds < MIN_SECONDS) return this.#rates;
      this.#rates = ratesBetween(earlier, snapshot, seconds);
    }
    this.#earlier = snapshot;
    return this.#rates;
  }
}

function ratesBetween(earlier: Snapshot, later: Snapshot, seconds: number): Rates {
  const nodesBefore = new Map(earlier.totals.nodes.map((node) => [node.node, node]));
  const nodes = new Map<string, NodeRates>();
  for (const node of later.totals.nodes) {
    const before = nodesBefore.get(node.node);
    if (!before) continue;
    const [logBefore, log] = [logOf(earlier, node.node), logOf(later, node.node)];
    nodes.set(node.node, {
      ...nodeRates(before, node, seconds),
      logLines: perSecond(logBefore?.lines, log?.lines, seconds),
      logBytes: perSecond(logBefore?.bytes, log?.bytes, seconds),
    });
  }

  const peersBefore = new Map(earlier.peers.peers.map((peer) => [peerKey(peer), peer]));
  const peers = new Map<string, PeerRates>();
  for (const peer of later.peers.peers) {
    // The counts of a peer begin at 0 with its first event, which was after the earlier snapshot.
    const before = peersBefore.get(peerKey(peer));
    peers.set(peerKey(peer), {
      received: perSecond(before?.messages_received, peer.messages_received, seconds),
      sent: perSecond(before?.messages_sent, peer.messages_sent, seconds),
    });
  }
  return { time: secondsFromNs(later.totals.bus_time_ns), seconds, nodes, peers };
}

function logOf({ vitals }: Snapshot, name: string): { lines: number; bytes: number } | undefined {
  return vitals?.nodes.find(({ node }) => node === name)?.log;
}

function nodeRates(before: NodeTotals, node: NodeTotals, seconds: number): NodeRates {
  const totalsBefore = new Map(before.commands.map((total) => [commandKey(total.command, total.direction), total]));
  const commands = new Map<string, Flow>();
  for (const total of node.commands) {
    const key = commandKey(total.command, total.direction);
    const earlier = totalsBefore.get(key);
    const messages = perSecond(earlier?.messages, total.messages, seconds);
    const bytes = perSecond(earlier?.bytes, total.bytes, seconds);
    if (messages !== undefined && bytes !== undefined) commands.set(key, { messages, bytes });
  }
  return {
    commands,
    mempoolAdded: perSecond(before.mempool_added, node.mempool_added, seconds),
    lost: perSecond(before.lost, node.lost, seconds),
  };
}

/** A counter that went back was reset: how far it went in between, nobody knows. */
function perSecond(before: number | undefined, now: number | undefined, seconds: number): number | undefined {
  if (now === undefined) return undefined;
  const difference = now - (before ?? 0);
  return difference < 0 ? undefined : difference / seconds;
}
