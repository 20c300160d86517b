//! One node's metrics by theme: each kind of event goes to the theme that takes it.

use std::sync::Arc;

use peer_observer_event::{Event, Extractor, Kind, LogTemplateSeen, Payload};

use crate::blocks::BlockMetrics;
use crate::chain::ChainMetrics;
use crate::connection::ConnectionMetrics;
use crate::families::Families;
use crate::family::NodeName;
use crate::log::LogMetrics;
use crate::mempool::MempoolMetrics;
use crate::p2p::P2pMetrics;
use crate::probe::ProbeMetrics;
use crate::rpc::RpcMetrics;
use crate::utxocache::UtxoCacheMetrics;

/// What is kept of one node. Themes that have series from the beginning on are
/// there only when the first such event has come.
pub(crate) struct Themes {
    node: NodeName,
    p2p: P2pMetrics,
    connection: ConnectionMetrics,
    mempool: Option<MempoolMetrics>,
    blocks: Option<BlockMetrics>,
    utxocache: Option<UtxoCacheMetrics>,
    log: Option<LogMetrics>,
    probe: ProbeMetrics,
    chain: Option<ChainMetrics>,
    rpc: RpcMetrics,
}

impl Themes {
    pub(crate) fn new(node: &NodeName) -> Themes {
        Themes {
            node: Arc::clone(node),
            p2p: P2pMetrics::new(node),
            connection: ConnectionMetrics::new(node),
            mempool: None,
            blocks: None,
            utxocache: None,
            log: None,
            probe: ProbeMetrics::new(node),
            chain: None,
            rpc: RpcMetrics::new(node),
        }
    }

    /// Takes over what an event says of the node. Events of an earlier life of
    /// the node are counted, but do not say how things are: then `is_current`
    /// is false.
    pub(crate) fn event(
        &mut self,
        event: &Event,
        payload: &Payload,
        is_current: bool,
        families: &Families,
    ) {
        let (node, time_ns) = (&self.node, event.time_ns);
        match payload.kind() {
            Kind::P2pMessage => self.p2p.event(payload, time_ns, &families.p2p),
            Kind::Connection => {
                self.connection
                    .event(payload, time_ns, is_current, &families.connection);
            }
            Kind::Mempool => self
                .mempool
                .get_or_insert_with(|| MempoolMetrics::new(node, &families.mempool))
                .event(payload, &families.mempool),
            Kind::Validation => self.validation(event, payload, families),
            Kind::Utxocache => self
                .utxocache
                .get_or_insert_with(|| UtxoCacheMetrics::new(node, &families.utxocache))
                .event(payload, &families.utxocache),
            Kind::Log => self.log_event(payload, is_current, families),
            Kind::Probe => self.probe.event(event, is_current, &families.probe),
            Kind::Chain => self
                .chain
                .get_or_insert_with(|| ChainMetrics::new(node, &families.chain))
                .event(payload, is_current, &families.chain),
            Kind::Process => families.process.fold(node, payload, is_current),
            Kind::Rpc if is_current => {
                if let Payload::PeerInfos(infos) = payload {
                    self.connection.correct(infos, &families.connection);
                }
                self.rpc.reply(payload, time_ns, &families.rpc);
            }
            // Replies of an earlier life say nothing; the others are of the pipeline.
            Kind::Rpc
            | Kind::Notice
            | Kind::Heartbeat
            | Kind::Tick
            | Kind::Alert
            | Kind::Unspecified => {}
        }
    }

    fn validation(&mut self, event: &Event, payload: &Payload, families: &Families) {
        let Payload::BlockConnected(block) = payload else {
            return;
        };
        self.blocks
            .get_or_insert_with(|| BlockMetrics::new(&self.node, &families.blocks))
            .connected(block);
        let hash = &block.block_hash;
        self.probe.block_connected(event, hash, &families.probe);
    }

    fn log_event(&mut self, payload: &Payload, is_current: bool, families: &Families) {
        match payload {
            Payload::LogLine(line) => {
                let log = self.log(families);
                log.line(line, is_current, &families.log);
            }
            Payload::BlockReconstruction(block) => {
                families.reconstruction.fold(&self.node, block, is_current);
            }
            _ => {}
        }
    }

    /// The log has a template that the extractor had not met before.
    pub(crate) fn template_seen(&mut self, seen: &LogTemplateSeen, families: &Families) {
        self.log(families).template_seen(seen);
    }

    fn log(&mut self, families: &Families) -> &mut LogMetrics {
        self.log
            .get_or_insert_with(|| LogMetrics::new(&self.node, &families.log))
    }

    /// A new life of the node.
    pub(crate) fn begin_run(&mut self) {
        self.connection.reset();
        self.rpc.forget();
    }

    /// A new life of an extractor: what it had in mind is gone.
    pub(crate) fn extractor_started(&self, extractor: Extractor) {
        if let (Extractor::Log, Some(log)) = (extractor, &self.log) {
            log.started();
        }
    }

    /// No extractor reads from the node: it has no connections that anybody knows of.
    pub(crate) fn node_is_down(&self) {
        self.connection.reset();
    }

    /// This extractor does not read from the node any more: what it said last
    /// would look like news.
    pub(crate) fn clear(&mut self, extractor: Extractor, families: &Families) {
        match extractor {
            Extractor::Rpc => self.rpc.clear(&families.rpc),
            Extractor::Log => {
                if let Some(log) = &mut self.log {
                    log.clear(&families.log);
                }
                families.reconstruction.clear(&self.node);
            }
            Extractor::P2p => self.probe.clear(&families.probe),
            Extractor::Ipc => {
                if let Some(chain) = &self.chain {
                    chain.clear(&families.chain);
                }
            }
            Extractor::Process => families.process.clear(&self.node),
            Extractor::Ebpf | Extractor::Bus | Extractor::Alerts | Extractor::Unspecified => {}
        }
    }
}
