import { networkText } from './peer-rows';
import type { Peer } from './types';

/** Open connections by type and network. */
export interface PeerMix {
  networks: string[];
  types: { type: string; total: number; byNetwork: number[] }[];
  totals: number[];
  total: number;
}

const UNKNOWN = 'unknown';
const NETWORKS = ['ipv4', 'ipv6', 'onion', 'i2p', 'cjdns', 'not routable'];
const TYPES = ['inbound', 'outbound-full-relay', 'block-relay-only', 'manual', 'feeler', 'addr-fetch', 'private-broadcast'];

/** Types and networks that somebody uses, in Core's order. */
export function peerMix(peers: readonly Peer[]): PeerMix {
  const open = peers.filter(({ closed_unix_seconds: closed }) => closed === undefined);
  const networks = present(open.map(networkOf), NETWORKS);
  const types = present(open.map(typeOf), TYPES).map((type) => {
    const those = open.filter((peer) => typeOf(peer) === type);
    return { type, total: those.length, byNetwork: networks.map((network) => those.filter((peer) => networkOf(peer) === network).length) };
  });
  const totals = networks.map((_, place) => types.reduce((sum, { byNetwork }) => sum + byNetwork[place]!, 0));
  return { networks, types, totals, total: open.length };
}

function networkOf(peer: Peer): string {
  return networkText(peer.network) ?? UNKNOWN;
}

function typeOf(peer: Peer): string {
  return peer.connection_type ?? UNKNOWN;
}

function present(values: readonly string[], order: readonly string[]): string[] {
  const place = (value: string) => (order.indexOf(value) + order.length + 1) % (order.length + 1);
  return [...new Set(values)].sort((a, b) => place(a) - place(b) || a.localeCompare(b));
}
