//! Package `rpc_extractor`.

use std::collections::HashMap;

use prost::{Message, Oneof};

use super::primitives::Transaction;

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Rpc {
    #[prost(oneof = "Reply", tags = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12")]
    pub(crate) event: Option<Reply>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum Reply {
    #[prost(message, tag = "1")]
    PeerInfos(PeerInfos),
    #[prost(message, tag = "2")]
    MempoolInfo(MempoolInfo),
    #[prost(uint32, tag = "3")]
    Uptime(u32),
    #[prost(message, tag = "4")]
    NetTotals(NetTotals),
    #[prost(message, tag = "5")]
    MemoryInfo(MemoryInfo),
    #[prost(message, tag = "6")]
    AddrmanInfo(AddrManInfo),
    #[prost(message, tag = "7")]
    ChainTxStats(ChainTxStats),
    #[prost(message, tag = "8")]
    NetworkInfo(NetworkInfo),
    #[prost(message, tag = "9")]
    BlockchainInfo(BlockchainInfo),
    #[prost(message, tag = "10")]
    OrphanTxs(OrphanTxs),
    #[prost(message, tag = "11")]
    Addrman(Addrman),
    #[prost(message, tag = "12")]
    EstimateSmartFee(EstimateSmartFee),
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct PeerInfo {
    #[prost(uint32, required, tag = "1")]
    pub(crate) id: u32,
    #[prost(string, required, tag = "2")]
    pub(crate) address: String,
    #[prost(string, required, tag = "3")]
    pub(crate) address_bind: String,
    #[prost(string, required, tag = "4")]
    pub(crate) address_local: String,
    #[prost(string, required, tag = "5")]
    pub(crate) network: String,
    #[prost(uint32, required, tag = "6")]
    pub(crate) mapped_as: u32,
    #[prost(string, required, tag = "7")]
    pub(crate) services: String,
    #[prost(bool, required, tag = "8")]
    pub(crate) relay_transactions: bool,
    #[prost(int64, required, tag = "9")]
    pub(crate) last_send: i64,
    #[prost(int64, required, tag = "10")]
    pub(crate) last_received: i64,
    #[prost(int64, required, tag = "11")]
    pub(crate) last_transaction: i64,
    #[prost(int64, required, tag = "12")]
    pub(crate) last_block: i64,
    #[prost(uint64, required, tag = "13")]
    pub(crate) bytes_sent: u64,
    #[prost(uint64, required, tag = "14")]
    pub(crate) bytes_received: u64,
    #[prost(int64, required, tag = "15")]
    pub(crate) connection_time: i64,
    #[prost(int64, required, tag = "16")]
    pub(crate) time_offset: i64,
    #[prost(double, required, tag = "17")]
    pub(crate) ping_time: f64,
    #[prost(double, required, tag = "18")]
    pub(crate) minimum_ping: f64,
    #[prost(double, required, tag = "19")]
    pub(crate) ping_wait: f64,
    #[prost(uint32, required, tag = "20")]
    pub(crate) version: u32,
    #[prost(string, required, tag = "21")]
    pub(crate) subversion: String,
    #[prost(bool, required, tag = "22")]
    pub(crate) inbound: bool,
    #[prost(bool, required, tag = "23")]
    pub(crate) bip152_hb_to: bool,
    #[prost(bool, required, tag = "24")]
    pub(crate) bip152_hb_from: bool,
    #[prost(int64, required, tag = "25")]
    pub(crate) starting_height: i64,
    #[prost(int64, required, tag = "26")]
    pub(crate) synced_headers: i64,
    #[prost(int64, required, tag = "27")]
    pub(crate) synced_blocks: i64,
    #[prost(uint64, repeated, packed = "false", tag = "28")]
    pub(crate) inflight: Vec<u64>,
    #[prost(bool, required, tag = "29")]
    pub(crate) addr_relay_enabled: bool,
    #[prost(uint64, required, tag = "30")]
    pub(crate) addr_processed: u64,
    #[prost(uint64, required, tag = "31")]
    pub(crate) addr_rate_limited: u64,
    #[prost(string, repeated, tag = "32")]
    pub(crate) permissions: Vec<String>,
    #[prost(double, required, tag = "33")]
    pub(crate) minfeefilter: f64,
    #[prost(map = "string, uint64", tag = "34")]
    pub(crate) bytes_sent_per_message: HashMap<String, u64>,
    #[prost(map = "string, uint64", tag = "35")]
    pub(crate) bytes_received_per_message: HashMap<String, u64>,
    #[prost(string, required, tag = "36")]
    pub(crate) connection_type: String,
    #[prost(string, required, tag = "37")]
    pub(crate) transport_protocol_type: String,
    #[prost(uint64, required, tag = "38")]
    pub(crate) inv_to_send: u64,
    #[prost(double, required, tag = "129")]
    pub(crate) cpu_load: f64,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct MempoolInfo {
    #[prost(bool, required, tag = "1")]
    pub(crate) loaded: bool,
    #[prost(int64, required, tag = "2")]
    pub(crate) size: i64,
    #[prost(int64, required, tag = "3")]
    pub(crate) bytes: i64,
    #[prost(int64, required, tag = "4")]
    pub(crate) usage: i64,
    #[prost(double, required, tag = "5")]
    pub(crate) total_fee: f64,
    #[prost(int64, required, tag = "6")]
    pub(crate) max_mempool: i64,
    #[prost(double, required, tag = "7")]
    pub(crate) mempoolminfee: f64,
    #[prost(double, required, tag = "8")]
    pub(crate) minrelaytxfee: f64,
    #[prost(double, required, tag = "9")]
    pub(crate) incrementalrelayfee: f64,
    #[prost(int64, required, tag = "10")]
    pub(crate) unbroadcastcount: i64,
    #[prost(bool, required, tag = "11")]
    pub(crate) fullrbf: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct NetTotals {
    #[prost(uint64, required, tag = "1")]
    pub(crate) total_bytes_received: u64,
    #[prost(uint64, required, tag = "2")]
    pub(crate) total_bytes_sent: u64,
    #[prost(uint64, required, tag = "3")]
    pub(crate) time_millis: u64,
    #[prost(message, required, tag = "4")]
    pub(crate) upload_target: UploadTarget,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct UploadTarget {
    #[prost(uint64, required, tag = "1")]
    pub(crate) timeframe: u64,
    #[prost(uint64, required, tag = "2")]
    pub(crate) target: u64,
    #[prost(bool, required, tag = "3")]
    pub(crate) target_reached: bool,
    #[prost(bool, required, tag = "4")]
    pub(crate) serve_historical_blocks: bool,
    #[prost(uint64, required, tag = "5")]
    pub(crate) bytes_left_in_cycle: u64,
    #[prost(uint64, required, tag = "6")]
    pub(crate) time_left_in_cycle: u64,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct MemoryInfo {
    #[prost(uint64, required, tag = "1")]
    pub(crate) used: u64,
    #[prost(uint64, required, tag = "2")]
    pub(crate) free: u64,
    #[prost(uint64, required, tag = "3")]
    pub(crate) total: u64,
    #[prost(uint64, required, tag = "4")]
    pub(crate) locked: u64,
    #[prost(uint64, required, tag = "5")]
    pub(crate) chunks_used: u64,
    #[prost(uint64, required, tag = "6")]
    pub(crate) chunks_free: u64,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct AddrManInfo {
    #[prost(map = "string, message", tag = "1")]
    pub(crate) networks: HashMap<String, AddrManInfoNetwork>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct AddrManInfoNetwork {
    #[prost(uint64, required, tag = "1")]
    pub(crate) new: u64,
    #[prost(uint64, required, tag = "2")]
    pub(crate) tried: u64,
    #[prost(uint64, required, tag = "3")]
    pub(crate) total: u64,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct ChainTxStats {
    #[prost(uint32, required, tag = "1")]
    pub(crate) time: u32,
    #[prost(uint32, required, tag = "2")]
    pub(crate) tx_count: u32,
    #[prost(string, required, tag = "3")]
    pub(crate) window_final_block_hash: String,
    #[prost(uint32, required, tag = "4")]
    pub(crate) window_final_block_height: u32,
    #[prost(uint32, required, tag = "5")]
    pub(crate) window_block_count: u32,
    #[prost(uint32, optional, tag = "6")]
    pub(crate) window_tx_count: Option<u32>,
    #[prost(uint32, optional, tag = "7")]
    pub(crate) window_interval: Option<u32>,
    #[prost(double, optional, tag = "8")]
    pub(crate) tx_rate: Option<f64>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct NetworkInfo {
    #[prost(int32, required, tag = "1")]
    pub(crate) version: i32,
    #[prost(string, required, tag = "2")]
    pub(crate) subversion: String,
    #[prost(int32, required, tag = "3")]
    pub(crate) protocol_version: i32,
    #[prost(string, required, tag = "4")]
    pub(crate) local_services: String,
    #[prost(string, repeated, tag = "5")]
    pub(crate) local_services_names: Vec<String>,
    #[prost(bool, required, tag = "6")]
    pub(crate) local_relay: bool,
    #[prost(int32, required, tag = "7")]
    pub(crate) time_offset: i32,
    #[prost(uint32, required, tag = "8")]
    pub(crate) connections: u32,
    #[prost(uint32, required, tag = "9")]
    pub(crate) connections_in: u32,
    #[prost(uint32, required, tag = "10")]
    pub(crate) connections_out: u32,
    #[prost(bool, required, tag = "11")]
    pub(crate) network_active: bool,
    #[prost(message, repeated, tag = "12")]
    pub(crate) networks: Vec<NetworkInfoNetwork>,
    #[prost(double, required, tag = "13")]
    pub(crate) relay_fee: f64,
    #[prost(double, required, tag = "14")]
    pub(crate) incremental_fee: f64,
    #[prost(message, repeated, tag = "15")]
    pub(crate) local_addresses: Vec<NetworkInfoLocalAddress>,
    #[prost(string, repeated, tag = "16")]
    pub(crate) warnings: Vec<String>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct NetworkInfoNetwork {
    #[prost(string, required, tag = "1")]
    pub(crate) name: String,
    #[prost(bool, required, tag = "2")]
    pub(crate) limited: bool,
    #[prost(bool, required, tag = "3")]
    pub(crate) reachable: bool,
    #[prost(string, required, tag = "4")]
    pub(crate) proxy: String,
    #[prost(bool, required, tag = "5")]
    pub(crate) proxy_randomize_credentials: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct NetworkInfoLocalAddress {
    #[prost(string, required, tag = "1")]
    pub(crate) address: String,
    #[prost(uint32, required, tag = "2")]
    pub(crate) port: u32,
    #[prost(uint32, required, tag = "3")]
    pub(crate) score: u32,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct BlockchainInfo {
    #[prost(string, required, tag = "1")]
    pub(crate) chain: String,
    #[prost(uint32, required, tag = "2")]
    pub(crate) blocks: u32,
    #[prost(uint32, required, tag = "3")]
    pub(crate) headers: u32,
    #[prost(string, required, tag = "4")]
    pub(crate) bestblockhash: String,
    #[prost(double, required, tag = "5")]
    pub(crate) difficulty: f64,
    #[prost(uint32, required, tag = "6")]
    pub(crate) time: u32,
    #[prost(uint32, required, tag = "7")]
    pub(crate) mediantime: u32,
    #[prost(double, required, tag = "8")]
    pub(crate) verificationprogress: f64,
    #[prost(bool, required, tag = "9")]
    pub(crate) initialblockdownload: bool,
    #[prost(string, required, tag = "10")]
    pub(crate) chainwork: String,
    #[prost(uint64, required, tag = "11")]
    pub(crate) size_on_disk: u64,
    #[prost(bool, required, tag = "12")]
    pub(crate) pruned: bool,
    #[prost(uint32, required, tag = "13")]
    pub(crate) prune_height: u32,
    #[prost(uint64, required, tag = "14")]
    pub(crate) prune_target_size: u64,
    #[prost(string, repeated, tag = "15")]
    pub(crate) warnings: Vec<String>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct OrphanTx {
    #[prost(string, required, tag = "1")]
    pub(crate) txid: String,
    #[prost(string, required, tag = "2")]
    pub(crate) wtxid: String,
    #[prost(uint64, required, tag = "3")]
    pub(crate) bytes: u64,
    #[prost(uint64, required, tag = "4")]
    pub(crate) vsize: u64,
    #[prost(uint64, required, tag = "5")]
    pub(crate) weight: u64,
    #[prost(uint64, repeated, packed = "false", tag = "6")]
    pub(crate) from: Vec<u64>,
    #[prost(message, required, tag = "7")]
    pub(crate) transaction: Transaction,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Addrman {
    #[prost(map = "uint32, message", tag = "1")]
    pub(crate) new: HashMap<u32, AddrmanBucket>,
    #[prost(map = "uint32, message", tag = "2")]
    pub(crate) tried: HashMap<u32, AddrmanBucket>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct AddrmanBucket {
    #[prost(map = "uint32, message", tag = "1")]
    pub(crate) entries: HashMap<u32, AddrmanEntry>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct AddrmanEntry {
    #[prost(string, required, tag = "1")]
    pub(crate) address: String,
    #[prost(uint32, required, tag = "2")]
    pub(crate) port: u32,
    #[prost(string, required, tag = "3")]
    pub(crate) network: String,
    #[prost(uint64, required, tag = "4")]
    pub(crate) services: u64,
    #[prost(int64, required, tag = "5")]
    pub(crate) time: i64,
    #[prost(string, required, tag = "6")]
    pub(crate) source: String,
    #[prost(string, required, tag = "7")]
    pub(crate) source_network: String,
    #[prost(uint32, optional, tag = "8")]
    pub(crate) mapped_as: Option<u32>,
    #[prost(uint32, optional, tag = "9")]
    pub(crate) source_mapped_as: Option<u32>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct EstimateSmartFee {
    #[prost(double, optional, tag = "1")]
    pub(crate) fee_rate: Option<f64>,
    #[prost(uint32, required, tag = "2")]
    pub(crate) blocks: u32,
    #[prost(uint32, required, tag = "3")]
    pub(crate) requested_blocks: u32,
    #[prost(int32, required, tag = "4")]
    pub(crate) mode: i32,
    #[prost(string, repeated, tag = "5")]
    pub(crate) errors: Vec<String>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct PeerInfos {
    #[prost(message, repeated, tag = "1")]
    pub(crate) infos: Vec<PeerInfo>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct OrphanTxs {
    #[prost(message, repeated, tag = "1")]
    pub(crate) orphans: Vec<OrphanTx>,
}
