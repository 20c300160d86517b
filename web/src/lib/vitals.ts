/** The replies about the nodes themselves, as docs/api.md describes them. Fields that are not known are absent. */

/** `/api/v1/vitals` and others that have one line for each node. */
export interface NodesReply<Row extends { node: string }> {
  bus_time_ns: string;
  nodes: Row[];
}

/** How a node does now: a part for each extractor that has told something. */
export interface Vitals {
  node: string;
  probe?: ProbeVitals;
  chain?: ChainVitals;
  process?: ProcessVitals;
  log?: LogVitals;
}

export interface ProbeVitals {
  connection?: {
    since_ns: string;
    transport: string;
    /** It is the right node. */
    verified: boolean;
    peer_id?: number;
    listen_address: string;
    node_address: string;
    handshake_ns: number;
    user_agent?: string;
  };
  gone?: { since_ns: string; reason: string };
  ping?: { time_unix_seconds: number; round_trip_ns: number };
  announcements: { command: string; messages: number; bytes: number }[];
}

export interface ChainVitals {
  /** Another number means that `/api/v1/chain` has something new. */
  changes: number;
  template?: BlockTemplate;
  echo?: { time_ns: string; round_trip_ns: number };
}

export interface BlockTemplate {
  time_ns: string;
  height: number;
  transaction_count: number;
  weight: number;
  fees_sat: number;
  sigops_cost?: number;
  fee_rates: { percentile: number; feerate_sat_per_vbyte: number }[];
  duration_ns: number;
}

export interface ProcessVitals {
  time_unix_seconds: number;
  pid: number;
  thread_count: number;
  memory?: { anonymous_bytes: number; file_bytes: number; shared_bytes: number; swap_bytes: number; peak_resident_bytes: number };
  files?: { open_files: number; sockets: number; open_files_limit?: number };
  cpu?: CpuVitals;
  proportional_memory?: { proportional_bytes: number };
}

/** Times are shares of one core's. */
export interface CpuVitals {
  cores: number;
  threads: { name: string; count: number; cores: number; waiting_cores?: number }[];
  others_cores: number;
  waiting_cores?: number;
}

export interface LogVitals {
  lines: number;
  bytes: number;
  levels: { level: string; lines: number }[];
  rate_limited: number;
  templates: number;
}

/** One line of `/api/v1/history`: columns that are as long as their times. */
export interface HistoryRow {
  node: string;
  pings: { times_unix_seconds: number[]; round_trip_ns: number[] };
  cpu: { times_unix_seconds: number[]; threads: { name: string; cores: number[] }[]; others_cores: number[] };
}

/** One line of `/api/v1/chain`; the latest entry first. */
export interface ChainRow {
  node: string;
  changes: number;
  entries: ChainEntry[];
}

/** Exactly one of them. */
export interface ChainEntry {
  block?: ChainBlock;
  reorg?: Reorg;
}

export interface ChainBlock {
  block_hash: string;
  /** The earliest time that anybody tells. */
  time_ns: string;
  height?: number;
  tip?: { time_ns: string; observed: boolean; advanced_blocks?: number };
  connected?: { time_ns: string; transaction_count: number; duration_ns: number };
  logged?: { time_ns: string };
  reconstruction?: Reconstruction;
  announced_ns?: string;
  disconnected: boolean;
}

export interface Reconstruction {
  peer_id?: number;
  high_bandwidth?: boolean;
  duration_seconds?: number;
  prefilled_transactions: number;
  mempool_transactions: number;
  extra_pool_transactions?: number;
  requested_transactions: number;
  requested_bytes?: number;
}

export interface Reorg {
  time_ns: string;
  fork_height: number;
  old_height: number;
  new_height: number;
  disconnected_blocks: number;
  connected_blocks: number;
}

/** One line of `/api/v1/log`. */
export interface LogRow {
  node: string;
  categories: { category: string; lines: number; bytes: number }[];
  templates: LogTemplate[];
  /** The latest first. */
  alarms: LogAlarm[];
}

export interface LogTemplate {
  template_id: string;
  /** With `<*>` for each variable part. */
  template?: string;
  /** A line, where the template's text is not known. */
  example?: string;
  origin: string;
  category: string;
  level: string;
  locations: string[];
  lines: number;
  bytes: number;
  last_ns: string;
}

export interface LogAlarm {
  time_ns: string;
  level: string;
  category: string;
  message: string;
  template_id?: string;
}

/** The server is trusted to keep its contract, but one of another version may answer. */
export function nodesReply<Row extends { node: string }>(value: unknown): NodesReply<Row> {
  const { bus_time_ns, nodes } = (value ?? {}) as Partial<NodesReply<Row>>;
  if (typeof bus_time_ns !== 'string' || !Array.isArray(nodes)) throw new Error('the reply has an unknown form');
  return { bus_time_ns, nodes };
}
