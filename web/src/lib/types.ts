import type { Json } from './feed-event';
import type { NodesReply, Vitals } from './vitals';

/** The frames of `/api/v1/events`, as docs/api.md describes them. Fields that are not known are absent. */

export type Direction = 'inbound' | 'outbound';

export interface NodeStatus {
  node: string;
  /** Start of this life of the node, seconds since the epoch. */
  run?: number;
  connected: boolean;
  peers?: number;
  height?: number;
  block_hash?: string;
  last_block?: BlockStatus;
  facts?: Facts;
}

/** The block that was connected last while we watched. */
export interface BlockStatus {
  height: number;
  block_hash: string;
  time_ns: string;
  transaction_count: number;
  duration_ns: number;
}

/** What the node says of itself through RPC. */
export interface Facts {
  chain?: {
    chain?: string;
    height?: number;
    headers_height?: number;
    best_block_hash?: string;
    time_unix_seconds?: number;
    difficulty?: number;
    verification_progress?: number;
    initial_block_download?: boolean;
    size_on_disk_bytes?: number;
    pruned?: boolean;
    warnings: string[];
  };
  network?: {
    version?: number;
    user_agent?: string;
    protocol_version?: number;
    services?: string;
    network_active?: boolean;
    relay_transactions?: boolean;
    time_offset_seconds?: number;
    inbound_connections?: number;
    outbound_connections?: number;
    reachable_networks: string[];
    local_addresses: string[];
  };
  mempool?: {
    loaded?: boolean;
    transaction_count?: number;
    transactions_vbytes?: number;
    memory_bytes?: number;
    maximum_memory_bytes?: number;
    total_fee_btc?: number;
    minimum_feerate_btc_per_kvb?: number;
    minimum_relay_feerate_btc_per_kvb?: number;
    unbroadcast_count?: number;
  };
  addrman?: { new_addresses?: number; tried_addresses?: number };
  started_unix_seconds?: number;
  banned?: number;
}

export interface ComponentStatus {
  component: string;
  state: 'starting' | 'working' | 'waiting' | 'off' | 'failed' | (string & {});
  detail?: string;
  /** Nanoseconds since the epoch. */
  since_ns?: string;
}

export interface NodeReply {
  version: string;
  nodes: NodeStatus[];
  components: ComponentStatus[];
}

/** What getpeerinfo says of a peer. */
export interface ReportedPeer {
  mapped_as?: number;
  relay_transactions?: boolean;
  last_inv_sequence?: number;
  inv_to_send?: number;
  last_send_unix_seconds?: number;
  last_receive_unix_seconds?: number;
  last_transaction_unix_seconds?: number;
  last_block_unix_seconds?: number;
  /** The node's own counters, framing included, since the connection was opened. */
  node_sent_bytes?: number;
  node_received_bytes?: number;
  time_offset_seconds?: number;
  ping_time_seconds?: number;
  minimum_ping_seconds?: number;
  ping_wait_seconds?: number;
  high_bandwidth_to?: boolean;
  high_bandwidth_from?: boolean;
  presynced_headers?: number;
  synced_headers?: number;
  synced_blocks?: number;
  starting_height?: number;
  inflight_blocks?: number;
  address_relay_enabled?: boolean;
  addresses_processed?: number;
  addresses_rate_limited?: number;
  minimum_feerate_btc_per_kvb?: number;
}

export interface Peer extends ReportedPeer {
  node: string;
  run?: number;
  peer_id: number;
  address?: string;
  network?: string;
  connection_type?: string;
  direction?: Direction;
  user_agent?: string;
  version?: number;
  services?: string;
  transport?: string;
  opened_unix_seconds?: number;
  /** Present on a closed peer, which stays in the list for 10 s. */
  closed_unix_seconds?: number;
  messages_received?: number;
  messages_sent?: number;
  bytes_received?: number;
  bytes_sent?: number;
  last_message_ns?: string;
  last_message_command?: string;
  misbehaving?: number;
}

export interface PeersReply {
  bus_time_ns: string;
  peers: Peer[];
}

/** `/api/v1/peers/NAME/ID` */
export interface PeerReply {
  peer: Peer;
  details: {
    address_bind?: string;
    address_local?: string;
    session_id?: string;
    permissions: string[];
    inflight_heights: number[];
  };
  lifecycle: LifecycleStep[];
  commands: CommandTotal[];
}

export interface LifecycleStep {
  time_ns: string;
  stage: string;
  detail?: string;
}

export interface CommandTotal {
  command: string;
  direction: Direction;
  messages: number;
  /** Payload bytes. */
  bytes: number;
}

/** `attempted = whole + reduced + dropped`, at each place that an event passes. */
export interface Hop {
  /** Absent for the hops of the peer-observer process itself. */
  extractor?: string;
  hop: string;
  part: string;
  attempted: number;
  whole: number;
  reduced: number;
  dropped: { reason: string; count: number }[];
}

export interface NodeTotals {
  node: string;
  commands: CommandTotal[];
  undecodable?: number;
  cut?: number;
  connections_opened?: number;
  connections_closed?: number;
  connections_evicted?: number;
  misbehaving?: number;
  mempool_added: number;
  mempool_removed?: number;
  mempool_replaced?: number;
  mempool_rejected?: number;
  blocks_connected?: number;
  /** Gaps before the bus; `lost` sums those that know their count, `lost_unknown` counts the others. */
  gaps: number;
  lost: number;
  lost_unknown: number;
  /** Peers that are not listed because there were too many. */
  peers_over_limit?: number;
  hops: Hop[];
}

export interface TotalsReply {
  bus_time_ns: string;
  bus_sequence: number;
  /** Events that this and the other replies lack because the server could not keep up. */
  missed?: number;
  nodes: NodeTotals[];
  /** The hops inside the peer-observer process. */
  hops: Hop[];
}

export interface Snapshot {
  node: NodeReply;
  peers: PeersReply;
  totals: TotalsReply;
  vitals?: NodesReply<Vitals>;
}

/** One text frame. The server sends exactly one of these keys. */
export interface Frame {
  hello?: { version: string };
  snapshot?: Snapshot;
  /** The server goes by the request with this id from here on. */
  asked?: number;
  events?: Json[];
  /** How many events were lost. */
  missed?: number;
  /** How many events the server did not send, and why. */
  left_out?: { limit: number; filter: number };
  error?: string;
}
