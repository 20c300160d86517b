//! The field's words for the schema's enums: Bitcoin Core's where it has one.

use crate::{
    AlertSeverity, AlertState, Body, ConnectionType, CutReason, Direction, Extractor, GapReason,
    Kind, LogDisconnectReason, LogLevel, LogTemplateOrigin, LogTime, Network, P2pMessage, Payload,
    ProbeTransport,
};

/// Every message type that has a decoder, by its name on the wire.
pub const COMMANDS: [&str; 38] = [
    "version",
    "verack",
    "addr",
    "addrv2",
    "sendaddrv2",
    "inv",
    "getdata",
    "notfound",
    "getblocks",
    "getheaders",
    "headers",
    "sendheaders",
    "tx",
    "block",
    "getaddr",
    "mempool",
    "ping",
    "pong",
    "feefilter",
    "sendcmpct",
    "cmpctblock",
    "getblocktxn",
    "blocktxn",
    "merkleblock",
    "filterload",
    "filteradd",
    "filterclear",
    "getcfilters",
    "cfilter",
    "getcfheaders",
    "cfheaders",
    "getcfcheckpt",
    "cfcheckpt",
    "wtxidrelay",
    "sendtxrcncl",
    "feature",
    "reject",
    "alert",
];

/// Declares `word` and `from_word` of an enum from one table.
macro_rules! words {
    ($name:ident, $($variant:ident = $word:literal),+ $(,)?) => {
        impl $name {
            /// The word for this value, as it stands in JSON, metrics and on the page.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// The value that has this word.
            pub fn from_word(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }
    };
}

words!(
    Extractor,
    Unspecified = "unspecified",
    Bus = "bus",
    Ebpf = "ebpf",
    Rpc = "rpc",
    Log = "log",
    P2p = "p2p",
    Ipc = "ipc",
    Process = "process",
    Alerts = "alerts"
);
words!(
    Kind,
    Unspecified = "unspecified",
    P2pMessage = "p2p_message",
    Connection = "connection",
    Mempool = "mempool",
    Validation = "validation",
    Utxocache = "utxocache",
    Rpc = "rpc",
    Notice = "notice",
    Heartbeat = "heartbeat",
    Tick = "tick",
    Log = "log",
    Probe = "probe",
    Chain = "chain",
    Process = "process",
    Alert = "alert"
);
words!(
    Direction,
    Unspecified = "unspecified",
    Inbound = "inbound",
    Outbound = "outbound"
);
words!(
    Network,
    Unspecified = "unspecified",
    NotPubliclyRoutable = "not_publicly_routable",
    Ipv4 = "ipv4",
    Ipv6 = "ipv6",
    Onion = "onion",
    I2p = "i2p",
    Cjdns = "cjdns",
    Internal = "internal",
    Unknown = "unknown"
);
words!(
    ConnectionType,
    Unspecified = "unspecified",
    Inbound = "inbound",
    OutboundFullRelay = "outbound-full-relay",
    BlockRelayOnly = "block-relay-only",
    Manual = "manual",
    Feeler = "feeler",
    AddrFetch = "addr-fetch",
    PrivateBroadcast = "private-broadcast",
    Other = "other"
);
words!(
    CutReason,
    Unspecified = "unspecified",
    Setting = "setting",
    RingFull = "ring_full",
    ReadFault = "read_fault",
    TooLarge = "too_large",
    Subscription = "subscription"
);
words!(
    GapReason,
    Unspecified = "unspecified",
    RingFull = "ring_full",
    ReadFault = "read_fault",
    NotAttached = "not_attached",
    Record = "record",
    FileReplaced = "file_replaced"
);
words!(
    LogLevel,
    Unspecified = "unspecified",
    Trace = "trace",
    Debug = "debug",
    Info = "info",
    Warning = "warning",
    Error = "error"
);
words!(
    LogTime,
    Unspecified = "unspecified",
    Seconds = "seconds",
    Microseconds = "microseconds"
);
words!(
    LogTemplateOrigin,
    Unspecified = "unspecified",
    Catalogue = "catalogue",
    Mined = "mined"
);
words!(
    LogDisconnectReason,
    Unspecified = "unspecified",
    Closed = "closed",
    SocketError = "socket_error",
    Timeout = "timeout",
    BlockStalling = "block_stalling",
    Headers = "headers",
    Misbehaving = "misbehaving",
    Evicted = "evicted",
    Other = "other"
);
words!(
    ProbeTransport,
    Unspecified = "unspecified",
    V1 = "v1",
    V2 = "v2"
);
words!(
    AlertSeverity,
    Unspecified = "unspecified",
    Info = "info",
    Warning = "warning",
    Critical = "critical"
);
words!(
    AlertState,
    Unspecified = "unspecified",
    Firing = "firing",
    Resolved = "resolved"
);

/// The word for an inventory type, if it has one.
pub const fn inventory_type_word(inventory_type: u32) -> Option<&'static str> {
    Some(match inventory_type {
        1 => "tx",
        2 => "block",
        3 => "filtered_block",
        4 => "compact_block",
        5 => "wtx",
        0x4000_0001 => "witness_tx",
        0x4000_0002 => "witness_block",
        _ => return None,
    })
}

impl P2pMessage {
    /// The message type as one of [`COMMANDS`], else `other`: what the peer
    /// chose freely is never a label.
    pub fn command_word(&self) -> &'static str {
        COMMANDS
            .into_iter()
            .find(|known| *known == self.command)
            .unwrap_or("other")
    }
}

impl Body {
    /// The body's name in the schema: the command, or `unknown`, `undecodable`.
    pub const fn word(&self) -> &'static str {
        match self {
            Body::Version(_) => "version",
            Body::Verack(_) => "verack",
            Body::Addr(_) => "addr",
            Body::Addrv2(_) => "addrv2",
            Body::Sendaddrv2(_) => "sendaddrv2",
            Body::Inv(_) => "inv",
            Body::Getdata(_) => "getdata",
            Body::Notfound(_) => "notfound",
            Body::Getblocks(_) => "getblocks",
            Body::Getheaders(_) => "getheaders",
            Body::Headers(_) => "headers",
            Body::Sendheaders(_) => "sendheaders",
            Body::Tx(_) => "tx",
            Body::Block(_) => "block",
            Body::Getaddr(_) => "getaddr",
            Body::Mempool(_) => "mempool",
            Body::Ping(_) => "ping",
            Body::Pong(_) => "pong",
            Body::Feefilter(_) => "feefilter",
            Body::Sendcmpct(_) => "sendcmpct",
            Body::Cmpctblock(_) => "cmpctblock",
            Body::Getblocktxn(_) => "getblocktxn",
            Body::Blocktxn(_) => "blocktxn",
            Body::Merkleblock(_) => "merkleblock",
            Body::Filterload(_) => "filterload",
            Body::Filteradd(_) => "filteradd",
            Body::Filterclear(_) => "filterclear",
            Body::Getcfilters(_) => "getcfilters",
            Body::Cfilter(_) => "cfilter",
            Body::Getcfheaders(_) => "getcfheaders",
            Body::Cfheaders(_) => "cfheaders",
            Body::Getcfcheckpt(_) => "getcfcheckpt",
            Body::Cfcheckpt(_) => "cfcheckpt",
            Body::Wtxidrelay(_) => "wtxidrelay",
            Body::Sendtxrcncl(_) => "sendtxrcncl",
            Body::Feature(_) => "feature",
            Body::Reject(_) => "reject",
            Body::Alert(_) => "alert",
            Body::Unknown(_) => "unknown",
            Body::Undecodable(_) => "undecodable",
        }
    }
}

impl Payload {
    /// The payload's name in the schema.
    pub const fn word(&self) -> &'static str {
        match self {
            Payload::P2pMessage(_) => "p2p_message",
            Payload::ConnectionOpened(_) => "connection_opened",
            Payload::ConnectionClosed(_) => "connection_closed",
            Payload::ConnectionEvicted(_) => "connection_evicted",
            Payload::ConnectionMisbehaving(_) => "connection_misbehaving",
            Payload::MempoolAdded(_) => "mempool_added",
            Payload::MempoolRemoved(_) => "mempool_removed",
            Payload::MempoolReplaced(_) => "mempool_replaced",
            Payload::MempoolRejected(_) => "mempool_rejected",
            Payload::BlockConnected(_) => "block_connected",
            Payload::UtxoAdded(_) => "utxo_added",
            Payload::UtxoSpent(_) => "utxo_spent",
            Payload::UtxoUncached(_) => "utxo_uncached",
            Payload::UtxoCacheFlushed(_) => "utxo_cache_flushed",
            Payload::PeerInfos(_) => "peer_infos",
            Payload::MempoolInfo(_) => "mempool_info",
            Payload::Uptime(_) => "uptime",
            Payload::NetTotals(_) => "net_totals",
            Payload::MemoryInfo(_) => "memory_info",
            Payload::AddrmanInfo(_) => "addrman_info",
            Payload::ChainTxStats(_) => "chain_tx_stats",
            Payload::NetworkInfo(_) => "network_info",
            Payload::BlockchainInfo(_) => "blockchain_info",
            Payload::OrphanTxs(_) => "orphan_txs",
            Payload::RawAddrman(_) => "raw_addrman",
            Payload::SmartFees(_) => "smart_fees",
            Payload::ChainTips(_) => "chain_tips",
            Payload::BanList(_) => "ban_list",
            Payload::MiningInfo(_) => "mining_info",
            Payload::IndexInfo(_) => "index_info",
            Payload::DeploymentInfo(_) => "deployment_info",
            Payload::RpcInfo(_) => "rpc_info",
            Payload::Started(_) => "started",
            Payload::NodeGone(_) => "node_gone",
            Payload::NodeBack(_) => "node_back",
            Payload::Gap(_) => "gap",
            Payload::LogTemplateSeen(_) => "log_template_seen",
            Payload::Heartbeat(_) => "heartbeat",
            Payload::Tick(_) => "tick",
            Payload::LogLine(_) => "log_line",
            Payload::BlockReconstruction(_) => "block_reconstruction",
            Payload::ProbeConnected(_) => "probe_connected",
            Payload::ProbeDisconnected(_) => "probe_disconnected",
            Payload::ProbePing(_) => "probe_ping",
            Payload::ProbeAnnouncement(_) => "probe_announcement",
            Payload::ChainTipChanged(_) => "chain_tip_changed",
            Payload::ChainReorganized(_) => "chain_reorganized",
            Payload::BlockTemplate(_) => "block_template",
            Payload::IpcEcho(_) => "ipc_echo",
            Payload::ProcessSample(_) => "process_sample",
            Payload::ProcessMemory(_) => "process_memory",
            Payload::Alert(_) => "alert",
        }
    }
}
