//! Every event finds its node and changes that node's metrics.

use peer_observer_event::{Event, RpcField};
use prometheus_client::metrics::counter::Counter;

use crate::catalogue::{Catalogue, define};
use crate::families::Families;
use crate::fleet::FleetMetrics;
use crate::hops::HopFamilies;
use crate::node::Node;
use crate::words::OTHER;

/// Nodes that have metrics of their own; what is beyond is summed up as `other`.
/// A configuration has a few, but a stream on standard input can hold anything.
const MOST_NODES: usize = 256;

/// The state of the fold.
pub(crate) struct Fold {
    families: Families,
    nodes: Vec<Node>,
    /// Where the last event's node is: the next event is mostly of the same one.
    last_node: usize,
    fleet: FleetMetrics,
    missed: Counter,
}

impl Fold {
    /// Defines the metrics; of the fields in `extra_gauges`, too.
    pub(crate) fn new(catalogue: &mut Catalogue, extra_gauges: Vec<RpcField>) -> Fold {
        let families = Families::new(catalogue, extra_gauges);
        let missed = catalogue.single(define(
            "metrics_missed_events",
            "events",
            "Events that did not fit into the queue of the metrics themselves",
        ));
        Fold {
            families,
            nodes: Vec::new(),
            last_node: 0,
            fleet: FleetMetrics::new(),
            missed,
        }
    }

    pub(crate) fn hop_families(&self) -> HopFamilies {
        self.families.pipeline.hops.clone()
    }

    /// Events were lost on the way here.
    pub(crate) fn missed(&mut self, count: u64) {
        self.missed.inc_by(count);
    }

    /// Takes one event over.
    pub(crate) fn event(&mut self, event: &Event) {
        self.fleet.event(event, &self.families.fleet);
        if event.node.is_empty() {
            // The bus itself: its ticks say nothing of a node.
            return;
        }
        let is_last = self
            .nodes
            .get(self.last_node)
            .is_some_and(|node| *node.name == *event.node);
        if !is_last {
            self.last_node = self.find(&event.node);
        }
        self.nodes[self.last_node].event(event, &self.families);
    }

    fn find(&mut self, name: &str) -> usize {
        let position =
            |nodes: &[Node], name: &str| nodes.iter().position(|node| *node.name == *name);
        if let Some(known) = position(&self.nodes, name) {
            return known;
        }
        let name = if self.nodes.len() < MOST_NODES {
            name
        } else {
            OTHER
        };
        position(&self.nodes, name).unwrap_or_else(|| {
            self.nodes.push(Node::new(name.into(), &self.families));
            self.nodes.len() - 1
        })
    }
}
