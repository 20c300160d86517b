//! Package `ebpf_extractor.message`.

use prost::{Message, Oneof};

use super::primitives::{Address, BlockHeader, InventoryItem, PrefilledTransaction, Transaction};

#[derive(Clone, PartialEq, Message)]
pub(crate) struct MessageEvent {
    #[prost(message, required, tag = "1")]
    pub(crate) meta: Metadata,
    #[prost(
        oneof = "Msg",
        tags = "2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21, 22, 23, 24, \
                25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 99"
    )]
    pub(crate) msg: Option<Msg>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Metadata {
    #[prost(uint64, required, tag = "1")]
    pub(crate) peer_id: u64,
    #[prost(string, required, tag = "2")]
    pub(crate) addr: String,
    #[prost(int32, required, tag = "3")]
    pub(crate) conn_type: i32,
    #[prost(string, required, tag = "4")]
    pub(crate) command: String,
    #[prost(bool, required, tag = "5")]
    pub(crate) inbound: bool,
    #[prost(uint64, required, tag = "6")]
    pub(crate) size: u64,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum Msg {
    #[prost(message, tag = "2")]
    Ping(Nonce),
    #[prost(message, tag = "3")]
    Pong(Nonce),
    #[prost(message, tag = "4")]
    Inv(Items),
    #[prost(message, tag = "5")]
    Getdata(Items),
    #[prost(message, tag = "6")]
    Tx(Tx),
    #[prost(message, tag = "7")]
    Headers(Headers),
    #[prost(message, tag = "8")]
    Addr(Addresses),
    #[prost(message, tag = "9")]
    Addrv2(Addresses),
    #[prost(message, tag = "10")]
    Feefilter(FeeFilter),
    #[prost(message, tag = "11")]
    Getheaders(Locator),
    #[prost(message, tag = "12")]
    Getblocks(Locator),
    #[prost(message, tag = "13")]
    Version(Version),
    #[prost(message, tag = "14")]
    Notfound(Items),
    #[prost(message, tag = "16")]
    Compactblock(CompactBlock),
    #[prost(message, tag = "17")]
    Sendcompact(SendCompact),
    #[prost(message, tag = "18")]
    Block(Block),
    #[prost(message, tag = "19")]
    Getblocktxn(GetBlockTxn),
    #[prost(message, tag = "20")]
    Blocktxn(BlockTxn),
    #[prost(message, tag = "21")]
    Alert(Raw),
    #[prost(message, tag = "22")]
    Filteradd(Raw),
    #[prost(message, tag = "23")]
    Filterload(FilterLoad),
    #[prost(message, tag = "24")]
    Getcfcheckpt(FilterHash),
    #[prost(message, tag = "25")]
    Cfheaders(CfHeaders),
    #[prost(message, tag = "26")]
    Cfilter(CFilter),
    #[prost(message, tag = "27")]
    Cfcheckpt(CfCheckpt),
    #[prost(message, tag = "28")]
    Getcfheaders(FilterRange),
    #[prost(message, tag = "29")]
    Getcfilter(FilterRange),
    #[prost(message, tag = "30")]
    Merkleblock(MerkleBlock),
    #[prost(message, tag = "31")]
    Unknown(Unknown),
    #[prost(bool, tag = "32")]
    Verack(bool),
    #[prost(bool, tag = "33")]
    Sendheaders(bool),
    #[prost(bool, tag = "34")]
    Getaddr(bool),
    #[prost(bool, tag = "35")]
    Mempool(bool),
    #[prost(bool, tag = "36")]
    Wtxidrelay(bool),
    #[prost(bool, tag = "37")]
    Sendaddrv2(bool),
    #[prost(bool, tag = "38")]
    Filterclear(bool),
    #[prost(message, tag = "39")]
    Reject(Reject),
    #[prost(bool, tag = "40")]
    Emptyaddrv2(bool),
    #[prost(bool, tag = "41")]
    Oldping(bool),
    /// Of a version to come.
    #[prost(bool, tag = "99")]
    Future(bool),
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Nonce {
    #[prost(fixed64, required, tag = "1")]
    pub(crate) value: u64,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Items {
    #[prost(message, repeated, tag = "1")]
    pub(crate) items: Vec<InventoryItem>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Tx {
    #[prost(message, required, tag = "1")]
    pub(crate) tx: Transaction,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Headers {
    #[prost(message, repeated, tag = "1")]
    pub(crate) headers: Vec<BlockHeader>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Addresses {
    #[prost(message, repeated, tag = "1")]
    pub(crate) addresses: Vec<Address>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct FeeFilter {
    #[prost(sint64, required, tag = "1")]
    pub(crate) fee: i64,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Locator {
    #[prost(uint32, required, tag = "1")]
    pub(crate) version: u32,
    #[prost(bytes = "vec", repeated, tag = "2")]
    pub(crate) locator_hashes: Vec<Vec<u8>>,
    #[prost(bytes = "vec", required, tag = "3")]
    pub(crate) stop_hash: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Version {
    #[prost(uint32, required, tag = "1")]
    pub(crate) version: u32,
    #[prost(uint64, required, tag = "2")]
    pub(crate) services: u64,
    #[prost(sint64, required, tag = "3")]
    pub(crate) timestamp: i64,
    #[prost(message, required, tag = "4")]
    pub(crate) receiver: Address,
    #[prost(message, required, tag = "5")]
    pub(crate) sender: Address,
    #[prost(uint64, required, tag = "6")]
    pub(crate) nonce: u64,
    #[prost(string, required, tag = "7")]
    pub(crate) user_agent: String,
    #[prost(sint32, required, tag = "8")]
    pub(crate) start_height: i32,
    #[prost(bool, required, tag = "9")]
    pub(crate) relay: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct CompactBlock {
    #[prost(message, required, tag = "1")]
    pub(crate) header: BlockHeader,
    #[prost(uint64, required, tag = "2")]
    pub(crate) nonce: u64,
    #[prost(bytes = "vec", repeated, tag = "3")]
    pub(crate) short_ids: Vec<Vec<u8>>,
    #[prost(message, repeated, tag = "4")]
    pub(crate) transactions: Vec<PrefilledTransaction>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct SendCompact {
    #[prost(bool, required, tag = "1")]
    pub(crate) send_compact: bool,
    #[prost(uint64, required, tag = "2")]
    pub(crate) version: u64,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Block {
    #[prost(message, required, tag = "1")]
    pub(crate) header: BlockHeader,
    #[prost(message, repeated, tag = "2")]
    pub(crate) transactions: Vec<Transaction>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct GetBlockTxn {
    #[prost(bytes = "vec", required, tag = "1")]
    pub(crate) block_hash: Vec<u8>,
    #[prost(uint64, repeated, packed = "false", tag = "2")]
    pub(crate) tx_indexes: Vec<u64>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct BlockTxn {
    #[prost(bytes = "vec", required, tag = "1")]
    pub(crate) block_hash: Vec<u8>,
    #[prost(message, repeated, tag = "2")]
    pub(crate) transactions: Vec<Transaction>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Raw {
    #[prost(bytes = "vec", required, tag = "1")]
    pub(crate) bytes: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct FilterLoad {
    #[prost(bytes = "vec", required, tag = "1")]
    pub(crate) filter: Vec<u8>,
    #[prost(uint32, required, tag = "2")]
    pub(crate) hash_funcs: u32,
    #[prost(uint32, required, tag = "3")]
    pub(crate) tweak: u32,
    #[prost(int32, required, tag = "4")]
    pub(crate) flags: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct FilterHash {
    #[prost(uint32, required, tag = "1")]
    pub(crate) filter_type: u32,
    #[prost(bytes = "vec", required, tag = "2")]
    pub(crate) stop_hash: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct FilterRange {
    #[prost(uint32, required, tag = "1")]
    pub(crate) filter_type: u32,
    #[prost(uint32, required, tag = "2")]
    pub(crate) start_height: u32,
    #[prost(bytes = "vec", required, tag = "3")]
    pub(crate) stop_hash: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct CfHeaders {
    #[prost(uint32, required, tag = "1")]
    pub(crate) filter_type: u32,
    #[prost(bytes = "vec", required, tag = "2")]
    pub(crate) stop_hash: Vec<u8>,
    #[prost(bytes = "vec", required, tag = "3")]
    pub(crate) previous_filter_header: Vec<u8>,
    #[prost(bytes = "vec", repeated, tag = "4")]
    pub(crate) filter_hashes: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct CFilter {
    #[prost(uint32, required, tag = "1")]
    pub(crate) filter_type: u32,
    #[prost(bytes = "vec", required, tag = "2")]
    pub(crate) block_hash: Vec<u8>,
    #[prost(bytes = "vec", required, tag = "3")]
    pub(crate) filter: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct CfCheckpt {
    #[prost(uint32, required, tag = "1")]
    pub(crate) filter_type: u32,
    #[prost(bytes = "vec", required, tag = "2")]
    pub(crate) stop_hash: Vec<u8>,
    #[prost(bytes = "vec", repeated, tag = "3")]
    pub(crate) filter_headers: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct MerkleBlock {
    #[prost(message, required, tag = "1")]
    pub(crate) header: BlockHeader,
    #[prost(uint32, required, tag = "2")]
    pub(crate) num_transactions: u32,
    #[prost(bool, repeated, packed = "false", tag = "3")]
    pub(crate) bits: Vec<bool>,
    #[prost(bytes = "vec", repeated, tag = "4")]
    pub(crate) hashes: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Unknown {
    #[prost(string, required, tag = "1")]
    pub(crate) command: String,
    #[prost(bytes = "vec", required, tag = "2")]
    pub(crate) payload: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Reject {
    #[prost(string, required, tag = "1")]
    pub(crate) rejected_command: String,
    #[prost(int32, required, tag = "2")]
    pub(crate) reason: i32,
    #[prost(string, required, tag = "3")]
    pub(crate) reason_details: String,
    #[prost(bytes = "vec", required, tag = "4")]
    pub(crate) hash: Vec<u8>,
}
