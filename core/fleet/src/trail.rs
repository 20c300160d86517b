//! The way of one block or transaction through the nodes.

use crate::Hash;
use crate::moment::{Delay, Moment};
use crate::news::{Measure, News, Subject};
use crate::node::Node;

/// Reports of one moment come onto the bus within this time, in nanoseconds:
/// so long it is open which node was first.
const SETTLING_NS: u64 = 5_000_000_000;
/// After so long, in nanoseconds, a transaction has come to all nodes that it
/// will come to: Core announces it to each peer within seconds.
const SPREADING_NS: u64 = 60_000_000_000;
/// An address with its port is not longer, in bytes: Tor v3, or a host name of
/// ordinary length.
const LONGEST_ADDRESS: usize = 96;

/// By which message a peer announced it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// `inv`
    Inv,
    /// `headers`
    Headers,
    /// `cmpctblock`
    CompactBlock,
    /// `block`
    Block,
    /// `tx`
    Transaction,
    /// A header, in whichever message: debug.log does not say it.
    Header,
}

impl Message {
    /// As on the wire; `header` where that is not known.
    pub const fn word(self) -> &'static str {
        match self {
            Message::Inv => "inv",
            Message::Headers => "headers",
            Message::CompactBlock => "cmpctblock",
            Message::Block => "block",
            Message::Transaction => "tx",
            Message::Header => "header",
        }
    }
}

/// A peer that told a node of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// When the node had the message.
    pub moment: Moment,
    /// How.
    pub message: Message,
    /// The node's run, in which the peer has this id.
    pub run: Option<u64>,
    /// The node's id of the peer; a log can leave it out.
    pub peer_id: Option<u64>,
    /// As the node names the peer; cut after 96 bytes; debug.log does not say it.
    pub address: Option<Box<str>>,
}

/// What one node had to do with it. What was not observed is absent.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// The node's place in [`Fleet::nodes`](crate::Fleet::nodes).
    pub node: usize,
    /// The first peer that told the node of it.
    pub announced: Option<Announcement>,
    /// The node had it whole.
    pub received: Option<Moment>,
    /// The block was connected to the node's chain; the transaction was taken
    /// into its mempool.
    pub accepted: Option<Moment>,
    /// The node told our own P2P connection of it.
    pub relayed: Option<Moment>,
    /// The block was in the node's chain, and is no more.
    pub disconnected: bool,
    seen: Waiting,
    taken: Waiting,
}

/// Is a measure still to be told?
#[derive(Clone, Copy, Debug)]
enum Waiting {
    Nothing,
    /// Since this time on the bus.
    Since(u64),
    Told,
}

/// Where and when nodes met one block or transaction.
#[derive(Clone, Debug)]
pub struct Trail {
    /// Block hash, or wtxid.
    pub hash: Hash,
    /// Of a block.
    pub height: Option<i32>,
    /// Of a transaction, where known.
    pub txid: Option<Hash>,
    /// The bus's time of the first event about it.
    pub since_bus_ns: u64,
    /// Some node has accepted it: it exists.
    pub(crate) is_accepted: bool,
    sightings: Vec<Sighting>,
    is_counted: bool,
}

impl Sighting {
    fn new(node: usize) -> Sighting {
        Sighting {
            node,
            announced: None,
            received: None,
            accepted: None,
            relayed: None,
            disconnected: false,
            seen: Waiting::Nothing,
            taken: Waiting::Nothing,
        }
    }

    /// When the node first knew of it, by all that was observed.
    pub fn seen(&self) -> Option<Moment> {
        let announced = self.announced.as_ref().map(|announced| announced.moment);
        let mut first = None;
        let all = [announced, self.received, self.accepted, self.relayed];
        for moment in all.into_iter().flatten() {
            Moment::keep_best(&mut first, moment);
        }
        first
    }

    fn moment(&self, measure: Measure) -> Option<Moment> {
        match measure {
            Measure::Seen => self.seen(),
            Measure::Accepted => self.accepted,
        }
    }

    fn waiting(&mut self, measure: Measure) -> &mut Waiting {
        match measure {
            Measure::Seen => &mut self.seen,
            Measure::Accepted => &mut self.taken,
        }
    }

    /// A peer told the node of it.
    pub(crate) fn announce(&mut self, new: Announcement) {
        let known = self.announced.as_ref();
        if known.is_none_or(|known| new.moment.latest_ns() < known.moment.latest_ns()) {
            self.announced = Some(new);
        }
    }
}

impl Announcement {
    /// `address` may be of any length.
    pub(crate) fn new(
        moment: Moment,
        message: Message,
        run: Option<u64>,
        peer_id: Option<u64>,
        address: Option<&str>,
    ) -> Announcement {
        let shortened = |text: &str| text[..text.floor_char_boundary(LONGEST_ADDRESS)].into();
        Announcement {
            moment,
            message,
            run,
            peer_id,
            address: address.map(shortened),
        }
    }
}

impl Trail {
    pub(crate) fn new(hash: Hash, since_bus_ns: u64) -> Trail {
        Trail {
            hash,
            height: None,
            txid: None,
            since_bus_ns,
            is_accepted: false,
            sightings: Vec::new(),
            is_counted: false,
        }
    }

    /// One for each node that met it, in the order in which the bus heard of that.
    pub fn sightings(&self) -> &[Sighting] {
        &self.sightings
    }

    /// The first that any node knew of it, or that any node accepted it: the
    /// moment that was over first for certain.
    pub fn first(&self, measure: Measure) -> Option<Moment> {
        let first = self.first_sighting(measure);
        first.and_then(|place| self.sightings[place].moment(measure))
    }

    /// How long after the first node this one knew of it, or accepted it. Where
    /// that is not known exactly it can be less than nothing, but not by more
    /// than the uncertainty.
    pub fn delay(&self, sighting: &Sighting, measure: Measure) -> Option<Delay> {
        let first = &self.sightings[self.first_sighting(measure)?];
        let moment = sighting.moment(measure)?;
        Some(match first.node == sighting.node {
            true => Delay::NONE,
            false => moment.after(first.moment(measure)?),
        })
    }

    fn first_sighting(&self, measure: Measure) -> Option<usize> {
        let moments = self.sightings.iter().enumerate();
        let moments = moments.filter_map(|(place, sighting)| {
            let moment = sighting.moment(measure)?;
            Some((moment.latest_ns(), sighting.node, place))
        });
        moments.min().map(|(.., place)| place)
    }

    /// What the node has to do with it, from now on at least something.
    pub(crate) fn sighting(&mut self, node: usize, bus_time_ns: u64) -> &mut Sighting {
        let known = self.sightings.iter().position(|known| known.node == node);
        let place = known.unwrap_or_else(|| {
            let mut new = Sighting::new(node);
            new.seen = Waiting::Since(bus_time_ns);
            self.sightings.push(new);
            self.sightings.len() - 1
        });
        &mut self.sightings[place]
    }

    /// The node has connected it, or has it in its mempool.
    pub(crate) fn accepted(&mut self, node: usize, moment: Moment, bus_time_ns: u64) {
        let sighting = self.sighting(node, bus_time_ns);
        Moment::keep_best(&mut sighting.accepted, moment);
        sighting.disconnected = false;
        if let Waiting::Nothing = sighting.taken {
            sighting.taken = Waiting::Since(bus_time_ns);
        }
    }

    /// The block is no longer in the node's chain.
    pub(crate) fn disconnected(&mut self, node: usize) {
        let mut sightings = self.sightings.iter_mut();
        if let Some(sighting) = sightings.find(|sighting| sighting.node == node) {
            sighting.disconnected = true;
        }
    }

    /// Tells what is settled by now, each thing once.
    pub(crate) fn settle(
        &mut self,
        subject: Subject,
        nodes: &[Node],
        bus_time_ns: u64,
        tell: &mut impl FnMut(News),
    ) {
        for measure in [Measure::Seen, Measure::Accepted] {
            self.settle_measure(subject, measure, nodes, bus_time_ns, tell);
        }
        let age_ns = bus_time_ns.saturating_sub(self.since_bus_ns);
        if subject == Subject::Transaction && !self.is_counted && age_ns >= SPREADING_NS {
            self.is_counted = true;
            tell(News::TransactionSpread {
                nodes: self.sightings.len(),
            });
        }
    }

    fn settle_measure(
        &mut self,
        subject: Subject,
        measure: Measure,
        nodes: &[Node],
        bus_time_ns: u64,
        tell: &mut impl FnMut(News),
    ) {
        let first = self.first_sighting(measure);
        let first_moment = self.first(measure);
        for place in 0..self.sightings.len() {
            let sighting = &mut self.sightings[place];
            let waiting = sighting.waiting(measure);
            match *waiting {
                Waiting::Since(since) if bus_time_ns.saturating_sub(since) >= SETTLING_NS => {
                    *waiting = Waiting::Told;
                }
                _ => continue,
            }
            let (Some(moment), Some(first_moment)) = (sighting.moment(measure), first_moment)
            else {
                continue;
            };
            // A node that came later learns what the others know already: that says
            // nothing of how things spread. Nor does a node alone.
            let was_there = nodes[sighting.node].was_present_at(self.since_bus_ns);
            if was_there && nodes.len() > 1 {
                tell(News::Settled {
                    node: sighting.node,
                    subject,
                    measure,
                    delay: (first != Some(place)).then(|| moment.after(first_moment)),
                });
            }
        }
    }
}
