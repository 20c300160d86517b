import { ABSENT, bytes, duration, milliseconds, rate } from './format';
import { peerKey, type Rates } from './rates';
import type { SortValue } from './sort';
import { forDisplay } from './text';
import type { Peer } from './types';

export interface PeerRow {
  key: string;
  peer: Peer;
  receivedRate: number | undefined;
  sentRate: number | undefined;
}

export type PeerColumnId =
  | 'peer_id' | 'misbehaving' | 'node' | 'address' | 'direction' | 'type' | 'user_agent' | 'age' | 'ping'
  | 'received' | 'sent' | 'bytes_received' | 'bytes_sent' | 'last' | 'last_ago' | 'network' | 'version' | 'transport';

export interface PeerColumn {
  id: PeerColumnId;
  label: string;
  /** What the label leaves out. */
  hint: string;
  /** In CSS pixels; columns share out what is left over. */
  width: number;
  numeric?: boolean;
  /** Typed by machines rather than people: addresses, user agents. */
  code?: boolean;
  sort(row: PeerRow): SortValue;
  /** What the cell shows. `now` is bus time in seconds. */
  text(row: PeerRow, now: number): string;
}

/** Longer than any honest value in these columns; the cell's title has the rest. */
const MAX_CELL = 120;

/** Orders the text columns as the text reads; numbers, ages and times by their value. */
export const PEER_COLUMNS: readonly PeerColumn[] = [
  number('peer_id', 'Peer', 'id that the node gave the peer', 66, ({ peer }) => peer.peer_id, String),
  {
    ...number('misbehaving', '⚠', 'how often the node called the peer misbehaving', 44, ({ peer }) => peer.misbehaving, (n) => `⚠ ${n}`),
    text: ({ peer }) => (peer.misbehaving ? `⚠ ${peer.misbehaving}` : ''),
  },
  text('node', 'Node', 'the node of ours', 90, ({ peer }) => peer.node),
  { ...text('address', 'Address', 'as the node tells it', 196, ({ peer }) => peer.address), code: true },
  text('direction', 'Dir', 'who opened the connection: in = the peer, out = the node', 44, ({ peer }) =>
    peer.direction && (peer.direction === 'inbound' ? 'in' : 'out'),
  ),
  text('type', 'Type', 'connection type', 148, ({ peer }) => peer.connection_type),
  { ...text('user_agent', 'User agent', 'what the peer calls itself', 200, ({ peer }) => peer.user_agent), code: true },
  {
    ...number('age', 'Age', 'since the connection was opened', 84, ({ peer }) => peer.opened_unix_seconds, String),
    sort: ({ peer }) => peer.opened_unix_seconds === undefined ? undefined : -peer.opened_unix_seconds,
    text: ({ peer }, now) => ageText(peer, now),
  },
  number('ping', 'Ping', 'last ping time', 66, ({ peer }) => peer.ping_time_seconds, milliseconds),
  number('received', 'Msg/s in', 'messages per second from the peer', 72, (row) => row.receivedRate, rate),
  number('sent', 'Msg/s out', 'messages per second to the peer', 78, (row) => row.sentRate, rate),
  number('bytes_received', 'Bytes in', 'payload bytes from the peer since we watch', 76, ({ peer }) => peer.bytes_received, bytes),
  number('bytes_sent', 'Bytes out', 'payload bytes to the peer since we watch', 78, ({ peer }) => peer.bytes_sent, bytes),
  text('last', 'Last msg', 'command of the last message, in either direction', 92, ({ peer }) => peer.last_message_command),
  {
    ...number('last_ago', 'Ago', 'since the last message', 76, ({ peer }) => lastMessage(peer), String),
    sort: ({ peer }) => { const last = lastMessage(peer); return last === undefined ? undefined : -last; },
    text: ({ peer }, now) => since(lastMessage(peer), now),
  },
  text('network', 'Network', 'network of the address', 96, ({ peer }) => networkText(peer.network)),
  number('version', 'Version', 'protocol version', 70, ({ peer }) => peer.version, String),
  text('transport', 'Transp.', 'transport protocol: v1, or v2 (BIP324)', 66, ({ peer }) => peer.transport),
];

function number(
  id: PeerColumnId, label: string, hint: string, width: number,
  value: (row: PeerRow) => number | undefined, format: (value: number) => string,
): PeerColumn {
  return {
    id, label, hint, width, numeric: true, sort: value,
    text(row) {
      const known = value(row);
      return known === undefined ? ABSENT : format(known);
    },
  };
}

function text(
  id: PeerColumnId, label: string, hint: string, width: number, value: (row: PeerRow) => string | undefined,
): PeerColumn {
  return { id, label, hint, width, sort: (row) => value(row) || undefined, text: (row) => value(row) || ABSENT };
}

/** The escaped text of a cell, and its title where the cell may not show it all. */
export function cellText(column: PeerColumn, row: PeerRow, now: number): { shown: string; title?: string } {
  const text = column.text(row, now);
  return column.numeric ? { shown: text } : forDisplay(text, MAX_CELL);
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
      peer.misbehaving ? 'misbehaving' : '', peer.closed_unix_seconds === undefined ? '' : 'closed',
    ].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function ageText(peer: Peer, now: number): string {
  if (peer.closed_unix_seconds !== undefined) return 'closed';
  return since(peer.opened_unix_seconds, now);
}

function since(time: number | undefined, now: number): string {
  return duration(time === undefined ? undefined : now - time);
}

function lastMessage(peer: Peer): number | undefined {
  return peer.last_message_ns === undefined ? undefined : Number(peer.last_message_ns) / 1e9;
}

/** Core's word, without what makes it too long for a column. */
function networkText(network: string | undefined): string | undefined {
  return network === 'not_publicly_routable' ? 'not routable' : network;
}

