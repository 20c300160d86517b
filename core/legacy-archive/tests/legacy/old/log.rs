//! Package `log_extractor`, as it is and as it was.

use prost::{Message, Oneof};

/// The newest, and where level and length are absent, that of the beginning of 2026.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Log {
    #[prost(uint64, required, tag = "1")]
    pub(crate) log_timestamp: u64,
    #[prost(int32, required, tag = "2")]
    pub(crate) category: i32,
    #[prost(string, required, tag = "3")]
    pub(crate) threadname: String,
    #[prost(int32, optional, tag = "7")]
    pub(crate) log_level: Option<i32>,
    #[prost(uint64, optional, tag = "8")]
    pub(crate) log_line_bytes: Option<u64>,
    #[prost(oneof = "Line", tags = "4, 5, 6, 9, 10")]
    pub(crate) event: Option<Line>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum Line {
    #[prost(message, tag = "4")]
    Unknown(UnknownLogMessage),
    #[prost(message, tag = "5")]
    BlockConnected(BlockConnectedLog),
    #[prost(message, tag = "6")]
    BlockChecked(BlockCheckedLog),
    #[prost(message, tag = "9")]
    SawNewHeader(SawNewHeaderLog),
    #[prost(message, tag = "10")]
    CompactBlockReconstructed(CompactBlockReconstructedLog),
}

/// That of 2025.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct FirstLog {
    #[prost(uint64, required, tag = "1")]
    pub(crate) log_timestamp: u64,
    #[prost(int32, required, tag = "2")]
    pub(crate) category: i32,
    #[prost(oneof = "FirstLine", tags = "3, 4, 5")]
    pub(crate) event: Option<FirstLine>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum FirstLine {
    #[prost(message, tag = "3")]
    Unknown(UnknownLogMessage),
    #[prost(message, tag = "4")]
    BlockConnected(BlockConnectedLog),
    #[prost(message, tag = "5")]
    BlockChecked(BlockCheckedLog),
}

/// An event with a line of 2025.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct FirstEvent {
    #[prost(message, required, tag = "4")]
    pub(crate) log: FirstLog,
    #[prost(uint64, required, tag = "10")]
    pub(crate) timestamp: u64,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct UnknownLogMessage {
    #[prost(string, required, tag = "1")]
    pub(crate) raw_message: String,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct BlockConnectedLog {
    #[prost(string, required, tag = "1")]
    pub(crate) block_hash: String,
    #[prost(uint32, required, tag = "2")]
    pub(crate) block_height: u32,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct BlockCheckedLog {
    #[prost(string, required, tag = "1")]
    pub(crate) block_hash: String,
    #[prost(string, required, tag = "2")]
    pub(crate) state: String,
    #[prost(string, required, tag = "3")]
    pub(crate) debug_message: String,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct SawNewHeaderLog {
    #[prost(string, required, tag = "1")]
    pub(crate) block_hash: String,
    #[prost(uint32, required, tag = "2")]
    pub(crate) block_height: u32,
    #[prost(uint32, required, tag = "3")]
    pub(crate) peer_id: u32,
    #[prost(bool, required, tag = "4")]
    pub(crate) is_cmpctblock: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct CompactBlockReconstructedLog {
    #[prost(string, required, tag = "1")]
    pub(crate) block_hash: String,
    #[prost(uint32, required, tag = "2")]
    pub(crate) prefilled_txn_count: u32,
    #[prost(uint32, required, tag = "3")]
    pub(crate) mempool_txn_count: u32,
    #[prost(uint32, required, tag = "4")]
    pub(crate) extra_pool_txn_count: u32,
    #[prost(uint32, required, tag = "5")]
    pub(crate) requested_txn_count: u32,
    #[prost(uint32, required, tag = "6")]
    pub(crate) requested_txn_bytes: u32,
}
