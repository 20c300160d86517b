//! One node: its peers in its present life, and sums over all that we saw.

use std::sync::Arc;

use peer_observer_event::{
    Body, Event, Extractor, Gap, GapReason, P2pMessage, Payload, PeerInfos, json::hash_hex,
};

use super::chain::Chain;
use super::commands::{Command, CommandTable};
use super::facts::Facts;
use super::gone::Gone;
use super::hops::Hops;
use super::lifecycle::Stage;
use super::log::Log;
use super::peers::Peers;
use super::probe::Probe;
use super::process::Process;

/// Two starts within so many seconds are the same run (see the schema).
const SAME_RUN_SECONDS: u64 = 3;

/// Room for the numbers of extractors that later versions may add.
const MOST_EXTRACTORS: usize = 16;

/// What is known of a node.
pub(super) struct Node {
    pub(super) name: Arc<str>,
    pub(super) run: Option<u64>,
    pub(super) peers: Peers,
    pub(super) gone: Gone,
    pub(super) facts: Facts,
    pub(super) table: CommandTable,
    pub(super) hops: Hops,
    pub(super) counts: Counts,
    pub(super) probe: Probe,
    pub(super) chain: Chain,
    pub(super) process: Process,
    pub(super) log: Log,
    /// The tip, as the latest event says that has one.
    pub(super) best: Option<BlockId>,
    pub(super) last_block: Option<LastBlock>,
    /// Does the extractor read from the node? By its number; absent: not said yet.
    reads: [Option<bool>; MOST_EXTRACTORS],
    /// Has the extractor ever read from it? By its number.
    has_read: [bool; MOST_EXTRACTORS],
}

/// Sums over all lives of a node that we saw.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) undecodable: u64,
    pub(super) cut: u64,
    pub(super) connections_opened: u64,
    pub(super) connections_closed: u64,
    pub(super) connections_evicted: u64,
    pub(super) misbehaving: u64,
    pub(super) mempool_added: u64,
    pub(super) mempool_removed: u64,
    pub(super) mempool_replaced: u64,
    pub(super) mempool_rejected: u64,
    pub(super) blocks_connected: u64,
    pub(super) gaps: u64,
    pub(super) lost: u64,
    pub(super) lost_unknown: u64,
}

/// A block in the chain.
#[derive(Clone)]
pub(super) struct BlockId {
    pub(super) height: i32,
    pub(super) block_hash: String,
}

/// The block that was connected last.
pub(super) struct LastBlock {
    pub(super) block: BlockId,
    pub(super) time_ns: u64,
    pub(super) transaction_count: u64,
    pub(super) duration_ns: u64,
}

/// How an event's run relates to the node's present one.
#[derive(PartialEq)]
enum Life {
    Present,
    Earlier,
}

impl BlockId {
    fn of(height: i32, hash: &[u8]) -> BlockId {
        BlockId {
            height,
            block_hash: hash_hex(hash),
        }
    }
}

impl Node {
    pub(super) fn new(name: &str) -> Node {
        Node {
            name: name.into(),
            run: None,
            peers: Peers::default(),
            gone: Gone::default(),
            facts: Facts::default(),
            table: CommandTable::new(),
            hops: Hops::default(),
            counts: Counts::default(),
            probe: Probe::default(),
            chain: Chain::default(),
            process: Process::default(),
            log: Log::default(),
            best: None,
            last_block: None,
            reads: Default::default(),
            has_read: Default::default(),
        }
    }

    /// Does any extractor read from the node?
    pub(super) fn is_connected(&self) -> bool {
        self.reads.contains(&Some(true))
    }

    pub(super) fn apply(&mut self, event: &Event) {
        let Some(payload) = &event.payload else {
            return;
        };
        let life = self.enter_run(event);
        self.extractor_says(event, payload);
        if let Payload::P2pMessage(message) = payload {
            return self.message(event, message, life);
        }
        self.count(event, payload);
        self.log.apply(event, payload);
        self.chain.apply(event, payload);
        if life == Life::Present {
            self.probe.apply(event, payload);
            self.process.apply(event, payload);
            self.apply_to_peers(event, payload);
        }
    }

    /// A node that started anew has new peers under old ids.
    fn enter_run(&mut self, event: &Event) -> Life {
        match (event.run, self.run) {
            (Some(run), Some(known)) if run.abs_diff(known) <= SAME_RUN_SECONDS => {}
            (Some(run), Some(known)) if run < known => return Life::Earlier,
            (Some(run), Some(_)) => {
                self.gone.add(self.run, self.peers.end_all(event));
                self.run = Some(run);
                self.facts = Facts::default();
                self.chain.restart();
                self.process.restart();
                self.reads = Default::default();
            }
            (Some(run), None) => self.run = Some(run),
            (None, _) => {}
        }
        Life::Present
    }

    /// Forgets the peers whose end is long enough ago.
    pub(super) fn forget(&mut self, bus_time_ns: u64) {
        let ended = self.peers.take_ended(bus_time_ns);
        self.gone.add(self.run, ended);
        self.gone.forget(bus_time_ns);
        self.probe.forget(bus_time_ns);
        self.process.forget(bus_time_ns);
    }

    fn count(&mut self, event: &Event, payload: &Payload) {
        let counts = &mut self.counts;
        match payload {
            Payload::ConnectionOpened(_) => counts.connections_opened += 1,
            Payload::ConnectionClosed(_) => counts.connections_closed += 1,
            Payload::ConnectionEvicted(_) => counts.connections_evicted += 1,
            Payload::ConnectionMisbehaving(_) => counts.misbehaving += 1,
            Payload::MempoolAdded(_) => counts.mempool_added += 1,
            Payload::MempoolRemoved(_) => counts.mempool_removed += 1,
            Payload::MempoolReplaced(_) => counts.mempool_replaced += 1,
            Payload::MempoolRejected(_) => counts.mempool_rejected += 1,
            Payload::BlockConnected(block) => {
                counts.blocks_connected += 1;
                let id = BlockId::of(block.height, &block.block_hash);
                self.best = Some(id.clone());
                self.last_block = Some(LastBlock {
                    block: id,
                    time_ns: event.time_ns,
                    transaction_count: block.transaction_count,
                    duration_ns: block.duration_ns,
                });
            }
            Payload::ChainTipChanged(tip) => {
                self.best = Some(BlockId::of(tip.height, &tip.block_hash));
            }
            Payload::Gap(Gap {
                count: Some(count), ..
            }) => {
                counts.gaps += 1;
                counts.lost = counts.lost.saturating_add(*count);
            }
            Payload::Gap(gap) => {
                counts.gaps += 1;
                // Waiting for the node's first dial, nothing was there to be lost.
                let has_read = self.has_read.get(event.extractor() as usize);
                let is_start = gap.reason() == GapReason::NotAttached && has_read == Some(&false);
                counts.lost_unknown += u64::from(!is_start);
            }
            _ => {}
        }
    }

    /// Notices and heartbeats: what the extractor says of itself and of the node.
    fn extractor_says(&mut self, event: &Event, payload: &Payload) {
        let extractor = event.extractor();
        let Some(reads) = self.reads.get_mut(extractor as usize) else {
            return;
        };
        match payload {
            Payload::Heartbeat(heartbeat) => {
                self.hops.heartbeat(extractor, event.instance, heartbeat);
            }
            Payload::NodeGone(_) => *reads = Some(false),
            Payload::NodeBack(_) => {
                *reads = Some(true);
                self.has_read[extractor as usize] = true;
            }
            Payload::Started(_) | Payload::Gap(_) | Payload::Tick(_) => {}
            // Events that were still under way do not bring a dead node back.
            _ => {
                reads.get_or_insert(true);
            }
        }
    }

    fn apply_to_peers(&mut self, event: &Event, payload: &Payload) {
        match payload {
            Payload::ConnectionOpened(opened) => {
                let peer = self.peers.seen(opened.peer_id, event);
                peer.connection(&opened.address, opened.connection_type());
                peer.network(opened.network());
                peer.direction(opened.direction());
                peer.opened(event.time_ns / 1_000_000_000);
                peer.lifecycle.reach(event.time_ns, Stage::Opened, None);
            }
            Payload::ConnectionClosed(closed) => {
                let peer = self.peers.seen(closed.peer_id, event);
                peer.connection(&closed.address, closed.connection_type());
                peer.network(closed.network());
                peer.opened(closed.opened_unix_seconds);
                peer.close(event, false);
            }
            // The node closes an evicted connection afterwards, which is an event too.
            Payload::ConnectionEvicted(evicted) => {
                let peer = self.peers.seen(evicted.peer_id, event);
                peer.connection(&evicted.address, evicted.connection_type());
                peer.network(evicted.network());
                peer.opened(evicted.opened_unix_seconds);
                peer.lifecycle.reach(event.time_ns, Stage::Evicted, None);
            }
            Payload::ConnectionMisbehaving(misbehaving) => {
                let peer = self.peers.seen(misbehaving.peer_id, event);
                peer.misbehave(&misbehaving.reason, event.time_ns);
            }
            Payload::PeerInfos(infos) => self.peer_infos(event, infos),
            // The tracepoints end with the process, and its connections with them. That
            // RPC does not answer says nothing of the kind.
            Payload::NodeGone(_) if event.extractor() == Extractor::Ebpf => {
                self.peers.close_all(event);
            }
            _ => self.facts.apply(event, payload),
        }
    }

    fn message(&mut self, event: &Event, message: &P2pMessage, life: Life) {
        let command = Command::of(&message.command);
        self.table
            .add(command, message.direction(), message.payload_bytes);
        self.counts.cut += u64::from(message.cut.is_some());
        self.counts.undecodable += u64::from(matches!(message.body, Some(Body::Undecodable(_))));
        if life == Life::Present {
            self.peers
                .seen(message.peer_id, event)
                .message(message, command, event.time_ns);
        }
    }

    fn peer_infos(&mut self, event: &Event, infos: &PeerInfos) {
        self.peers.begin_reply();
        for info in &infos.peers {
            if let Some(peer_id) = info.peer_id {
                self.peers.seen(peer_id, event).info(info);
            }
        }
        self.peers.end_reply(event);
    }
}
