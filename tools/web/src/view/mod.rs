//! What the page shows: events folded into bounded state. Knows no HTTP.
//!
//! Time here is the bus's, so a replayed recording gives the same view.

mod block;
mod chain;
mod commands;
mod course;
mod facts;
mod fleet;
mod gone;
mod hops;
mod lifecycle;
mod log;
mod node;
mod peer;
mod peers;
mod probe;
mod process;
mod reply;
mod reported;
mod templates;
#[cfg(test)]
mod tests;
mod text;
mod threads;
mod vitals;

pub(crate) use commands::Command;
pub(crate) use fleet::FleetReply;
pub(crate) use hops::HopRow;
pub(crate) use reply::{NodeRow, PeerReply, PeersReply, TotalsReply};
pub(crate) use vitals::{ChainEntries, HistoryRow, LogDetailsRow, NodesReply, VitalsRow};

use peer_observer_event::{Event, Payload};
use peer_observer_fleet::{Fleet, Sample};

use node::Node;

/// Nodes come from the configuration; this bounds what a foreign publisher on
/// the bus could make us keep.
const MOST_NODES: usize = 256;

/// The state of all nodes.
pub(crate) struct View {
    nodes: Vec<Node>,
    /// What they show together.
    fleet: Fleet,
    /// Place of the node that the last event was about: the next one mostly is too.
    last: usize,
    bus_time_ns: u64,
    bus_sequence: u64,
    /// Events that did not fit into the view's own subscription.
    missed: u64,
}

impl View {
    /// Nothing seen yet of these nodes.
    pub(crate) fn new(nodes: &[String]) -> View {
        View {
            nodes: nodes.iter().map(|name| Node::new(name)).collect(),
            fleet: Fleet::new(Sample::default()),
            last: 0,
            bus_time_ns: 0,
            bus_sequence: 0,
            missed: 0,
        }
    }

    /// Takes an event into account.
    pub(crate) fn apply(&mut self, event: &Event) {
        self.bus_sequence = event.bus_sequence;
        self.bus_time_ns = event.bus_time_ns;
        self.fleet.apply(event, |_| {});
        if let Some(Payload::Tick(_)) = event.payload {
            let now = event.bus_time_ns;
            self.nodes.iter_mut().for_each(|node| node.forget(now));
        }
        // Events of the bus itself are about no node.
        if !event.node.is_empty()
            && let Some(node) = self.node(&event.node)
        {
            node.apply(event);
        }
    }

    /// So many events are missing from here on.
    pub(crate) fn missed(&mut self, count: u64) {
        self.missed = self.missed.saturating_add(count);
    }

    fn node(&mut self, name: &str) -> Option<&mut Node> {
        if self
            .nodes
            .get(self.last)
            .is_none_or(|node| *node.name != *name)
        {
            self.last = match self.nodes.iter().position(|node| *node.name == *name) {
                Some(place) => place,
                None if self.nodes.len() < MOST_NODES => {
                    self.nodes.push(Node::new(name));
                    self.nodes.len() - 1
                }
                None => return None,
            };
        }
        self.nodes.get_mut(self.last)
    }
}
