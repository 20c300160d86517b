//! One node: who it is, whether it is there, its chain, its clocks.

use std::collections::BTreeMap;
use std::sync::Arc;

use peer_observer_event::{
    BlockchainInfo, ChainTips, Event, Extractor, NodeLabels, Payload, json::hex,
};

use crate::clock::{Clock, ClockOffset};
use crate::moment::Moment;
use crate::presence::{MOST_EXTRACTORS, Presence};
use crate::recent_chain::{ChainBlock, RecentChain, Reorganization};
use crate::standing::Standing;
use crate::{Hash, hash_of};

/// Of a node's side branches the highest are kept.
const MOST_BRANCHES: usize = 8;
/// Longer words are none of Bitcoin Core's.
const LONGEST_WORD: usize = 16;
/// Bytes of a signet's challenge that tell it from others.
const CHALLENGE_BYTES: usize = 40;

/// The end of a branch of the block tree that is not in the node's chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Height of its last block.
    pub height: i64,
    /// That block.
    pub hash: Hash,
    /// How many blocks it has since it left the node's chain.
    pub blocks: u64,
    /// getchaintips' word: `valid-fork`, `valid-headers`, `headers-only`, `invalid`.
    pub status: Box<str>,
}

/// What is known of a node.
#[derive(Debug)]
pub struct Node {
    name: Arc<str>,
    labels: NodeLabels,
    /// Its name, and for a signet the challenge.
    chain: Option<Box<str>>,
    clocks: [Clock; MOST_EXTRACTORS],
    /// When it was asked for its chain last, nanoseconds on the bus's clock.
    asked_ns: Option<i64>,
    reorganizations: u64,
    disconnected_blocks: u64,
    latest_reorganization: Option<Reorganization>,
    branches: Vec<Branch>,
    pub(crate) presence: Presence,
    pub(crate) recent: RecentChain,
    pub(crate) standing: Standing,
}

impl Node {
    pub(crate) fn new(name: &str) -> Node {
        Node {
            name: name.into(),
            labels: NodeLabels::default(),
            chain: None,
            clocks: Default::default(),
            asked_ns: None,
            reorganizations: 0,
            disconnected_blocks: 0,
            latest_reorganization: None,
            branches: Vec::new(),
            presence: Presence::default(),
            recent: RecentChain::default(),
            standing: Standing::default(),
        }
    }

    /// Its name in events.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// What its operator says of it.
    pub fn labels(&self) -> &NodeLabels {
        &self.labels
    }

    /// Which chain it is on, once it has said so: Core's name, and for a signet
    /// the beginning of its challenge.
    pub fn chain(&self) -> Option<&str> {
        self.chain.as_deref()
    }

    /// The bus's time since when an extractor reads from it; `None` while none does.
    pub fn present_since_bus_ns(&self) -> Option<u64> {
        self.presence.since_bus_ns()
    }

    /// The tip of its chain, by the latest that anybody has told of it.
    pub fn tip(&self) -> Option<&ChainBlock> {
        self.recent.tip()
    }

    /// How it stands to its siblings, as of the last tick.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// How often it left a branch for another one since we watch.
    pub fn reorganizations(&self) -> u64 {
        self.reorganizations
    }

    /// Blocks that it disconnected in doing so.
    pub fn disconnected_blocks(&self) -> u64 {
        self.disconnected_blocks
    }

    /// The last time that it did so.
    pub fn latest_reorganization(&self) -> Option<&Reorganization> {
        self.latest_reorganization.as_ref()
    }

    /// Branches beside its chain, as of the last getchaintips; the eight highest.
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// The clocks of its extractors that had a heartbeat in the last two minutes.
    pub fn clocks(&self, bus_time_ns: u64) -> impl Iterator<Item = (Extractor, ClockOffset)> {
        let clocks = self.clocks.iter().enumerate();
        clocks.filter_map(move |(number, clock)| {
            let extractor = Extractor::try_from(i32::try_from(number).ok()?).ok()?;
            let offset = clock.offset().filter(|_| clock.is_alive(bus_time_ns))?;
            Some((extractor, offset))
        })
    }

    /// Was it there at this time on the bus, and ever since?
    pub(crate) fn was_present_at(&self, bus_time_ns: u64) -> bool {
        let since = self.presence.since_bus_ns();
        since.is_some_and(|since| since <= bus_time_ns)
    }

    /// The tip, while the node is there.
    pub(crate) fn compared_tip(&self) -> Option<&ChainBlock> {
        self.presence.since_bus_ns()?;
        self.recent.tip()
    }

    /// When the event happened, on the bus's clock.
    pub(crate) fn moment(&self, event: &Event) -> Moment {
        self.moment_within(event, 0)
    }

    /// As [`Node::moment`], of an event that happened before its time, within so
    /// many nanoseconds.
    pub(crate) fn moment_before(&self, event: &Event, within_ns: u64) -> Moment {
        let middle = event.time_ns.saturating_sub(within_ns / 2);
        self.at(event, middle, within_ns / 2)
    }

    /// As [`Node::moment`], of an event that happened after its time, within so
    /// many nanoseconds.
    pub(crate) fn moment_within(&self, event: &Event, within_ns: u64) -> Moment {
        let middle = event.time_ns.saturating_add(within_ns / 2);
        self.at(event, middle, within_ns / 2)
    }

    fn at(&self, event: &Event, time_ns: u64, uncertainty_ns: u64) -> Moment {
        let clock = self.clocks.get(event.extractor() as usize);
        let clock = clock.unwrap_or(&self.clocks[Extractor::Unspecified as usize]);
        clock.moment(time_ns, uncertainty_ns, event.bus_time_ns)
    }

    /// An extractor says something of itself.
    pub(crate) fn notice(&mut self, event: &Event, payload: &Payload) {
        match payload {
            Payload::Started(started) => self.labels = NodeLabels::usable(&started.labels),
            Payload::Heartbeat(heartbeat) => {
                if !heartbeat.labels.is_empty() {
                    self.labels = NodeLabels::usable(&heartbeat.labels);
                }
                if let Some(clock) = self.clocks.get_mut(event.extractor() as usize) {
                    clock.heartbeat(event.time_ns, event.bus_time_ns);
                }
            }
            _ => {}
        }
    }

    /// Which chain it is on, by its own word.
    pub(crate) fn set_chain(&mut self, info: &BlockchainInfo) {
        let Some(name) = &info.chain else { return };
        let mut chain = shortened(name, LONGEST_WORD);
        if let Some(challenge) = &info.signet_challenge {
            let beginning = &challenge[..challenge.len().min(CHALLENGE_BYTES)];
            chain = format!("{chain} {}", hex(beginning)).into();
        }
        if self.chain() != Some(&*chain) {
            self.chain = Some(chain);
        }
    }

    /// The answers to two questions lie so far apart, in nanoseconds: what the
    /// later one says first has happened in between.
    pub(crate) fn since_last_asked(&mut self, asked: Moment) -> Option<u64> {
        let last_ns = self.asked_ns.replace(asked.time_ns)?;
        u64::try_from(asked.time_ns.saturating_sub(last_ns)).ok()
    }

    pub(crate) fn reorganized(&mut self, reorganization: Reorganization) {
        self.reorganizations += 1;
        self.disconnected_blocks += u64::from(reorganization.depth);
        self.latest_reorganization = Some(reorganization);
    }

    pub(crate) fn set_branches(&mut self, tips: &ChainTips) {
        let tips = tips.tips.iter();
        let mut branches: Vec<(i64, Hash, u64, &str)> = tips
            .filter_map(|tip| {
                let status = tip.status.as_deref().unwrap_or("unknown");
                let hash = hash_of(tip.hash.as_ref()?)?;
                let blocks = tip.branch_blocks.unwrap_or_default();
                (status != "active").then_some((tip.height?, hash, blocks, status))
            })
            .collect();
        branches.sort_unstable_by(|one, other| other.cmp(one));
        branches.truncate(MOST_BRANCHES);
        let branches = branches.into_iter();
        self.branches = branches
            .map(|(height, hash, blocks, status)| Branch {
                height,
                hash,
                blocks,
                status: shortened(status, LONGEST_WORD),
            })
            .collect();
    }
}

fn shortened(text: &str, longest: usize) -> Box<str> {
    text[..text.floor_char_boundary(longest)].into()
}

/// Nodes by name, in the order in which they were first heard of.
#[derive(Debug, Default)]
pub(crate) struct Nodes {
    pub(crate) all: Vec<Node>,
    /// Where the last event's node is: the next event is mostly of the same one.
    last: usize,
    by_name: BTreeMap<Arc<str>, usize>,
}

impl Nodes {
    /// The node's place; `None` where it is new and there is no room.
    pub(crate) fn place(&mut self, name: &str, most: usize) -> Option<usize> {
        let is_last = self
            .all
            .get(self.last)
            .is_some_and(|node| *node.name == *name);
        if !is_last {
            self.last = match self.by_name.get(name) {
                Some(place) => *place,
                None if self.all.len() < most => {
                    let node = Node::new(name);
                    self.by_name.insert(Arc::clone(&node.name), self.all.len());
                    self.all.push(node);
                    self.all.len() - 1
                }
                None => return None,
            };
        }
        Some(self.last)
    }
}
