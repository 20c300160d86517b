//! Package `ebpf_extractor`, but for messages.

use prost::{Message, Oneof};

use super::message::MessageEvent;

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Ebpf {
    #[prost(oneof = "Kind", tags = "1, 2, 3, 4, 5")]
    pub(crate) event: Option<Kind>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum Kind {
    #[prost(message, tag = "1")]
    Message(Box<MessageEvent>),
    #[prost(message, tag = "2")]
    Connection(ConnectionEvent),
    #[prost(message, tag = "3")]
    Addrman(AddrmanEvent),
    #[prost(message, tag = "4")]
    Mempool(MempoolEvent),
    #[prost(message, tag = "5")]
    Validation(ValidationEvent),
}

impl Kind {
    pub(crate) fn event(self) -> super::Event {
        super::Event::new(super::Source::Ebpf(Ebpf { event: Some(self) }))
    }
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct ConnectionEvent {
    #[prost(oneof = "Connected", tags = "1, 2, 3, 4, 5")]
    pub(crate) event: Option<Connected>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum Connected {
    #[prost(message, tag = "1")]
    Closed(WithConnection),
    #[prost(message, tag = "2")]
    InboundEvicted(WithConnection),
    #[prost(message, tag = "3")]
    Inbound(WithConnection),
    #[prost(message, tag = "4")]
    Outbound(WithConnection),
    #[prost(message, tag = "5")]
    Misbehaving(Misbehaving),
}

/// `ClosedConnection` and the like: the number is a time or a count.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct WithConnection {
    #[prost(message, required, tag = "1")]
    pub(crate) conn: Connection,
    #[prost(uint64, required, tag = "2")]
    pub(crate) number: u64,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Connection {
    #[prost(uint64, required, tag = "1")]
    pub(crate) peer_id: u64,
    #[prost(string, required, tag = "2")]
    pub(crate) addr: String,
    #[prost(int32, required, tag = "3")]
    pub(crate) conn_type: i32,
    #[prost(uint32, required, tag = "4")]
    pub(crate) network: u32,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Misbehaving {
    #[prost(uint64, required, tag = "1")]
    pub(crate) id: u64,
    #[prost(string, required, tag = "2")]
    pub(crate) message: String,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct AddrmanEvent {
    #[prost(oneof = "Inserted", tags = "1, 2")]
    pub(crate) event: Option<Inserted>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum Inserted {
    #[prost(message, tag = "1")]
    New(InsertNew),
    #[prost(message, tag = "2")]
    Tried(InsertTried),
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct InsertNew {
    #[prost(bool, required, tag = "1")]
    pub(crate) inserted: bool,
    #[prost(int32, required, tag = "2")]
    pub(crate) bucket: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct InsertTried {
    #[prost(int32, required, tag = "1")]
    pub(crate) bucket: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct MempoolEvent {
    #[prost(oneof = "Mempool", tags = "1, 2, 3, 4")]
    pub(crate) event: Option<Mempool>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum Mempool {
    #[prost(message, tag = "1")]
    Added(Added),
    #[prost(message, tag = "2")]
    Replaced(Replaced),
    #[prost(message, tag = "3")]
    Removed(Removed),
    #[prost(message, tag = "4")]
    Rejected(Rejected),
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Added {
    #[prost(bytes = "vec", required, tag = "1")]
    pub(crate) txid: Vec<u8>,
    #[prost(int32, required, tag = "2")]
    pub(crate) vsize: i32,
    #[prost(int64, required, tag = "3")]
    pub(crate) fee: i64,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Replaced {
    #[prost(bytes = "vec", required, tag = "1")]
    pub(crate) replaced_txid: Vec<u8>,
    #[prost(int32, required, tag = "2")]
    pub(crate) replaced_vsize: i32,
    #[prost(int64, required, tag = "3")]
    pub(crate) replaced_fee: i64,
    #[prost(uint64, required, tag = "4")]
    pub(crate) replaced_entry_time: u64,
    #[prost(bytes = "vec", required, tag = "5")]
    pub(crate) replacement_id: Vec<u8>,
    #[prost(int32, required, tag = "6")]
    pub(crate) replacement_vsize: i32,
    #[prost(int64, required, tag = "7")]
    pub(crate) replacement_fee: i64,
    #[prost(bool, required, tag = "8")]
    pub(crate) replaced_by_transaction: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Removed {
    #[prost(bytes = "vec", required, tag = "1")]
    pub(crate) txid: Vec<u8>,
    #[prost(string, required, tag = "2")]
    pub(crate) reason: String,
    #[prost(int32, required, tag = "3")]
    pub(crate) vsize: i32,
    #[prost(int64, required, tag = "4")]
    pub(crate) fee: i64,
    #[prost(uint64, required, tag = "5")]
    pub(crate) entry_time: u64,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Rejected {
    #[prost(bytes = "vec", required, tag = "1")]
    pub(crate) txid: Vec<u8>,
    #[prost(string, required, tag = "2")]
    pub(crate) reason: String,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct ValidationEvent {
    #[prost(message, optional, tag = "1")]
    pub(crate) block_connected: Option<BlockConnected>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct BlockConnected {
    #[prost(bytes = "vec", required, tag = "1")]
    pub(crate) hash: Vec<u8>,
    #[prost(int32, required, tag = "2")]
    pub(crate) height: i32,
    #[prost(int64, required, tag = "3")]
    pub(crate) transactions: i64,
    #[prost(int32, required, tag = "4")]
    pub(crate) inputs: i32,
    #[prost(int64, required, tag = "5")]
    pub(crate) sigops: i64,
    #[prost(uint64, required, tag = "6")]
    pub(crate) connection_time: u64,
}
