//! One node's part.

use std::sync::Arc;

use peer_observer_event::Extractor;
use peer_observer_fleet::{ClockOffset, Delay, Measure, News, Node, Relation, Subject};
use prometheus_client::metrics::counter::Counter;

use super::families::FleetFamilies;
use crate::family::{Gauges, NodeName, gauge_value};
use crate::slots::EXTRACTORS;

/// A delay that is not known so well, in nanoseconds, would say more of a clock
/// or of a log without fractions of seconds than of the network.
const MOST_UNCERTAINTY_NS: u64 = 100_000_000;

/// The series of one node.
pub(super) struct NodeSeries {
    name: NodeName,
    reorganizations: Counter,
    disconnected: Counter,
    uncertain: Counter,
    /// Which extractors' clocks have series, by number.
    has_clock: [bool; EXTRACTORS],
    /// Is there something to compare with?
    is_compared: bool,
}

impl NodeSeries {
    pub(super) fn new(name: &NodeName, families: &FleetFamilies) -> NodeSeries {
        NodeSeries {
            name: Arc::clone(name),
            reorganizations: families.reorganizations.handle(name, []),
            disconnected: families.disconnected.handle(name, []),
            uncertain: families.uncertain.handle(name, []),
            has_clock: [false; EXTRACTORS],
            is_compared: false,
        }
    }

    pub(super) fn take_over(&mut self, news: News, families: &FleetFamilies) {
        match news {
            News::Settled {
                subject,
                measure,
                delay: None,
                ..
            } => {
                let first = match subject {
                    Subject::Block => &families.first_blocks,
                    Subject::Transaction => &families.first_transactions,
                };
                first.at(&self.name, [measure.word()]).inc();
            }
            News::Settled {
                subject,
                measure,
                delay: Some(delay),
                ..
            } => self.delay(subject, measure, delay, families),
            News::Reorganized { depth, .. } => {
                self.reorganizations.inc();
                self.disconnected.inc_by(depth.into());
            }
            News::TransactionSpread { .. } | News::Ignored => {}
        }
    }

    fn delay(&self, subject: Subject, measure: Measure, delay: Delay, families: &FleetFamilies) {
        if delay.uncertainty_ns > MOST_UNCERTAINTY_NS {
            self.uncertain.inc();
            return;
        }
        let histograms = match subject {
            Subject::Block => &families.block_delay,
            Subject::Transaction => &families.transaction_delay,
        };
        // Less than nothing is within the uncertainty.
        let seconds = delay.nanoseconds.max(0) as f64 / 1e9;
        histograms.at(&self.name, [measure.word()]).observe(seconds);
    }

    /// How the node stands now.
    pub(super) fn show(&mut self, node: &Node, now_ns: u64, families: &FleetFamilies) {
        let tip = node.present_since_bus_ns().and(node.tip());
        set(&families.tip_height, &self.name, tip.map(|tip| tip.height));
        self.show_standing(node, families);
        let mut clocks: [Option<ClockOffset>; EXTRACTORS] = [None; EXTRACTORS];
        for (extractor, offset) in node.clocks(now_ns) {
            clocks[extractor as usize] = Some(offset);
        }
        for (number, offset) in clocks.into_iter().enumerate() {
            self.show_clock(number, offset, families);
        }
    }

    fn show_standing(&mut self, node: &Node, families: &FleetFamilies) {
        let standing = node.standing();
        let is_compared = standing.relation != Relation::Unknown;
        let number = |number: i64| is_compared.then_some(number);
        let is_on_fork = matches!(standing.relation, Relation::Fork { .. });
        let name = &self.name;
        set(
            &families.blocks_behind,
            name,
            number(standing.blocks_behind.into()),
        );
        set(
            &families.fallen_behind,
            name,
            number(standing.has_fallen_behind.into()),
        );
        set(&families.on_fork, name, number(is_on_fork.into()));
        if is_compared {
            let seconds = standing.behind_ns as f64 / 1e9;
            families.behind_seconds.at(name, []).set(seconds);
        } else if self.is_compared {
            families.behind_seconds.remove(name, []);
        }
        self.is_compared = is_compared;
    }

    fn show_clock(&mut self, number: usize, offset: Option<ClockOffset>, families: &FleetFamilies) {
        let extractor = i32::try_from(number).ok();
        let extractor = extractor.and_then(|number| Extractor::try_from(number).ok());
        let Some(word) = extractor.map(Extractor::word) else {
            return;
        };
        let (name, offsets, spreads) = (&self.name, &families.clock_offset, &families.clock_spread);
        if let Some(offset) = offset {
            offsets.at(name, [word]).set(offset.ahead_ns as f64 / 1e9);
            spreads.at(name, [word]).set(offset.spread_ns as f64 / 1e9);
        } else if self.has_clock[number] {
            offsets.remove(name, [word]);
            spreads.remove(name, [word]);
        }
        self.has_clock[number] = offset.is_some();
    }
}

/// Sets a gauge, or removes it where there is nothing to say.
fn set(gauges: &Gauges<0>, node: &NodeName, value: Option<impl Into<i64>>) {
    match value {
        Some(value) => _ = gauges.at(node, []).set(gauge_value(value.into())),
        None => gauges.remove(node, []),
    }
}
