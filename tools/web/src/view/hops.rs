//! The hops that extractors report in their heartbeats.

use peer_observer_event::{DropCount, Extractor, Heartbeat, HopCount};
use serde::Serialize;

/// Far more than any extractor has; bounds what a heartbeat can make us keep.
const MOST_HOPS: usize = 256;
const MOST_REASONS: usize = 32;

/// One extractor's hops. Counters start anew with an instance; the sums here go on.
struct Reported {
    extractor: Extractor,
    instance: u64,
    latest: Vec<HopCount>,
    earlier_instances: Vec<HopCount>,
}

/// The hops of all extractors of one node.
#[derive(Default)]
pub(super) struct Hops(Vec<Reported>);

/// One line of `hops` in the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct HopRow {
    /// Absent for the hops of this process.
    #[serde(skip_serializing_if = "Option::is_none")]
    extractor: Option<&'static str>,
    pub(crate) hop: String,
    pub(crate) part: String,
    pub(crate) attempted: u64,
    pub(crate) whole: u64,
    pub(crate) reduced: u64,
    pub(crate) dropped: Vec<DropRow>,
}

/// One reason for which a hop dropped events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct DropRow {
    pub(crate) reason: String,
    pub(crate) count: u64,
}

impl Hops {
    pub(super) fn heartbeat(&mut self, extractor: Extractor, instance: u64, heartbeat: &Heartbeat) {
        let place = self
            .0
            .iter()
            .position(|reported| reported.extractor == extractor);
        let reported = match place {
            Some(place) => &mut self.0[place],
            None => {
                self.0.push(Reported {
                    extractor,
                    instance,
                    latest: Vec::new(),
                    earlier_instances: Vec::new(),
                });
                let last = self.0.len() - 1;
                &mut self.0[last]
            }
        };
        if instance < reported.instance {
            // The last words of an instance that has been followed by another.
            return;
        }
        if instance > reported.instance {
            reported.instance = instance;
            add_all(&mut reported.earlier_instances, &reported.latest);
        }
        reported.latest = heartbeat.hops.iter().take(MOST_HOPS).cloned().collect();
    }

    pub(super) fn rows(&self) -> Vec<HopRow> {
        let rows_of = |reported: &Reported| {
            let mut sums = reported.earlier_instances.clone();
            add_all(&mut sums, &reported.latest);
            let word = reported.extractor.word();
            sums.into_iter().map(move |hop| HopRow {
                extractor: Some(word),
                ..HopRow::from(hop)
            })
        };
        self.0.iter().flat_map(rows_of).collect()
    }
}

fn add_all(sums: &mut Vec<HopCount>, hops: &[HopCount]) {
    for hop in hops {
        let known = sums
            .iter()
            .position(|sum| sum.hop == hop.hop && sum.part == hop.part);
        match known {
            Some(place) => add(&mut sums[place], hop),
            None if sums.len() < MOST_HOPS => sums.push(hop.clone()),
            None => {}
        }
    }
}

fn add(sum: &mut HopCount, hop: &HopCount) {
    sum.attempted = sum.attempted.saturating_add(hop.attempted);
    sum.whole = sum.whole.saturating_add(hop.whole);
    sum.reduced = sum.reduced.saturating_add(hop.reduced);
    for DropCount { reason, count } in &hop.dropped {
        match sum.dropped.iter().position(|known| known.reason == *reason) {
            Some(place) => {
                let known = &mut sum.dropped[place].count;
                *known = known.saturating_add(*count);
            }
            None if sum.dropped.len() < MOST_REASONS => {
                sum.dropped.push(DropCount {
                    reason: reason.clone(),
                    count: *count,
                });
            }
            None => {}
        }
    }
}

impl From<HopCount> for HopRow {
    fn from(hop: HopCount) -> HopRow {
        let row = |drop: DropCount| DropRow {
            reason: drop.reason,
            count: drop.count,
        };
        HopRow {
            extractor: None,
            hop: hop.hop,
            part: hop.part,
            attempted: hop.attempted,
            whole: hop.whole,
            reduced: hop.reduced,
            dropped: hop.dropped.into_iter().map(row).collect(),
        }
    }
}
