import { ABSENT, bytes, count, duration, feerate, milliseconds, rate } from './format';
import { lastMessage, networkText, type PeerRow } from './peer-rows';
import { serviceLetters } from './services';
import type { SortValue } from './sort';
import { forDisplay } from './text';
import type { Peer } from './types';

export interface PeerColumn {
  id: string;
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

/** Columns that are always there: who it is, and where to find more. */
export const FIXED_COLUMNS: readonly string[] = ['peer_id', 'misbehaving', 'node'];

/** Orders the text columns as the text reads; numbers, ages and times by their value. */
export const PEER_COLUMNS: readonly PeerColumn[] = [
  number('peer_id', 'Peer', 'id that the node gave the peer', 66, ({ peer }) => peer.peer_id, String),
  {
    ...number('misbehaving', '⚠', 'how often the node called the peer misbehaving', 44, ({ peer }) => peer.misbehaving, String),
    text: ({ peer }) => (peer.misbehaving ? `⚠ ${peer.misbehaving}` : ''),
  },
  text('node', 'Node', 'the node of ours', 90, ({ peer }) => peer.node),
  { ...text('address', 'Address', 'as the node tells it', 196, ({ peer }) => peer.address), code: true },
  text('direction', 'Dir', 'who opened the connection: in = the peer, out = the node', 44, ({ peer }) =>
    peer.direction && (peer.direction === 'inbound' ? 'in' : 'out'),
  ),
  text('type', 'Type', 'connection type', 148, ({ peer }) => peer.connection_type),
  text('network', 'Network', 'network of the address', 96, ({ peer }) => networkText(peer.network)),
  { ...text('user_agent', 'User agent', 'what the peer calls itself', 200, ({ peer }) => peer.user_agent), code: true },
  number('version', 'Version', 'protocol version', 70, ({ peer }) => peer.version, String),
  { ...text('services', 'Services', 'n network, b bloom filters, w witness, c compact filters, l the last 288 blocks, 2 transport v2, u unknown', 74, ({ peer }) => peer.services && serviceLetters(peer.services)), code: true },
  text('transport', 'Transp.', 'transport protocol: v1, or v2 (BIP324)', 66, ({ peer }) => peer.transport),
  ago('age', 'Age', 'since the connection was opened', ({ peer }) => peer.opened_unix_seconds, ({ peer }) => peer.closed_unix_seconds === undefined ? undefined : 'closed'),
  number('min_ping', 'Min ping', 'shortest ping time', 72, ({ peer }) => peer.minimum_ping_seconds, milliseconds),
  number('ping', 'Ping', 'last ping time', 66, ({ peer }) => peer.ping_time_seconds, milliseconds),
  number('ping_wait', 'Waits', 'for how long the node has been waiting for an answer to its last ping', 66, ({ peer }) => peer.ping_wait_seconds, milliseconds),
  number('received', 'Msg/s in', 'messages per second from the peer', 72, (row) => row.receivedRate, rate),
  number('sent', 'Msg/s out', 'messages per second to the peer', 78, (row) => row.sentRate, rate),
  number('bytes_received', 'Bytes in', 'payload bytes from the peer since we watch', 76, ({ peer }) => peer.bytes_received, bytes),
  number('bytes_sent', 'Bytes out', 'payload bytes to the peer since we watch', 78, ({ peer }) => peer.bytes_sent, bytes),
  number('node_received', 'Wire in', 'bytes from the peer since it connected, framing included, as the node counts', 76, ({ peer }) => peer.node_received_bytes, bytes),
  number('node_sent', 'Wire out', 'bytes to the peer since it connected, framing included, as the node counts', 76, ({ peer }) => peer.node_sent_bytes, bytes),
  text('last', 'Last msg', 'command of the last message, in either direction', 92, ({ peer }) => peer.last_message_command),
  ago('last_ago', 'Ago', 'since the last message', ({ peer }) => lastMessage(peer)),
  ago('send', 'Send', 'since the node last sent something to the peer', ({ peer }) => peer.last_send_unix_seconds),
  ago('recv', 'Recv', 'since the node last received something from the peer', ({ peer }) => peer.last_receive_unix_seconds),
  ago('txn', 'Txn', 'since the peer last sent a transaction that was new and valid; * no transactions are relayed to it', ({ peer }) => peer.last_transaction_unix_seconds, ({ peer }) => peer.relay_transactions === false ? '*' : undefined),
  ago('blk', 'Block', 'since the peer last sent a block that was new and valid', ({ peer }) => peer.last_block_unix_seconds),
  text('hb', 'HB', 'high-bandwidth compact blocks (BIP152): to = we chose the peer, from = it chose us', 62, ({ peer }) => highBandwidth(peer)),
  { ...number('addrp', 'Addr', 'addresses that the node took from the peer; · none are relayed to it', 66, ({ peer }) => peer.addresses_processed, count),
    text: ({ peer }) => peer.address_relay_enabled === false ? '·' : count(peer.addresses_processed) },
  number('addrl', 'Addr lim.', 'addresses that the node dropped because the peer sent too many', 72, ({ peer }) => peer.addresses_rate_limited, count),
  yesNo('relay', 'Relay tx', 'are transactions relayed to the peer?', ({ peer }) => peer.relay_transactions),
  number('inv_to_send', 'To send', 'transactions that wait to be announced to the peer', 68, ({ peer }) => peer.inv_to_send, count),
  number('fee_filter', 'Fee filter', 'the peer wants no transactions that pay less', 104, ({ peer }) => peer.minimum_feerate_btc_per_kvb, feerate),
  number('headers', 'Headers', 'last header that node and peer have in common', 80, ({ peer }) => known(peer.synced_headers), count),
  number('blocks', 'Blocks', 'last block that node and peer have in common', 80, ({ peer }) => known(peer.synced_blocks), count),
  number('inflight', 'In flight', 'blocks that the node has asked the peer for', 72, ({ peer }) => peer.inflight_blocks, count),
  number('time_offset', 'Clock', 'how far the peer\'s clock is ahead', 66, ({ peer }) => peer.time_offset_seconds, (seconds) => `${seconds} s`),
  number('asmap', 'AS', 'autonomous system of the address, with -asmap', 82, ({ peer }) => peer.mapped_as, (as) => `AS${as}`),
];

function number(
  id: string, label: string, hint: string, width: number,
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
  id: string, label: string, hint: string, width: number, value: (row: PeerRow) => string | undefined,
): PeerColumn {
  return { id, label, hint, width, sort: (row) => value(row) || undefined, text: (row) => value(row) || ABSENT };
}

/** How long ago a moment was; `instead` is shown in its place where there is something. */
function ago(
  id: string, label: string, hint: string,
  moment: (row: PeerRow) => number | undefined, instead: (row: PeerRow) => string | undefined = () => undefined,
): PeerColumn {
  return {
    id, label, hint, width: 84, numeric: true,
    sort(row) {
      const at = moment(row);
      return at === undefined ? undefined : -at;
    },
    text(row, now) {
      const at = moment(row);
      return instead(row) ?? duration(at === undefined ? undefined : now - at);
    },
  };
}

function yesNo(id: string, label: string, hint: string, value: (row: PeerRow) => boolean | undefined): PeerColumn {
  return text(id, label, hint, 70, (row) => ({ true: 'yes', false: 'no', undefined: undefined })[`${value(row)}`]);
}

function highBandwidth({ high_bandwidth_to: to, high_bandwidth_from: from }: Peer): string | undefined {
  return [to && 'to', from && 'from'].filter(Boolean).join('+') || undefined;
}

/** Core writes -1 for what it does not know. */
function known(height: number | undefined): number | undefined {
  return height !== undefined && height >= 0 ? height : undefined;
}

/** The escaped text of a cell, and its title where the cell may not show it all. */
export function cellText(column: PeerColumn, row: PeerRow, now: number): { shown: string; title?: string } {
  const text = column.text(row, now);
  return column.numeric ? { shown: text } : forDisplay(text, MAX_CELL);
}
