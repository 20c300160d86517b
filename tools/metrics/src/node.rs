//! One node: which life of it this is, whether it is up, and its metrics by theme.

use peer_observer_event::{Event, Extractor, Kind, Payload};

use crate::blocks::BlockMetrics;
use crate::connection::ConnectionMetrics;
use crate::family::{NodeName, gauge_value};
use crate::fold::Families;
use crate::mempool::MempoolMetrics;
use crate::p2p::P2pMetrics;
use crate::pipeline::PipelineMetrics;
use crate::rpc::RpcMetrics;
use crate::utxocache::UtxoCacheMetrics;

/// Starts of a node within so many seconds are the same life (see `Event.run`).
const SAME_RUN_SECONDS: u64 = 3;
/// Extractors, the unspecified one included.
pub(crate) const EXTRACTORS: usize = 8;

/// What is kept of one node.
pub(crate) struct Node {
    pub(crate) name: NodeName,
    run: Option<u64>,
    /// Which extractors read from the node, by number.
    is_read: [bool; EXTRACTORS],
    p2p: P2pMetrics,
    connection: ConnectionMetrics,
    mempool: Option<MempoolMetrics>,
    blocks: Option<BlockMetrics>,
    utxocache: Option<UtxoCacheMetrics>,
    rpc: RpcMetrics,
    pipeline: PipelineMetrics,
}

impl Node {
    pub(crate) fn new(name: NodeName, families: &Families) -> Node {
        Node {
            run: None,
            is_read: [false; EXTRACTORS],
            p2p: P2pMetrics::new(&name),
            connection: ConnectionMetrics::new(&name),
            mempool: None,
            blocks: None,
            utxocache: None,
            rpc: RpcMetrics::new(&name),
            pipeline: PipelineMetrics::new(&name, &families.pipeline),
            name,
        }
    }

    pub(crate) fn event(&mut self, event: &Event, batch: u64, families: &Families) {
        let is_current = self.enter_run(event.run);
        self.pipeline.latency(event, batch, &families.pipeline);
        let Some(payload) = &event.payload else {
            return;
        };
        let extractor = event.extractor();
        if is_current && !self.is_read[extractor as usize] && tells_of_node(payload) {
            // We came too late for the notice.
            self.set_read(extractor, true, families);
        }
        match payload {
            Payload::P2pMessage(message) => self.p2p.message(message, event.time_ns, &families.p2p),
            Payload::ConnectionOpened(opened) => {
                self.connection
                    .opened(opened, is_current, &families.connection);
            }
            Payload::ConnectionClosed(closed) => {
                self.connection
                    .closed(closed, event.time_ns, is_current, &families.connection);
            }
            Payload::ConnectionEvicted(evicted) => {
                self.connection.evicted(evicted, &families.connection);
            }
            Payload::ConnectionMisbehaving(misbehaving) => {
                self.connection
                    .misbehaving(misbehaving, &families.connection);
            }
            Payload::MempoolAdded(added) => self.mempool(families).added(added),
            Payload::MempoolRemoved(removed) => {
                self.mempool(families).removed(removed, &families.mempool);
            }
            Payload::MempoolReplaced(replaced) => self.mempool(families).replaced(replaced),
            Payload::MempoolRejected(rejected) => {
                self.mempool(families).rejected(rejected, &families.mempool);
            }
            Payload::BlockConnected(block) => self
                .blocks
                .get_or_insert_with(|| BlockMetrics::new(&self.name, &families.blocks))
                .connected(block),
            Payload::UtxoAdded(_) => self.utxocache(families).added(),
            Payload::UtxoSpent(_) => self.utxocache(families).spent(),
            Payload::UtxoUncached(_) => self.utxocache(families).uncached(),
            Payload::UtxoCacheFlushed(flushed) => {
                self.utxocache(families)
                    .flushed(flushed, &families.utxocache);
            }
            Payload::Started(started) => {
                self.pipeline.started(started, &families.pipeline);
                self.set_read(extractor, false, families);
            }
            Payload::NodeGone(_) => self.set_read(extractor, false, families),
            Payload::NodeBack(_) => self.set_read(extractor, true, families),
            Payload::Gap(gap) => self.pipeline.gap(extractor, gap, &families.pipeline),
            Payload::Heartbeat(heartbeat) => {
                self.pipeline
                    .heartbeat(event, heartbeat, &families.pipeline);
            }
            Payload::Tick(_) => {}
            _ if payload.kind() == Kind::Rpc => {
                if is_current {
                    self.reply(payload, event.time_ns, families);
                }
            }
            _ => {}
        }
    }

    /// A reply of the node's RPC interface.
    fn reply(&mut self, payload: &Payload, time_ns: u64, families: &Families) {
        if let Payload::PeerInfos(infos) = payload {
            self.connection.correct(infos, &families.connection);
        }
        self.rpc.reply(payload, time_ns, &families.rpc);
    }

    /// Notes a new life of the node; is the event of the current one? Events of
    /// an earlier life can still come in after the new one has begun.
    fn enter_run(&mut self, run: Option<u64>) -> bool {
        let Some(run) = run else { return true };
        match self.run {
            Some(known) if run == known => return true,
            Some(known) if known > run + SAME_RUN_SECONDS => return false,
            Some(known) if known.abs_diff(run) <= SAME_RUN_SECONDS => return true,
            _ => {}
        }
        self.run = Some(run);
        self.connection.reset();
        self.rpc.forget();
        self.pipeline.run.set(gauge_value(run));
        true
    }

    /// An extractor says whether it reads from the node. The node is up while one does.
    fn set_read(&mut self, extractor: Extractor, is_read: bool, families: &Families) {
        self.is_read[extractor as usize] = is_read;
        let is_up = self.is_read.contains(&true);
        self.pipeline.up.set(is_up.into());
        if !is_up {
            self.connection.reset();
        }
        if extractor == Extractor::Rpc && !is_read {
            // Nobody knows the peers any more: old numbers would look like news.
            self.rpc.clear(&families.rpc);
        }
    }

    fn mempool(&mut self, families: &Families) -> &mut MempoolMetrics {
        self.mempool
            .get_or_insert_with(|| MempoolMetrics::new(&self.name, &families.mempool))
    }

    fn utxocache(&mut self, families: &Families) -> &mut UtxoCacheMetrics {
        self.utxocache
            .get_or_insert_with(|| UtxoCacheMetrics::new(&self.name, &families.utxocache))
    }
}

/// Does it say what the node does, and not what the extractor does?
fn tells_of_node(payload: &Payload) -> bool {
    !matches!(payload.kind(), Kind::Notice | Kind::Heartbeat | Kind::Tick)
}
