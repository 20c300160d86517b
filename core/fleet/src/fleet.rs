//! The fold.

use std::collections::BTreeMap;

use peer_observer_event::{Body, Direction, Event, P2pMessage, Payload};

use crate::blocks::{Blocks, is_block};
use crate::news::{News, Subject};
use crate::node::{Node, Nodes};
use crate::sample::Sample;
use crate::standing;
use crate::trail::Trail;
use crate::transactions::Transactions;

/// Nodes that are told apart. Events of others are counted and left out: a
/// configuration has a few, but a stream from elsewhere can name any number.
pub const MOST_NODES: usize = 256;

/// What all nodes together show.
#[derive(Debug)]
pub struct Fleet {
    pub(crate) nodes: Nodes,
    pub(crate) blocks: Blocks,
    pub(crate) transactions: Transactions,
    pub(crate) sample: Sample,
    ignored: u64,
    bus_time_ns: u64,
}

impl Fleet {
    /// Nothing seen yet. Transactions of this sample are followed.
    pub fn new(sample: Sample) -> Fleet {
        Fleet {
            nodes: Nodes::default(),
            blocks: Blocks::new(),
            transactions: Transactions::new(),
            sample,
            ignored: 0,
            bus_time_ns: 0,
        }
    }

    /// Takes an event over and tells what can be counted. Events that say
    /// nothing of blocks, transactions, tips or clocks cost a few nanoseconds.
    pub fn apply(&mut self, event: &Event, mut tell: impl FnMut(News)) {
        let Some(payload) = &event.payload else {
            return;
        };
        match payload {
            Payload::P2pMessage(message) => {
                if !self.is_relevant(message) {
                    return;
                }
            }
            Payload::Tick(_) => return self.tick(event.bus_time_ns, &mut tell),
            Payload::BlockConnected(_)
            | Payload::MempoolAdded(_)
            | Payload::BlockchainInfo(_)
            | Payload::ChainTips(_)
            | Payload::ChainTipChanged(_)
            | Payload::ChainReorganized(_)
            | Payload::BlockReconstruction(_)
            | Payload::ProbeAnnouncement(_)
            | Payload::Started(_)
            | Payload::NodeGone(_)
            | Payload::NodeBack(_)
            | Payload::Heartbeat(_) => {}
            Payload::LogLine(line) if line.detail.is_some() => {}
            _ => return,
        }
        if event.node.is_empty() {
            return;
        }
        let Some(place) = self.nodes.place(&event.node, MOST_NODES) else {
            self.ignored += 1;
            return tell(News::Ignored);
        };
        self.nodes.all[place].presence.heard(event, payload);
        self.dispatch(place, event, payload, &mut tell);
    }

    /// Is the message about a block, or about a transaction of the sample? Inbound
    /// ones tell the node. Of outbound ones only whole transactions matter: they
    /// have both ids.
    fn is_relevant(&self, message: &P2pMessage) -> bool {
        let is_inbound = message.direction == Direction::Inbound as i32;
        match &message.body {
            Some(Body::Inv(inv)) => {
                let matters = |item| is_block(item) || self.sample.has_item(item);
                is_inbound && inv.items.iter().any(matters)
            }
            Some(Body::Headers(_) | Body::Cmpctblock(_) | Body::Block(_) | Body::Blocktxn(_)) => {
                is_inbound
            }
            Some(Body::Tx(_)) => true,
            _ => false,
        }
    }

    fn dispatch(
        &mut self,
        place: usize,
        event: &Event,
        payload: &Payload,
        tell: &mut impl FnMut(News),
    ) {
        match payload {
            Payload::P2pMessage(message) => self.message(place, event, message),
            Payload::MempoolAdded(added) => self.mempool_added(place, event, &added.txid),
            Payload::ProbeAnnouncement(announcement) => {
                self.announced_to_us(place, event, announcement);
            }
            Payload::LogLine(line) => self.log_line(place, event, line, tell),
            Payload::BlockReconstruction(block) => {
                self.block_received(place, event, &block.block_hash);
            }
            Payload::BlockConnected(block) => self.block_connected(place, event, block, tell),
            Payload::ChainTipChanged(tip) => self.tip_changed(place, event, tip, tell),
            Payload::ChainReorganized(told) => self.reorganized(place, event, told, tell),
            Payload::BlockchainInfo(info) => self.asked_for_tip(place, event, info, tell),
            Payload::ChainTips(tips) => self.nodes.all[place].set_branches(tips),
            notice => self.nodes.all[place].notice(event, notice),
        }
    }

    /// A second has passed.
    fn tick(&mut self, bus_time_ns: u64, tell: &mut impl FnMut(News)) {
        self.bus_time_ns = bus_time_ns;
        let nodes = &mut self.nodes.all;
        for node in nodes.iter_mut() {
            node.presence.look(bus_time_ns);
        }
        standing::compare(nodes, bus_time_ns);
        let settle = |subject, trail: &mut Trail, tell: &mut _| {
            trail.settle(subject, nodes, bus_time_ns, tell);
        };
        self.blocks
            .table
            .each_accepted(|trail| settle(Subject::Block, trail, tell));
        self.transactions
            .table
            .each_accepted(|trail| settle(Subject::Transaction, trail, tell));
    }

    /// The nodes, in the order in which they were first heard of.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes.all
    }

    /// The latest 64 blocks that nodes have connected, the latest first.
    pub fn blocks(&self) -> impl Iterator<Item = &Trail> {
        self.blocks.table.accepted()
    }

    /// The latest 256 transactions of the sample that nodes have accepted, the
    /// latest first.
    pub fn transactions(&self) -> impl Iterator<Item = &Trail> {
        self.transactions.table.accepted()
    }

    /// Which transactions are followed.
    pub fn sample(&self) -> Sample {
        self.sample
    }

    /// How many different tips the nodes that are there have, by the chain's
    /// name; an empty one where no node has said it.
    pub fn tips(&self) -> BTreeMap<&str, usize> {
        standing::tips(&self.nodes.all)
    }

    /// Events of nodes beyond [`MOST_NODES`].
    pub fn ignored(&self) -> u64 {
        self.ignored
    }

    /// The bus's time of the last tick, nanoseconds since the epoch.
    pub fn bus_time_ns(&self) -> u64 {
        self.bus_time_ns
    }
}
