//! What several nodes show together: how blocks and transactions come to them,
//! how their tips stand to each other, how far their clocks are off.

mod families;
mod node;

use std::collections::BTreeMap;

use peer_observer_event::{Event, Payload};
use peer_observer_fleet::{Fleet, News, Sample};

use crate::family::{Value, gauge_value};
use crate::words::{CHAINS, listed};
pub(crate) use families::FleetFamilies;
use node::NodeSeries;

/// The fold over all nodes and what is made of it.
pub(crate) struct FleetMetrics {
    fleet: Fleet,
    /// By the nodes' places in the fold.
    nodes: Vec<NodeSeries>,
}

impl FleetMetrics {
    pub(crate) fn new() -> FleetMetrics {
        FleetMetrics {
            fleet: Fleet::new(Sample::default()),
            nodes: Vec::new(),
        }
    }

    /// Takes any event over.
    pub(crate) fn event(&mut self, event: &Event, families: &FleetFamilies) {
        let nodes = &mut self.nodes;
        self.fleet
            .apply(event, |news| take_over(news, nodes, families));
        if let Some(Payload::Tick(_)) = event.payload {
            self.show(families);
        } else if self.nodes.len() < self.fleet.nodes().len() {
            // A new node: its counters are there from now on.
            let new = &self.fleet.nodes()[self.nodes.len()..];
            let series = new
                .iter()
                .map(|node| NodeSeries::new(node.name(), families));
            self.nodes.extend(series);
        }
    }

    /// Once a second: how things stand.
    fn show(&mut self, families: &FleetFamilies) {
        let now_ns = self.fleet.bus_time_ns();
        for (node, series) in self.fleet.nodes().iter().zip(&mut self.nodes) {
            series.show(node, now_ns, families);
        }
        families.tips.clear();
        let mut tips: BTreeMap<&'static str, usize> = BTreeMap::new();
        for (chain, count) in self.fleet.tips() {
            // Of a signet the challenge stands behind its name.
            let name = chain.split(' ').next().unwrap_or_default();
            let known = tips.entry(listed(&CHAINS, name)).or_default();
            *known = count.max(*known);
        }
        for (chain, count) in tips {
            let chain = Value::Borrowed(chain);
            families
                .tips
                .process_handle([chain])
                .set(gauge_value(count));
        }
    }
}

fn take_over(news: News, nodes: &mut [NodeSeries], families: &FleetFamilies) {
    match news {
        News::TransactionSpread { nodes } => families.transaction_nodes.observe(nodes as f64),
        News::Ignored => _ = families.ignored.inc(),
        News::Settled { node, .. } | News::Reorganized { node, .. } => {
            // News of a node come behind the first event of it, which makes its series.
            if let Some(series) = nodes.get_mut(node) {
                series.take_over(news, families);
            }
        }
    }
}
