//! Loss accounting of all hops: `attempted = whole + reduced + dropped`.

use peer_observer_event::HopCount;
use prometheus_client::metrics::counter::Counter;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, NodeName, Value};
use crate::labels::{DROP_REASON, EXTRACTOR, HOP, PART};
use crate::words::OTHER;
use crate::words::pipeline::{drop_reason, hop, usual_drop_reasons};

/// Hops that one source can have by name; what is more is summed up as `other`.
const MOST_HOPS: usize = 64;
/// Longest part that becomes a label, in bytes.
const LONGEST_PART: usize = 64;

/// The counters of all hops of all sources.
#[derive(Clone)]
pub(crate) struct HopFamilies {
    attempted: Counters<3>,
    whole: Counters<3>,
    reduced: Counters<3>,
    dropped: Counters<4>,
}

impl HopFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> HopFamilies {
        HopFamilies {
            attempted: catalogue.family(
                define(
                    "hop_attempted",
                    "events",
                    "Events that came to a hop of the pipeline",
                )
                .labels([EXTRACTOR, HOP, PART]),
            ),
            whole: catalogue.family(
                define("hop_whole", "events", "Events that a hop passed on whole")
                    .labels([EXTRACTOR, HOP, PART]),
            ),
            reduced: catalogue.family(
                define(
                    "hop_reduced",
                    "events",
                    "Events that a hop passed on without a part of their body",
                )
                .labels([EXTRACTOR, HOP, PART]),
            ),
            dropped: catalogue.family(
                define("hop_dropped", "events", "Events that a hop lost, by reason")
                    .labels([EXTRACTOR, HOP, PART, DROP_REASON])
                    .existing(
                        "`rpcextractor_rpc_fetch_errors_total` for the hop `rpc`; of what is lost \
                         elsewhere there is no metric",
                    ),
            ),
        }
    }
}

/// The hops of one source: an extractor of a node, or the bus.
pub(crate) struct HopSource {
    families: HopFamilies,
    node: NodeName,
    extractor: &'static str,
    /// The instance whose counters these are.
    instance: Option<u64>,
    hops: Vec<HopSeries>,
    /// All hops beyond [`MOST_HOPS`].
    others: Option<HopSeries>,
}

/// One hop's counters, and how they stood in the source's last report.
struct HopSeries {
    hop: String,
    part: String,
    last: HopCount,
    attempted: Counter,
    whole: Counter,
    reduced: Counter,
}

impl HopSource {
    pub(crate) fn new(families: HopFamilies, node: NodeName, extractor: &'static str) -> HopSource {
        HopSource {
            families,
            node,
            extractor,
            instance: None,
            hops: Vec::new(),
            others: None,
        }
    }

    /// Takes over cumulative counts of an instance. Each new instance begins at
    /// 0; the counters here go on.
    pub(crate) fn fold(&mut self, instance: u64, counts: &[HopCount]) {
        if self.instance.replace(instance) != Some(instance) {
            let all = self.hops.iter_mut().chain(&mut self.others);
            all.for_each(|series| series.last = HopCount::default());
        }
        let mut others: Option<HopCount> = None;
        for count in counts {
            match self.index(count) {
                Some(index) => {
                    let series = &mut self.hops[index];
                    series.advance(count, &self.families, &self.node, self.extractor);
                }
                None => add(others.get_or_insert_default(), count),
            }
        }
        if let Some(count) = others {
            let (families, node, extractor) = (&self.families, &self.node, self.extractor);
            let series = self
                .others
                .get_or_insert_with(|| HopSeries::new(OTHER, OTHER, families, node, extractor));
            series.advance(&count, families, node, extractor);
        }
    }

    /// Where the hop is, a new one if there is room.
    fn index(&mut self, count: &HopCount) -> Option<usize> {
        let mut known = self.hops.iter();
        if let Some(index) = known.position(|hop| hop.hop == count.hop && hop.part == count.part) {
            return Some(index);
        }
        let is_named = hop(&count.hop) != OTHER && count.part.len() <= LONGEST_PART;
        if self.hops.len() == MOST_HOPS || !is_named {
            return None;
        }
        let (families, node) = (&self.families, &self.node);
        let series = HopSeries::new(&count.hop, &count.part, families, node, self.extractor);
        self.hops.push(series);
        Some(self.hops.len() - 1)
    }
}

impl HopSeries {
    fn new(
        hop: &str,
        part: &str,
        families: &HopFamilies,
        node: &NodeName,
        extractor: &'static str,
    ) -> HopSeries {
        let values: [Value; 3] = [
            extractor.into(),
            hop.to_owned().into(),
            part.to_owned().into(),
        ];
        for reason in usual_drop_reasons(hop) {
            // From 0 on: the first loss is seen as growth.
            let values = [extractor, hop, part, *reason].map(|value| value.to_owned().into());
            families.dropped.named_handle(node, values);
        }
        HopSeries {
            hop: hop.to_owned(),
            part: part.to_owned(),
            last: HopCount::default(),
            attempted: families.attempted.named_handle(node, values.clone()),
            whole: families.whole.named_handle(node, values.clone()),
            reduced: families.reduced.named_handle(node, values),
        }
    }

    fn advance(
        &mut self,
        now: &HopCount,
        families: &HopFamilies,
        node: &NodeName,
        extractor: &'static str,
    ) {
        let last = std::mem::replace(&mut self.last, now.clone());
        self.attempted
            .inc_by(now.attempted.saturating_sub(last.attempted));
        self.whole.inc_by(now.whole.saturating_sub(last.whole));
        self.reduced
            .inc_by(now.reduced.saturating_sub(last.reduced));
        for drop in &now.dropped {
            let mut before = last.dropped.iter();
            let before = before.find(|known| known.reason == drop.reason);
            let more = drop
                .count
                .saturating_sub(before.map_or(0, |known| known.count));
            let values = [
                extractor.into(),
                self.hop.clone().into(),
                self.part.clone().into(),
                drop_reason(&drop.reason).into(),
            ];
            families.dropped.named_handle(node, values).inc_by(more);
        }
    }
}

fn add(sum: &mut HopCount, count: &HopCount) {
    sum.attempted = sum.attempted.saturating_add(count.attempted);
    sum.whole = sum.whole.saturating_add(count.whole);
    sum.reduced = sum.reduced.saturating_add(count.reduced);
    for drop in &count.dropped {
        match sum
            .dropped
            .iter_mut()
            .find(|known| known.reason == drop.reason)
        {
            Some(known) => known.count = known.count.saturating_add(drop.count),
            None => sum.dropped.push(drop.clone()),
        }
    }
}
