import { peerKey, type Rates } from './rates';
import { serviceNames } from './services';
import type { Peer } from './types';

export interface PeerRow {
  key: string;
  peer: Peer;
  /** Messages per second. */
  receivedRate: number | undefined;
  sentRate: number | undefined;
}

export function peerRows(peers: readonly Peer[], rates: Rates | undefined): PeerRow[] {
  const seen = new Set<string>();
  return peers.map((peer) => {
    const name = peerKey(peer);
    const flow = rates?.peers.get(name);
    // While a node's run is not known, a peer of its last life may stand beside one of this life.
    const key = seen.has(name) ? `${name} ${seen.size}` : name;
    seen.add(key);
    return { key, peer, receivedRate: flow?.received, sentRate: flow?.sent };
  });
}

/** The rows in which each word of the filter stands somewhere. */
export function filteredRows(rows: readonly PeerRow[], filter: string): readonly PeerRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter(({ peer }) => {
    const text = [
      peer.peer_id, peer.node, peer.address, networkText(peer.network), peer.connection_type, peer.direction,
      peer.user_agent, peer.version, peer.transport, peer.last_message_command,
      peer.mapped_as === undefined ? '' : `AS${peer.mapped_as}`, ...(peer.services === undefined ? [] : serviceNames(peer.services)),
      peer.misbehaving ? 'misbehaving' : '', peer.closed_unix_seconds === undefined ? '' : 'closed',
    ].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Core's word, without what makes it too long for a column. */
export function networkText(network: string | undefined): string | undefined {
  return network === 'not_publicly_routable' ? 'not routable' : network;
}

/** When the last message came or went, seconds since the epoch. */
export function lastMessage(peer: Peer): number | undefined {
  return peer.last_message_ns === undefined ? undefined : Number(peer.last_message_ns) / 1e9;
}
