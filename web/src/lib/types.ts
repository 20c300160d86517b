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
}

export interface ComponentStatus {
  component: string;
  state: 'starting' | 'working' | 'waiting' | 'failed' | (string & {});
  detail?: string;
  /** Nanoseconds since the epoch. */
  since_ns?: string;
}

export interface NodeReply {
  version: string;
  nodes: NodeStatus[];
  components: ComponentStatus[];
}

export interface Peer {
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
  ping_time_seconds?: number;
  minimum_ping_seconds?: number;
  synced_blocks?: number;
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
  mempool_added: number;
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
}

/** One text frame. The server sends exactly one of these keys. */
export interface Frame {
  hello?: { version: string };
  snapshot?: Snapshot;
  error?: string;
}
