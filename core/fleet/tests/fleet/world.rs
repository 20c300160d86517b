//! Nodes that are made up, on hosts whose clocks are wrong.

use std::collections::BTreeMap;

use peer_observer_event::*;
use peer_observer_fleet::{Fleet, Hash, News, Node, Sample, Trail};

pub(crate) const SECOND: u64 = 1_000_000_000;
pub(crate) const MILLISECOND: u64 = 1_000_000;

pub(crate) struct World {
    pub(crate) fleet: Fleet,
    pub(crate) news: Vec<News>,
    /// True time, which is the bus's.
    pub(crate) now_ns: u64,
    /// By how much the clock of a node's host is ahead.
    ahead_ns: BTreeMap<&'static str, i64>,
}

impl World {
    /// Nodes with clocks that are so many milliseconds ahead, watched for half a minute.
    pub(crate) fn new(nodes: &[(&'static str, i64)]) -> World {
        let mut world = World {
            fleet: Fleet::new(Sample::one_in_two_to_the(0)),
            news: Vec::new(),
            now_ns: 1_790_000_000 * SECOND,
            ahead_ns: BTreeMap::new(),
        };
        nodes
            .iter()
            .for_each(|(name, ahead_ms)| world.appear(name, *ahead_ms));
        world.wait(30 * SECOND);
        world
    }

    /// A node is there from now on.
    pub(crate) fn appear(&mut self, node: &'static str, ahead_ms: i64) {
        self.ahead_ns.insert(node, ahead_ms * MILLISECOND as i64);
        self.event(node, Payload::Started(Started::default()));
        self.event(node, Payload::NodeBack(NodeBack::default()));
    }

    /// The node ends; its extractor lives on.
    pub(crate) fn end(&mut self, node: &'static str) {
        self.event(node, Payload::NodeGone(NodeGone::default()));
    }

    /// Nothing is heard of the node any more, not even of its extractor.
    pub(crate) fn cut_off(&mut self, node: &'static str) {
        self.ahead_ns.remove(node);
    }

    /// Something happens now at the node, and is on the bus at once.
    pub(crate) fn event(&mut self, node: &'static str, payload: Payload) {
        self.event_at(node, self.now_ns, payload);
    }

    /// Something happened then at the node, and comes onto the bus now.
    pub(crate) fn event_at(&mut self, node: &'static str, time_ns: u64, payload: Payload) {
        let ahead_ns = self.ahead_ns.get(node).copied().unwrap_or_default();
        self.apply(&Event {
            node: node.to_owned(),
            extractor: Extractor::Ebpf.into(),
            run: Some(1_789_000_000),
            time_ns: time_ns.saturating_add_signed(ahead_ns),
            bus_time_ns: self.now_ns,
            payload: Some(payload),
            ..Event::default()
        });
    }

    pub(crate) fn apply(&mut self, event: &Event) {
        let news = &mut self.news;
        self.fleet.apply(event, |one| news.push(one));
    }

    /// Time passes, with a heartbeat of each node and a tick every second.
    pub(crate) fn wait(&mut self, nanoseconds: u64) {
        let end_ns = self.now_ns + nanoseconds;
        while self.now_ns / SECOND < end_ns / SECOND {
            self.now_ns = (self.now_ns / SECOND + 1) * SECOND;
            let nodes: Vec<_> = self.ahead_ns.keys().copied().collect();
            for node in nodes {
                self.event(node, Payload::Heartbeat(Heartbeat::default()));
            }
            self.apply(&Event {
                extractor: Extractor::Bus.into(),
                time_ns: self.now_ns,
                bus_time_ns: self.now_ns,
                payload: Some(Payload::Tick(Tick {})),
                ..Event::default()
            });
        }
        self.now_ns = end_ns;
    }

    pub(crate) fn node(&self, name: &str) -> &Node {
        let mut nodes = self.fleet.nodes().iter();
        nodes
            .find(|node| **node.name() == *name)
            .expect("the node was heard of")
    }

    pub(crate) fn place(&self, name: &str) -> usize {
        let mut nodes = self.fleet.nodes().iter();
        nodes
            .position(|node| **node.name() == *name)
            .expect("the node was heard of")
    }

    pub(crate) fn block(&self, hash: Hash) -> &Trail {
        self.fleet
            .blocks()
            .find(|block| block.hash == hash)
            .expect("a node has connected the block")
    }

    /// The node connects the block.
    pub(crate) fn connect(&mut self, node: &'static str, height: i32, branch: u8) {
        self.event(node, connected(height, branch));
    }
}

/// A block's hash: its height and the branch that it is on.
pub(crate) fn hash(height: i32, branch: u8) -> Hash {
    let mut hash = [branch; 32];
    hash[..4].copy_from_slice(&height.to_le_bytes());
    hash
}

pub(crate) fn connected(height: i32, branch: u8) -> Payload {
    Payload::BlockConnected(BlockConnected {
        block_hash: hash(height, branch).to_vec().into(),
        height,
        ..BlockConnected::default()
    })
}

/// A message of this peer, which is at 203.0.113.PEER.
pub(crate) fn message(peer_id: u64, direction: Direction, body: Body) -> Payload {
    Payload::P2pMessage(P2pMessage {
        peer_id,
        address: format!("203.0.113.{peer_id}:8333"),
        direction: direction.into(),
        command: body.word().to_owned(),
        body: Some(body),
        ..P2pMessage::default()
    })
}

/// An inv of this peer with items of one type.
pub(crate) fn inv(peer_id: u64, r#type: u32, hashes: &[Hash]) -> Payload {
    let items = hashes.iter().map(|hash| InventoryItem {
        r#type,
        hash: *hash,
    });
    let items = items.collect();
    message(peer_id, Direction::Inbound, Body::Inv(Inv { items }))
}

/// A header, as far as it is looked at.
pub(crate) fn header(hash: Hash) -> BlockHeader {
    BlockHeader {
        hash: hash.to_vec().into(),
        ..BlockHeader::default()
    }
}

pub(crate) fn cmpctblock(peer_id: u64, hash: Hash) -> Payload {
    let block = CmpctBlock {
        header: Some(header(hash)),
        ..CmpctBlock::default()
    };
    let body = Body::Cmpctblock(Box::new(block));
    message(peer_id, Direction::Inbound, body)
}
