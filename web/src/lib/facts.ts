import { bytes, count, duration, feerate, milliseconds, percent, vbytes } from './format';
import { networkText } from './peer-rows';
import { serviceNames } from './services';
import type { Facts, NodeStatus, Peer, PeerReply } from './types';

/** One name and its value. */
export interface Fact {
  name: string;
  value: string | undefined;
  hint?: string;
  bad?: boolean;
  /** Long, and wanted elsewhere: gets a button. */
  copy?: boolean;
  code?: boolean;
}

type Moment = (unixSeconds: number) => string;

/** What is known of the node itself. `now` is bus time. */
export function nodeFacts({ node, run, connected, height, block_hash: hash, facts = {} }: NodeStatus, now: number): Fact[] {
  const { chain, network } = facts;
  const started = facts.started_unix_seconds ?? run;
  // A block that was just connected is ahead of the last reply.
  const headers = chain?.headers_height === undefined ? undefined : Math.max(chain.headers_height, height ?? -1);
  return [
    { name: 'Node', value: node },
    { name: 'Watched', value: connected ? 'yes' : 'not connected', bad: !connected },
    { name: 'Version', value: network?.user_agent, code: true },
    { name: 'Protocol version', value: known(network?.protocol_version, String) },
    { name: 'Chain', value: chain?.chain },
    { name: 'Up for', value: known(started, (at) => duration(now - at)), hint: 'since the node started' },
    { name: 'Blocks', value: known(height, count) },
    { name: 'Headers', value: headers !== undefined && headers >= 0 ? count(headers) : undefined },
    { name: 'Initial block download', value: known(chain?.initial_block_download, yesNo), bad: chain?.initial_block_download === true },
    { name: 'Verified', value: known(chain?.verification_progress, percent), hint: 'an estimate of the node' },
    { name: 'Difficulty', value: known(chain?.difficulty, (difficulty) => difficulty.toPrecision(4)) },
    { name: 'On disk', value: known(chain?.size_on_disk_bytes, (size) => `${bytes(size)}${chain?.pruned ? ', pruned' : ''}`) },
    { name: 'Connections', value: connectionsOf(facts), hint: 'as the node counts them' },
    { name: 'Network', value: known(network?.network_active, (active) => (active ? 'active' : 'switched off')), bad: network?.network_active === false },
    { name: 'Reaches', value: network?.reachable_networks.map((name) => networkText(name)).join(', ') },
    { name: 'Clock', value: known(network?.time_offset_seconds, (seconds) => `${seconds} s`), hint: 'median of what its outbound peers are ahead' },
    { name: 'Addresses known', value: known(facts.addrman, ({ new_addresses: heard, tried_addresses: tried }) => `${count(heard)} new, ${count(tried)} tried`) },
    { name: 'Banned', value: known(facts.banned, count) },
    { name: 'Own addresses', value: network?.local_addresses.join(', ') },
    { name: 'Services', value: known(network?.services, (services) => serviceNames(services).join(', ')) },
    { name: 'Best block', value: hash, copy: true, code: true },
  ];
}

/** What is known of its mempool and its last block. */
export function mempoolFacts({ last_block: block, facts = {} }: NodeStatus, now: number): Fact[] {
  const { mempool, chain } = facts;
  const blockTime = chain?.time_unix_seconds;
  return [
    { name: 'Mempool', value: known(mempool?.transaction_count, (n) => `${count(n)} transactions`) },
    { name: 'Size', value: known(mempool?.transactions_vbytes, vbytes) },
    { name: 'Memory', value: known(mempool?.memory_bytes, (used) => `${bytes(used)} of ${bytes(mempool?.maximum_memory_bytes)}`) },
    { name: 'Minimum fee', value: known(mempool?.minimum_feerate_btc_per_kvb, feerate), hint: 'what a transaction must pay now' },
    { name: 'Fees', value: known(mempool?.total_fee_btc, (fee) => `${fee} BTC`) },
    { name: 'Not announced yet', value: known(mempool?.unbroadcast_count, count), hint: 'own transactions that no peer has asked for' },
    { name: 'Loaded', value: known(mempool?.loaded, yesNo), bad: mempool?.loaded === false },
    { name: 'Last block', value: known(block, ({ height, transaction_count: n }) => `${count(height)} with ${count(n)} transaction${n === 1 ? '' : 's'}`) },
    { name: 'Connected', value: known(block, ({ time_ns: at }) => `${duration(now - Number(at) / 1e9)} ago`) },
    { name: 'Took', value: known(block?.duration_ns, (ns) => milliseconds(ns / 1e9)), hint: 'connecting it' },
    { name: 'Its own time', value: known(blockTime, (at) => `${duration(now - at)} ago`), hint: 'the time in the best block\'s header' },
  ];
}

/** What is known of a peer. */
export function peerFacts({ peer, details }: PeerReply, now: number, moment: Moment): Fact[] {
  return [
    { name: 'Address', value: peer.address, code: true, copy: true },
    { name: 'User agent', value: peer.user_agent, code: true },
    { name: 'Protocol version', value: known(peer.version, String) },
    { name: 'Connection', value: peer.connection_type },
    { name: 'Opened by', value: known(peer.direction, (direction) => (direction === 'inbound' ? 'the peer' : 'the node')) },
    { name: 'Network', value: networkText(peer.network) },
    { name: 'AS', value: known(peer.mapped_as, (as) => `AS${as}`) },
    { name: 'Transport', value: peer.transport },
    { name: 'Opened', value: known(peer.opened_unix_seconds, moment) },
    { name: 'Age', value: known(peer.opened_unix_seconds, (at) => duration((peer.closed_unix_seconds ?? now) - at)) },
    { name: 'Closed', value: known(peer.closed_unix_seconds, moment), bad: true },
    { name: 'Misbehaved', value: peer.misbehaving ? `${count(peer.misbehaving)} ×` : undefined, bad: true },
    ...reportedFacts(peer, now),
    { name: 'Services', value: known(peer.services, (services) => serviceNames(services).join(', ') || 'none') },
    { name: 'Permissions', value: details.permissions.join(', ') },
    { name: 'Blocks in flight', value: details.inflight_heights.map((height) => count(height)).join(', ') },
    { name: 'Our side', value: details.address_bind, code: true, hint: 'address of the node\'s socket' },
    { name: 'We look like', value: details.address_local, code: true, hint: 'the node\'s address as the peer tells it' },
    { name: 'Session', value: details.session_id, code: true, copy: true },
  ];
}

function reportedFacts(peer: Peer, now: number): Fact[] {
  const ago = (at: number | undefined) => known(at, (at) => `${duration(now - at)} ago`);
  return [
    { name: 'Ping', value: known(peer.ping_time_seconds, milliseconds) },
    { name: 'Shortest ping', value: known(peer.minimum_ping_seconds, milliseconds) },
    { name: 'Waits for pong', value: known(peer.ping_wait_seconds, milliseconds) },
    { name: 'Last sent', value: ago(peer.last_send_unix_seconds), hint: 'by the node to the peer' },
    { name: 'Last received', value: ago(peer.last_receive_unix_seconds) },
    { name: 'Last transaction', value: ago(peer.last_transaction_unix_seconds), hint: 'that was new and valid' },
    { name: 'Last block', value: ago(peer.last_block_unix_seconds), hint: 'that was new and valid' },
    { name: 'Received', value: known(peer.node_received_bytes, bytes), hint: 'framing included, as the node counts' },
    { name: 'Sent', value: known(peer.node_sent_bytes, bytes), hint: 'framing included, as the node counts' },
    { name: 'Relays transactions', value: known(peer.relay_transactions, yesNo) },
    { name: 'To be announced', value: known(peer.inv_to_send, count), hint: 'transactions that wait to be announced to the peer' },
    { name: 'Fee filter', value: known(peer.minimum_feerate_btc_per_kvb, feerate), hint: 'the peer wants no transactions that pay less' },
    { name: 'Relays addresses', value: known(peer.address_relay_enabled, yesNo) },
    { name: 'Addresses', value: known(peer.addresses_processed, (n) => `${count(n)} taken, ${count(peer.addresses_rate_limited)} over the limit`) },
    { name: 'High bandwidth to', value: known(peer.high_bandwidth_to, yesNo), hint: 'we chose the peer to announce blocks at once (BIP152)' },
    { name: 'High bandwidth from', value: known(peer.high_bandwidth_from, yesNo), hint: 'the peer chose us' },
    { name: 'Common headers', value: heightText(peer.synced_headers) },
    { name: 'Common blocks', value: heightText(peer.synced_blocks) },
    { name: 'Height at start', value: heightText(peer.starting_height), hint: 'as the peer said it' },
    { name: 'Clock', value: known(peer.time_offset_seconds, (seconds) => `${seconds} s`), hint: 'how far it is ahead' },
  ];
}

function connectionsOf({ network }: Facts): string | undefined {
  if (network?.inbound_connections === undefined || network.outbound_connections === undefined) return undefined;
  return `${count(network.inbound_connections)} in, ${count(network.outbound_connections)} out`;
}

function heightText(height: number | undefined): string | undefined {
  return height === undefined || height < 0 ? undefined : count(height);
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

/** What is not known stays so. */
function known<Value>(value: Value | undefined, text: (value: Value) => string): string | undefined {
  return value === undefined ? undefined : text(value);
}
