//! The pipeline itself: how far behind events are, what was lost, who runs.

use std::sync::Arc;

use peer_observer_bus::SubscriptionStatus;
use peer_observer_event::{Event, Extractor, Gap, Heartbeat, NodeLabels, Started};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, Gauges, Histograms, NodeName, gauge_value};
use crate::hops::{HopFamilies, HopSource};
use crate::labels::{EXTRACTOR, GAP_REASON, SUBSCRIPTION};
use crate::node_info::NodeInfo;
use crate::slots::EXTRACTORS;
use crate::words::OTHER;
use crate::words::pipeline::gap_reasons;

/// Families of what the pipeline says of itself.
pub(crate) struct PipelineFamilies {
    pub(crate) hops: HopFamilies,
    gaps: Counters<2>,
    lost: Counters<2>,
    latency: Histograms<1>,
    ring_bytes: Gauges<0>,
    up: Gauges<0>,
    run: Gauges<0>,
    info: NodeInfo,
}

impl PipelineFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> PipelineFamilies {
        catalogue.area(
            "Pipeline",
            "notices and heartbeats of the extractors, and the bus",
        );
        PipelineFamilies {
            hops: HopFamilies::new(catalogue),
            gaps: catalogue.family(
                define(
                    "gaps",
                    "gaps",
                    "Gaps: periods in which events were lost before they reached the bus",
                )
                .labels([EXTRACTOR, GAP_REASON]),
            ),
            lost: catalogue.family(
                define(
                    "lost_events",
                    "events",
                    "Events lost in gaps, where an extractor could count them",
                )
                .labels([EXTRACTOR, GAP_REASON]),
            ),
            latency: catalogue.histograms(
                define(
                    "event_latency_seconds",
                    "seconds",
                    "Time from an event to its place on the bus, of a sample of the events",
                )
                .labels([EXTRACTOR]),
                &LATENCY_BUCKETS,
            ),
            ring_bytes: catalogue.family(define(
                "ring_bytes",
                "bytes",
                "Size of the ring buffer between kernel and extractor",
            )),
            up: catalogue.family(define(
                "node_up",
                "1 or 0",
                "Does an extractor read from the node",
            )),
            run: catalogue.family(define(
                "node_run",
                "seconds since the epoch",
                "Start of the node's process as extractors know it",
            )),
            info: NodeInfo::new(catalogue),
        }
    }
}

/// 10 µs to 30 s.
const LATENCY_BUCKETS: [f64; 14] = [
    1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0,
];

/// One node's part.
pub(crate) struct PipelineMetrics {
    node: NodeName,
    pub(crate) up: Gauge,
    pub(crate) run: Gauge,
    /// Extractors that have said something, by number.
    has_spoken: [bool; EXTRACTORS],
    /// The bus's time of the event whose latency was measured last.
    measured_ns: u64,
    latencies: [Option<Histogram>; EXTRACTORS],
    hops: [Option<HopSource>; EXTRACTORS],
}

impl PipelineMetrics {
    pub(crate) fn new(node: &NodeName, families: &PipelineFamilies) -> PipelineMetrics {
        families.info.set(node, NodeLabels::default());
        PipelineMetrics {
            node: Arc::clone(node),
            up: families.up.handle(node, []),
            run: families.run.handle(node, []),
            has_spoken: [false; EXTRACTORS],
            measured_ns: 0,
            latencies: Default::default(),
            hops: Default::default(),
        }
    }

    /// An extractor said something: from then on its losses are counted from 0,
    /// so that the first one is seen as growth.
    pub(crate) fn spoke(&mut self, extractor: Extractor, families: &PipelineFamilies) {
        if std::mem::replace(&mut self.has_spoken[extractor as usize], true) {
            return;
        }
        for reason in gap_reasons(extractor) {
            let values = [extractor.word(), reason.word()];
            families.gaps.handle(&self.node, values);
            families.lost.handle(&self.node, values);
        }
    }

    /// Measures the latency of the first of the node's events that came onto the
    /// bus together: the same ones live and in a replay.
    pub(crate) fn latency(&mut self, event: &Event, families: &PipelineFamilies) {
        if self.measured_ns == event.bus_time_ns {
            return;
        }
        self.measured_ns = event.bus_time_ns;
        let extractor = event.extractor();
        let histogram = self.latencies[extractor as usize]
            .get_or_insert_with(|| families.latency.handle(&self.node, [extractor.word()]));
        let latency_ns = event.bus_time_ns.saturating_sub(event.time_ns);
        histogram.observe(latency_ns as f64 / 1e9);
    }

    pub(crate) fn started(&self, started: &Started, families: &PipelineFamilies) {
        if *self.node != *OTHER {
            let labels = NodeLabels::usable(&started.labels);
            families.info.set(&self.node, labels);
        }
        if let Some(bytes) = started.ring_bytes {
            families
                .ring_bytes
                .at(&self.node, [])
                .set(gauge_value(bytes));
        }
    }

    pub(crate) fn gap(&self, extractor: Extractor, gap: &Gap, families: &PipelineFamilies) {
        let values = [extractor.word(), gap.reason().word()];
        families.gaps.at(&self.node, values).inc();
        if let Some(count) = gap.count {
            families.lost.at(&self.node, values).inc_by(count);
        }
    }

    pub(crate) fn heartbeat(
        &mut self,
        event: &Event,
        heartbeat: &Heartbeat,
        families: &PipelineFamilies,
    ) {
        if *self.node != *OTHER {
            // We may have come too late for the notice.
            match heartbeat.labels.is_empty() {
                true => families.info.know(&self.node),
                false => {
                    let labels = NodeLabels::usable(&heartbeat.labels);
                    families.info.set(&self.node, labels);
                }
            }
        }
        let extractor = event.extractor();
        let source = self.hops[extractor as usize].get_or_insert_with(|| {
            let (hops, node) = (families.hops.clone(), Arc::clone(&self.node));
            HopSource::new(hops, node, extractor.word())
        });
        source.fold(event.instance, &heartbeat.hops);
    }
}

/// The bus's subscriptions, at scrape time.
pub(crate) struct Subscriptions {
    depth: Gauges<1>,
    open: Gauges<1>,
}

impl Subscriptions {
    pub(crate) fn new(catalogue: &mut Catalogue) -> Subscriptions {
        Subscriptions {
            depth: catalogue.process_family(
                define(
                    "subscription_queue_depth",
                    "deliveries",
                    "Deliveries that wait in the queues of a tool's subscriptions",
                )
                .labels([SUBSCRIPTION])
                .source("the bus, when the metrics are asked for"),
            ),
            open: catalogue.process_family(
                define(
                    "subscriptions_open",
                    "subscriptions",
                    "Open subscriptions of a tool",
                )
                .labels([SUBSCRIPTION])
                .source("the bus, when the metrics are asked for"),
            ),
        }
    }

    /// Replaces everything: a subscription that was closed has no series.
    pub(crate) fn set(&self, subscriptions: &[SubscriptionStatus]) {
        self.depth.clear();
        self.open.clear();
        for status in subscriptions {
            let name = || [status.name.clone().into()];
            self.depth
                .process_handle(name())
                .set(gauge_value(status.depth));
            self.open
                .process_handle(name())
                .set(gauge_value(status.open));
        }
    }
}
