//! The pipeline itself: how far behind events are, what was lost, who runs.

use std::sync::Arc;

use peer_observer_bus::SubscriptionStatus;
use peer_observer_event::{Event, Extractor, Gap, Heartbeat, Started};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::family::{
    Counters, Gauges, Histograms, Labels, NodeName, gauge_value, register, register_histograms,
};
use crate::hops::{HopFamilies, HopSource};
use crate::node::EXTRACTORS;

/// Families of what the pipeline says of itself.
pub(crate) struct PipelineFamilies {
    pub(crate) hops: HopFamilies,
    gaps: Counters<2>,
    lost: Counters<2>,
    latency: Histograms<1>,
    ring_bytes: Gauges<0>,
    up: Gauges<0>,
    run: Gauges<0>,
}

impl PipelineFamilies {
    pub(crate) fn new(registry: &mut Registry) -> PipelineFamilies {
        PipelineFamilies {
            hops: HopFamilies::new(registry),
            gaps: register(
                registry,
                "gaps",
                "Gaps: periods in which events were lost before they reached the bus (gaps)",
            ),
            lost: register(
                registry,
                "lost_events",
                "Events lost in gaps, where an extractor could count them (events)",
            ),
            latency: register_histograms(
                registry,
                "event_latency_seconds",
                "Time from an event to its place on the bus, of a sample of the events (seconds)",
                latency_histogram,
            ),
            ring_bytes: register(
                registry,
                "ring_bytes",
                "Size of the ring buffer between kernel and extractor (bytes)",
            ),
            up: register(
                registry,
                "node_up",
                "Does an extractor read from the node (1 or 0)",
            ),
            run: register(
                registry,
                "node_run",
                "Start of the node's process as extractors know it (seconds since the epoch)",
            ),
        }
    }
}

/// 10 µs to 30 s.
fn latency_histogram() -> Histogram {
    Histogram::new([
        1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0,
    ])
}

/// One node's part.
pub(crate) struct PipelineMetrics {
    node: NodeName,
    pub(crate) up: Gauge,
    pub(crate) run: Gauge,
    /// The last batch in which the latency was measured.
    measured_batch: u64,
    latencies: [Option<Histogram>; EXTRACTORS],
    hops: [Option<HopSource>; EXTRACTORS],
}

impl PipelineMetrics {
    pub(crate) fn new(node: &NodeName, families: &PipelineFamilies) -> PipelineMetrics {
        let labels = Labels::node(node);
        PipelineMetrics {
            node: Arc::clone(node),
            up: families.up.get_or_create_owned(&labels),
            run: families.run.get_or_create_owned(&labels),
            measured_batch: 0,
            latencies: Default::default(),
            hops: Default::default(),
        }
    }

    /// Measures the latency of the node's first event in a batch.
    pub(crate) fn latency(&mut self, event: &Event, batch: u64, families: &PipelineFamilies) {
        if self.measured_batch == batch {
            return;
        }
        self.measured_batch = batch;
        let extractor = event.extractor();
        let histogram = self.latencies[extractor as usize].get_or_insert_with(|| {
            let labels = Labels::new(&self.node, [("extractor", extractor.word())]);
            families.latency.get_or_create_owned(&labels)
        });
        let latency_ns = event.bus_time_ns.saturating_sub(event.time_ns);
        histogram.observe(latency_ns as f64 / 1e9);
    }

    pub(crate) fn started(&self, started: &Started, families: &PipelineFamilies) {
        if let Some(bytes) = started.ring_bytes {
            families
                .ring_bytes
                .get_or_create(&Labels::node(&self.node))
                .set(gauge_value(bytes));
        }
    }

    pub(crate) fn gap(&self, extractor: Extractor, gap: &Gap, families: &PipelineFamilies) {
        let others = [
            ("extractor", extractor.word()),
            ("reason", gap.reason().word()),
        ];
        let labels = Labels::new(&self.node, others);
        families.gaps.get_or_create(&labels).inc();
        if let Some(count) = gap.count {
            families.lost.get_or_create(&labels).inc_by(count);
        }
    }

    pub(crate) fn heartbeat(
        &mut self,
        event: &Event,
        heartbeat: &Heartbeat,
        families: &PipelineFamilies,
    ) {
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
    depth: Family<[(&'static str, String); 1], Gauge>,
    open: Family<[(&'static str, String); 1], Gauge>,
}

impl Subscriptions {
    pub(crate) fn new(registry: &mut Registry) -> Subscriptions {
        Subscriptions {
            depth: register(
                registry,
                "subscription_queue_depth",
                "Deliveries that wait in the queues of a tool's subscriptions (deliveries)",
            ),
            open: register(
                registry,
                "subscriptions_open",
                "Open subscriptions of a tool (subscriptions)",
            ),
        }
    }

    /// Replaces everything: a subscription that was closed has no series.
    pub(crate) fn set(&self, subscriptions: &[SubscriptionStatus]) {
        self.depth.clear();
        self.open.clear();
        for status in subscriptions {
            let labels = [("subscription", status.name.clone())];
            self.depth
                .get_or_create(&labels)
                .set(gauge_value(status.depth));
            self.open
                .get_or_create(&labels)
                .set(gauge_value(status.open));
        }
    }
}
