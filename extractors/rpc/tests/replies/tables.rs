//! What the reply of each method is in the event: the node's name of a field,
//! the schema's, and how the value changes. Written from `bitcoin-cli help`,
//! not from the reader.

use Shape::{Hex, HexText, Ignored, List, Named, Object, Places, Same, Text};

/// Fields of an object: the node's name, the schema's name, the value.
pub(crate) type Fields = &'static [(&'static str, &'static str, Shape)];

/// How the event's JSON form has a value of the reply.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    Same,
    /// A number becomes text.
    Text,
    /// A number in hex becomes a number.
    Hex,
    /// A number in hex becomes text, in decimal.
    HexText,
    /// Is said elsewhere.
    Ignored,
    Object(Fields),
    List(Fields),
    /// An object of objects becomes a list, where this field has the name.
    Named(&'static str, Fields),
    /// The same for `bucket/position`.
    Places(Fields),
}

/// What the reply is as a whole.
pub(crate) enum Whole {
    Fields(Fields),
    /// A list, or an object of objects: all of it is in this field.
    In(&'static str, Shape),
    /// A bare number.
    Number(&'static str),
}

pub(crate) const TABLES: [(&str, Whole); 17] = [
    ("getpeerinfo", Whole::In("peers", List(PEER))),
    ("getmempoolinfo", Whole::Fields(MEMPOOL_INFO)),
    ("uptime", Whole::Number("uptime_seconds")),
    ("getnettotals", Whole::Fields(NET_TOTALS)),
    ("getmemoryinfo", Whole::Fields(MEMORY_INFO)),
    (
        "getaddrmaninfo",
        Whole::In("networks", Named("network", ADDRMAN_NETWORK)),
    ),
    ("getchaintxstats", Whole::Fields(CHAIN_TX_STATS)),
    ("getnetworkinfo", Whole::Fields(NETWORK_INFO)),
    ("getblockchaininfo", Whole::Fields(BLOCKCHAIN_INFO)),
    ("getorphantxs", Whole::In("transactions", List(ORPHAN_TX))),
    ("getrawaddrman", Whole::Fields(RAW_ADDRMAN)),
    ("getchaintips", Whole::In("tips", List(CHAIN_TIP))),
    ("listbanned", Whole::In("bans", List(BAN))),
    ("getmininginfo", Whole::Fields(MINING_INFO)),
    (
        "getindexinfo",
        Whole::In("indexes", Named("name", INDEX_STATE)),
    ),
    ("getdeploymentinfo", Whole::Fields(DEPLOYMENT_INFO)),
    ("getrpcinfo", Whole::Fields(RPC_INFO)),
];

/// One of the replies to estimatesmartfee.
pub(crate) const SMART_FEE: Fields = &[
    ("feerate", "feerate_btc_per_kvb", Same),
    ("errors", "errors", Same),
    ("blocks", "estimate_blocks", Same),
];

const PEER: Fields = &[
    ("id", "peer_id", Same),
    ("addr", "address", Same),
    ("addrbind", "address_bind", Same),
    ("addrlocal", "address_local", Same),
    ("network", "network", Same),
    ("mapped_as", "mapped_as", Same),
    ("services", "services", HexText),
    ("servicesnames", "", Ignored),
    ("relaytxes", "relay_transactions", Same),
    ("last_inv_sequence", "last_inv_sequence", Same),
    ("inv_to_send", "inv_to_send", Same),
    ("lastsend", "last_send_unix_seconds", Same),
    ("lastrecv", "last_receive_unix_seconds", Same),
    ("last_transaction", "last_transaction_unix_seconds", Same),
    ("last_block", "last_block_unix_seconds", Same),
    ("bytessent", "sent_bytes", Same),
    ("bytesrecv", "received_bytes", Same),
    ("conntime", "opened_unix_seconds", Same),
    ("timeoffset", "time_offset_seconds", Text),
    ("pingtime", "ping_time_seconds", Same),
    ("minping", "minimum_ping_seconds", Same),
    ("pingwait", "ping_wait_seconds", Same),
    ("version", "version", Same),
    ("subver", "user_agent", Same),
    ("inbound", "inbound", Same),
    ("bip152_hb_to", "high_bandwidth_to", Same),
    ("bip152_hb_from", "high_bandwidth_from", Same),
    ("startingheight", "starting_height", Same),
    ("presynced_headers", "presynced_headers", Same),
    ("synced_headers", "synced_headers", Same),
    ("synced_blocks", "synced_blocks", Same),
    ("inflight", "inflight_heights", Same),
    ("addr_relay_enabled", "address_relay_enabled", Same),
    ("addr_processed", "addresses_processed", Same),
    ("addr_rate_limited", "addresses_rate_limited", Same),
    ("permissions", "permissions", Same),
    ("minfeefilter", "minimum_feerate_btc_per_kvb", Same),
    ("bytessent_per_msg", "sent_bytes_by_command", Same),
    ("bytesrecv_per_msg", "received_bytes_by_command", Same),
    ("connection_type", "connection_type", Same),
    ("transport_protocol_type", "transport", Same),
    ("session_id", "session_id", Same),
];

const MEMPOOL_INFO: Fields = &[
    ("loaded", "loaded", Same),
    ("size", "transaction_count", Same),
    ("bytes", "transactions_vbytes", Same),
    ("usage", "memory_bytes", Same),
    ("total_fee", "total_fee_btc", Same),
    ("maxmempool", "maximum_memory_bytes", Same),
    ("mempoolminfee", "minimum_feerate_btc_per_kvb", Same),
    ("minrelaytxfee", "minimum_relay_feerate_btc_per_kvb", Same),
    (
        "incrementalrelayfee",
        "incremental_relay_feerate_btc_per_kvb",
        Same,
    ),
    ("unbroadcastcount", "unbroadcast_count", Same),
    ("fullrbf", "full_rbf", Same),
    ("permitbaremultisig", "permit_bare_multisig", Same),
    ("maxdatacarriersize", "maximum_datacarrier_bytes", Same),
    ("limitclustercount", "maximum_cluster_count", Same),
    ("limitclustersize", "maximum_cluster_vbytes", Same),
    ("optimal", "optimal", Same),
];

const NET_TOTALS: Fields = &[
    ("totalbytesrecv", "received_bytes", Same),
    ("totalbytessent", "sent_bytes", Same),
    ("timemillis", "time_unix_ms", Same),
    ("uploadtarget", "upload_target", Object(UPLOAD_TARGET)),
];

const UPLOAD_TARGET: Fields = &[
    ("timeframe", "cycle_seconds", Same),
    ("target", "target_bytes", Same),
    ("target_reached", "target_reached", Same),
    ("serve_historical_blocks", "serves_historical_blocks", Same),
    ("bytes_left_in_cycle", "left_bytes", Same),
    ("time_left_in_cycle", "left_seconds", Same),
];

const MEMORY_INFO: Fields = &[("locked", "locked", Object(LOCKED))];

const LOCKED: Fields = &[
    ("used", "used_bytes", Same),
    ("free", "free_bytes", Same),
    ("total", "total_bytes", Same),
    ("locked", "locked_bytes", Same),
    ("chunks_used", "chunks_used", Same),
    ("chunks_free", "chunks_free", Same),
];

const ADDRMAN_NETWORK: Fields = &[
    ("new", "new_addresses", Same),
    ("tried", "tried_addresses", Same),
    ("total", "total_addresses", Same),
];

const CHAIN_TX_STATS: Fields = &[
    ("time", "time_unix_seconds", Same),
    ("txcount", "transaction_count", Same),
    ("window_final_block_hash", "window_final_block_hash", Same),
    (
        "window_final_block_height",
        "window_final_block_height",
        Same,
    ),
    ("window_block_count", "window_block_count", Same),
    ("window_tx_count", "window_transaction_count", Same),
    ("window_interval", "window_seconds", Same),
    ("txrate", "transactions_per_second", Same),
];

const NETWORK_INFO: Fields = &[
    ("version", "version", Same),
    ("subversion", "user_agent", Same),
    ("protocolversion", "protocol_version", Same),
    ("localservices", "services", HexText),
    ("localservicesnames", "", Ignored),
    ("localrelay", "relay_transactions", Same),
    ("timeoffset", "time_offset_seconds", Text),
    ("connections", "connections", Same),
    ("connections_in", "inbound_connections", Same),
    ("connections_out", "outbound_connections", Same),
    ("networkactive", "network_active", Same),
    ("networks", "networks", List(NETWORK_STATE)),
    ("relayfee", "minimum_relay_feerate_btc_per_kvb", Same),
    (
        "incrementalfee",
        "incremental_relay_feerate_btc_per_kvb",
        Same,
    ),
    ("localaddresses", "local_addresses", List(LOCAL_ADDRESS)),
    ("warnings", "warnings", Same),
];

const NETWORK_STATE: Fields = &[
    ("name", "network", Same),
    ("limited", "limited", Same),
    ("reachable", "reachable", Same),
    ("proxy", "proxy", Same),
    (
        "proxy_randomize_credentials",
        "proxy_randomize_credentials",
        Same,
    ),
];

const LOCAL_ADDRESS: Fields = &[
    ("address", "address", Same),
    ("port", "port", Same),
    ("score", "score", Same),
];

const BLOCKCHAIN_INFO: Fields = &[
    ("chain", "chain", Same),
    ("blocks", "height", Same),
    ("headers", "headers_height", Same),
    ("bestblockhash", "best_block_hash", Same),
    ("bits", "bits", Hex),
    ("target", "target", Same),
    ("difficulty", "difficulty", Same),
    ("time", "time_unix_seconds", Same),
    ("mediantime", "median_time_unix_seconds", Same),
    ("verificationprogress", "verification_progress", Same),
    ("initialblockdownload", "initial_block_download", Same),
    (
        "backgroundvalidation",
        "background_validation",
        Object(BACKGROUND),
    ),
    ("chainwork", "chain_work", Same),
    ("size_on_disk", "size_on_disk_bytes", Same),
    ("pruned", "pruned", Same),
    ("pruneheight", "prune_height", Same),
    ("automatic_pruning", "automatic_pruning", Same),
    ("prune_target_size", "prune_target_bytes", Same),
    ("signet_challenge", "signet_challenge", Same),
    ("warnings", "warnings", Same),
];

const BACKGROUND: Fields = &[
    ("snapshotheight", "snapshot_height", Same),
    ("blocks", "height", Same),
    ("bestblockhash", "best_block_hash", Same),
    ("mediantime", "median_time_unix_seconds", Same),
    ("verificationprogress", "verification_progress", Same),
    ("chainwork", "chain_work", Same),
];

const ORPHAN_TX: Fields = &[
    ("txid", "txid", Same),
    ("wtxid", "wtxid", Same),
    ("bytes", "size_bytes", Same),
    ("vsize", "size_vbytes", Same),
    ("weight", "weight", Same),
    ("from", "peer_ids", Same),
    ("entry", "entered_unix_seconds", Same),
    ("expiration", "expires_unix_seconds", Same),
];

const RAW_ADDRMAN: Fields = &[
    ("new", "new_entries", Places(ADDRMAN_ENTRY)),
    ("tried", "tried_entries", Places(ADDRMAN_ENTRY)),
];

const ADDRMAN_ENTRY: Fields = &[
    ("address", "address", Same),
    ("port", "port", Same),
    ("network", "network", Same),
    ("mapped_as", "mapped_as", Same),
    ("services", "services", Text),
    ("time", "time_unix_seconds", Same),
    ("source", "source", Same),
    ("source_network", "source_network", Same),
    ("source_mapped_as", "source_mapped_as", Same),
];

const CHAIN_TIP: Fields = &[
    ("height", "height", Same),
    ("hash", "hash", Same),
    ("branchlen", "branch_blocks", Same),
    ("status", "status", Same),
];

const BAN: Fields = &[
    ("address", "subnet", Same),
    ("ban_created", "created_unix_seconds", Same),
    ("banned_until", "until_unix_seconds", Same),
    ("ban_duration", "duration_seconds", Same),
    ("time_remaining", "remaining_seconds", Same),
];

const MINING_INFO: Fields = &[
    ("blocks", "height", Same),
    ("currentblockweight", "template_weight", Same),
    ("currentblocktx", "template_transaction_count", Same),
    ("bits", "bits", Hex),
    ("target", "target", Same),
    ("difficulty", "difficulty", Same),
    ("networkhashps", "network_hashes_per_second", Same),
    ("pooledtx", "mempool_transaction_count", Same),
    ("blockmintxfee", "minimum_block_feerate_btc_per_kvb", Same),
    ("chain", "chain", Same),
    ("signet_challenge", "signet_challenge", Same),
    ("next", "next", Object(NEXT_BLOCK)),
    ("warnings", "warnings", Same),
];

const NEXT_BLOCK: Fields = &[
    ("height", "height", Same),
    ("bits", "bits", Hex),
    ("target", "target", Same),
    ("difficulty", "difficulty", Same),
];

const INDEX_STATE: Fields = &[
    ("synced", "synced", Same),
    ("best_block_height", "best_block_height", Same),
];

const DEPLOYMENT_INFO: Fields = &[
    ("hash", "hash", Same),
    ("height", "height", Same),
    ("script_flags", "script_flags", Same),
    ("deployments", "deployments", Named("name", DEPLOYMENT)),
];

const DEPLOYMENT: Fields = &[
    ("type", "deployment_type", Same),
    ("height", "height", Same),
    ("active", "active", Same),
    ("bip9", "bip9", Object(BIP9)),
];

const BIP9: Fields = &[
    ("bit", "bit", Same),
    ("start_time", "start_unix_seconds", Same),
    ("timeout", "timeout_unix_seconds", Text),
    ("min_activation_height", "minimum_activation_height", Same),
    ("status", "status", Same),
    ("since", "since_height", Same),
    ("status_next", "status_next", Same),
    ("statistics", "statistics", Object(BIP9_STATISTICS)),
    ("signalling", "signalling", Same),
];

const BIP9_STATISTICS: Fields = &[
    ("period", "period_blocks", Same),
    ("threshold", "threshold_blocks", Same),
    ("elapsed", "elapsed_blocks", Same),
    ("count", "signalling_blocks", Same),
    ("possible", "possible", Same),
];

const RPC_INFO: Fields = &[
    ("active_commands", "active_commands", List(COMMAND)),
    ("logpath", "log_path", Same),
];

const COMMAND: Fields = &[
    ("method", "method", Same),
    ("duration", "duration_us", Same),
];
