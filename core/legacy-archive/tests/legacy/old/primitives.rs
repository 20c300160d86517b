//! Package `bitcoin_primitives`.

use prost::{Message, Oneof};

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Transaction {
    #[prost(bytes = "vec", required, tag = "1")]
    pub(crate) txid: Vec<u8>,
    #[prost(bytes = "vec", required, tag = "2")]
    pub(crate) wtxid: Vec<u8>,
    #[prost(bytes = "vec", optional, tag = "3")]
    pub(crate) raw: Option<Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct BlockHeader {
    #[prost(sint32, required, tag = "1")]
    pub(crate) version: i32,
    #[prost(bytes = "vec", required, tag = "2")]
    pub(crate) prev_blockhash: Vec<u8>,
    #[prost(bytes = "vec", required, tag = "3")]
    pub(crate) merkle_root: Vec<u8>,
    #[prost(uint32, required, tag = "4")]
    pub(crate) time: u32,
    #[prost(uint32, required, tag = "5")]
    pub(crate) bits: u32,
    #[prost(uint32, required, tag = "6")]
    pub(crate) nonce: u32,
    #[prost(bytes = "vec", required, tag = "7")]
    pub(crate) hash: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Address {
    #[prost(uint32, required, tag = "1")]
    pub(crate) timestamp: u32,
    #[prost(oneof = "AddressKind", tags = "2, 3, 4, 5, 6, 7, 8")]
    pub(crate) address: Option<AddressKind>,
    #[prost(uint64, required, tag = "9")]
    pub(crate) services: u64,
    #[prost(uint32, required, tag = "10")]
    pub(crate) port: u32,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum AddressKind {
    #[prost(string, tag = "2")]
    Ipv4(String),
    #[prost(string, tag = "3")]
    Ipv6(String),
    #[prost(string, tag = "4")]
    Torv2(String),
    #[prost(string, tag = "5")]
    Torv3(String),
    #[prost(string, tag = "6")]
    I2p(String),
    #[prost(string, tag = "7")]
    Cjdns(String),
    #[prost(message, tag = "8")]
    Unknown(UnknownAddress),
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct UnknownAddress {
    #[prost(uint32, required, tag = "1")]
    pub(crate) id: u32,
    #[prost(bytes = "vec", required, tag = "2")]
    pub(crate) address: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct InventoryItem {
    #[prost(oneof = "Item", tags = "1, 2, 3, 4, 5, 6, 7, 15")]
    pub(crate) item: Option<Item>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum Item {
    #[prost(bytes, tag = "1")]
    Transaction(Vec<u8>),
    #[prost(bytes, tag = "2")]
    Block(Vec<u8>),
    #[prost(bytes, tag = "3")]
    Wtx(Vec<u8>),
    #[prost(bytes, tag = "4")]
    WitnessTransaction(Vec<u8>),
    #[prost(bytes, tag = "5")]
    WitnessBlock(Vec<u8>),
    #[prost(bytes, tag = "6")]
    CompactBlock(Vec<u8>),
    #[prost(message, tag = "7")]
    Unknown(UnknownItem),
    #[prost(bool, tag = "15")]
    Error(bool),
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct UnknownItem {
    #[prost(uint32, required, tag = "1")]
    pub(crate) inv_type: u32,
    #[prost(bytes = "vec", required, tag = "2")]
    pub(crate) hash: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct PrefilledTransaction {
    #[prost(uint32, required, tag = "1")]
    pub(crate) diff_index: u32,
    #[prost(message, required, tag = "2")]
    pub(crate) tx: Transaction,
}
