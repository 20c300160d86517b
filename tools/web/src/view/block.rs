//! One block, as all who saw it tell of it.

use std::sync::Arc;

use bytes::Bytes;
use peer_observer_event::{
    BlockConnected, BlockReconstruction, ChainTipChanged, Event, LogTipUpdated, json::hash_hex,
};
use serde::Serialize;

/// A block that the node took, or put together, while we watched.
pub(super) struct Block {
    pub(super) hash: Bytes,
    /// The earliest time that anybody tells.
    time_ns: u64,
    pub(super) height: Option<i32>,
    pub(super) tip: Option<TipRow>,
    connected: Option<ConnectedRow>,
    logged: Option<LoggedRow>,
    reconstruction: Option<Arc<BlockReconstruction>>,
    announced_ns: Option<u64>,
    /// A reorganisation took it out of the chain.
    pub(super) disconnected: bool,
}

/// One `block` in `/api/v1/chain`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BlockRow {
    block_hash: String,
    time_ns: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tip: Option<TipRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connected: Option<ConnectedRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logged: Option<LoggedRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reconstruction: Option<Arc<BlockReconstruction>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    announced_ns: Option<String>,
    disconnected: bool,
}

/// The node told of it as its tip.
#[derive(Clone, Debug, Serialize)]
pub(super) struct TipRow {
    time_ns: String,
    observed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    advanced_blocks: Option<u32>,
}

/// The tracepoint saw it connected.
#[derive(Clone, Debug, Serialize)]
struct ConnectedRow {
    time_ns: String,
    transaction_count: u64,
    duration_ns: u64,
}

/// debug.log says that it is the tip.
#[derive(Clone, Debug, Serialize)]
struct LoggedRow {
    time_ns: String,
}

impl Block {
    pub(super) fn new(hash: &Bytes, event: &Event) -> Block {
        Block {
            hash: hash.clone(),
            time_ns: event.time_ns,
            height: None,
            tip: None,
            connected: None,
            logged: None,
            reconstruction: None,
            announced_ns: None,
            disconnected: false,
        }
    }

    pub(super) fn tip(&mut self, event: &Event, tip: &ChainTipChanged) {
        self.time_ns = self.time_ns.min(event.time_ns);
        self.height = Some(tip.height);
        self.disconnected = false;
        self.tip = Some(TipRow {
            time_ns: event.time_ns.to_string(),
            observed: tip.observed,
            advanced_blocks: tip.advanced_blocks,
        });
    }

    pub(super) fn connected(&mut self, event: &Event, block: &BlockConnected) {
        self.time_ns = self.time_ns.min(event.time_ns);
        self.height = Some(block.height);
        self.disconnected = false;
        self.connected = Some(ConnectedRow {
            time_ns: event.time_ns.to_string(),
            transaction_count: block.transaction_count,
            duration_ns: block.duration_ns,
        });
    }

    pub(super) fn logged(&mut self, event: &Event, tip: &LogTipUpdated) {
        self.time_ns = self.time_ns.min(event.time_ns);
        self.height = Some(tip.height);
        self.logged = Some(LoggedRow {
            time_ns: event.time_ns.to_string(),
        });
    }

    pub(super) fn reconstructed(&mut self, block: &BlockReconstruction) {
        self.height = self.height.or(block.height);
        self.reconstruction = Some(Arc::new(block.clone()));
    }

    /// The node announced it to our probe; the first time counts.
    pub(super) fn announced(&mut self, time_ns: u64) {
        self.announced_ns.get_or_insert(time_ns);
    }

    pub(super) fn row(&self) -> BlockRow {
        BlockRow {
            block_hash: hash_hex(&self.hash),
            time_ns: self.time_ns.to_string(),
            height: self.height,
            tip: self.tip.clone(),
            connected: self.connected.clone(),
            logged: self.logged.clone(),
            reconstruction: self.reconstruction.clone(),
            announced_ns: self.announced_ns.map(|time| time.to_string()),
            disconnected: self.disconnected,
        }
    }
}
