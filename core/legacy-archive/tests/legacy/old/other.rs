//! Packages `p2p_extractor` and `ipc_extractor`.

use prost::{Message, Oneof};

use super::message::{Addresses, Items};

#[derive(Clone, PartialEq, Message)]
pub(crate) struct P2p {
    #[prost(oneof = "Probe", tags = "1, 2, 3, 4")]
    pub(crate) event: Option<Probe>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum Probe {
    #[prost(message, tag = "1")]
    PingDuration(PingDuration),
    #[prost(message, tag = "2")]
    AddressAnnouncement(Addresses),
    #[prost(message, tag = "3")]
    InventoryAnnouncement(Items),
    #[prost(sint64, tag = "4")]
    FeefilterAnnouncement(i64),
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct PingDuration {
    #[prost(uint64, required, tag = "1")]
    pub(crate) duration: u64,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Ipc {
    #[prost(oneof = "IpcKind", tags = "1, 6")]
    pub(crate) event: Option<IpcKind>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum IpcKind {
    #[prost(message, tag = "1")]
    BlockTip(BlockTip),
    #[prost(message, tag = "6")]
    UpdatedBlockTip(UpdatedBlockTip),
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct BlockTip {
    #[prost(int32, required, tag = "1")]
    pub(crate) height: i32,
    #[prost(bytes = "vec", required, tag = "2")]
    pub(crate) hash: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct UpdatedBlockTip {}
