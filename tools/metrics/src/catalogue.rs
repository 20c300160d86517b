//! The catalogue: every metric is defined, registered and noted for
//! `docs/metrics.md` in one go.

use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::TypedMetric;
use prometheus_client::metrics::family::MetricConstructor;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Metric, Registry};

use crate::family::{Family, Make};
use crate::labels::Label;
use crate::polled::{Polled, PolledValue};

/// Begins every name.
pub(crate) const PREFIX: &str = "peerobserver";

/// What is fixed about a metric. Built by [`define`].
pub(crate) struct Definition<const N: usize> {
    name: &'static str,
    unit: &'static str,
    help: &'static str,
    labels: [Label; N],
    source: Option<&'static str>,
    existing: &'static str,
}

/// Defines a metric: its name without the prefix `peerobserver_` and a
/// counter's `_total`, its unit in words, and what it says, without full stop.
pub(crate) const fn define(
    name: &'static str,
    unit: &'static str,
    help: &'static str,
) -> Definition<0> {
    Definition {
        name,
        unit,
        help,
        labels: [],
        source: None,
        existing: "",
    }
}

impl Definition<0> {
    /// Labels besides the node.
    pub(crate) fn labels<const N: usize>(self, labels: [Label; N]) -> Definition<N> {
        Definition {
            name: self.name,
            unit: self.unit,
            help: self.help,
            labels,
            source: self.source,
            existing: self.existing,
        }
    }
}

impl<const N: usize> Definition<N> {
    /// The field or tracepoint that it is made from, where that is not what
    /// the whole area is made from.
    pub(crate) const fn source(mut self, source: &'static str) -> Definition<N> {
        self.source = Some(source);
        self
    }

    /// What corresponds to it in the existing peer-observer, and how that differs.
    pub(crate) const fn existing(mut self, existing: &'static str) -> Definition<N> {
        self.existing = existing;
        self
    }

    fn names(&self) -> [&'static str; N] {
        std::array::from_fn(|index| self.labels[index].name)
    }
}

/// How a metric's numbers are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Counter,
    Gauge,
    Histogram,
    /// A histogram of what there is now: no growth, no rate.
    Snapshot,
    Info,
}

impl Kind {
    fn of<M: TypedMetric>() -> Kind {
        match M::TYPE {
            MetricType::Counter => Kind::Counter,
            MetricType::Histogram => Kind::Histogram,
            MetricType::Info => Kind::Info,
            _ => Kind::Gauge,
        }
    }
}

/// A metric as the reference shows it.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) unit: &'static str,
    pub(crate) help: &'static str,
    pub(crate) has_node: bool,
    pub(crate) labels: Vec<Label>,
    pub(crate) buckets: &'static [f64],
    pub(crate) source: &'static str,
    pub(crate) existing: &'static str,
}

/// Metrics about one thing.
pub(crate) struct Area {
    pub(crate) title: &'static str,
    /// What its metrics are made from.
    pub(crate) source: &'static str,
    pub(crate) entries: Vec<Entry>,
}

/// All metrics, in the order in which they were defined.
pub(crate) struct Catalogue {
    registry: Registry,
    areas: Vec<Area>,
}

impl Catalogue {
    /// A catalogue without metrics.
    pub(crate) fn new() -> Catalogue {
        Catalogue {
            registry: Registry::with_prefix(PREFIX),
            areas: Vec::new(),
        }
    }

    /// What is defined from here on is about this.
    pub(crate) fn area(&mut self, title: &'static str, source: &'static str) {
        self.areas.push(Area {
            title,
            source,
            entries: Vec::new(),
        });
    }

    /// Series by node and labels, fed by events.
    pub(crate) fn family<M, const N: usize>(&mut self, definition: Definition<N>) -> Family<M, N>
    where
        M: Metric + TypedMetric + Clone,
        Make: MetricConstructor<M>,
    {
        let family = Family::new(definition.names(), &[]);
        self.register(definition, Kind::of::<M>(), true, &[], family.series());
        family
    }

    /// As [`Self::family`], with the upper bounds of the buckets.
    pub(crate) fn histograms<const N: usize>(
        &mut self,
        definition: Definition<N>,
        buckets: &'static [f64],
    ) -> Family<Histogram, N> {
        let family = Family::new(definition.names(), buckets);
        self.register(definition, Kind::Histogram, true, buckets, family.series());
        family
    }

    /// Series by labels, of this process and not of a node.
    pub(crate) fn process_family<M, const N: usize>(
        &mut self,
        definition: Definition<N>,
    ) -> Family<M, N>
    where
        M: Metric + TypedMetric + Clone,
        Make: MetricConstructor<M>,
    {
        let family = Family::new(definition.names(), &[]);
        self.register(definition, Kind::of::<M>(), false, &[], family.series());
        family
    }

    /// One histogram, of this process and not of a node.
    pub(crate) fn process_histogram(
        &mut self,
        definition: Definition<0>,
        buckets: &'static [f64],
    ) -> Histogram {
        let histogram = Histogram::new(buckets.iter().copied());
        self.register(
            definition,
            Kind::Histogram,
            false,
            buckets,
            histogram.clone(),
        );
        histogram
    }

    /// One series, of this process and not of a node.
    pub(crate) fn single<M>(&mut self, definition: Definition<0>) -> M
    where
        M: Metric + TypedMetric + Clone + Default,
    {
        let metric = M::default();
        self.register(definition, Kind::of::<M>(), false, &[], metric.clone());
        metric
    }

    /// Series by node that the metric makes itself.
    pub(crate) fn node_metric<M, const N: usize>(&mut self, definition: Definition<N>) -> M
    where
        M: Metric + TypedMetric + Clone + Default,
    {
        let metric = M::default();
        self.register(definition, Kind::of::<M>(), true, &[], metric.clone());
        metric
    }

    /// Series by node and labels that each reply of the node replaces.
    pub(crate) fn polled<V: PolledValue, const N: usize>(
        &mut self,
        definition: Definition<N>,
        buckets: &'static [f64],
    ) -> Polled<V, N> {
        let kind = match Kind::of::<V>() {
            Kind::Histogram => Kind::Snapshot,
            kind => kind,
        };
        let polled = Polled::new(definition.names());
        self.register(definition, kind, true, buckets, polled.clone());
        polled
    }

    /// Facts as labels of a series that is always 1.
    pub(crate) fn info<const N: usize>(
        &mut self,
        definition: Definition<N>,
        values: [&'static str; N],
    ) {
        let names = definition.names();
        let facts: Vec<_> = names.into_iter().zip(values).collect();
        self.register(definition, Kind::Info, false, &[], Info::new(facts));
    }

    fn register<const N: usize>(
        &mut self,
        definition: Definition<N>,
        kind: Kind,
        has_node: bool,
        buckets: &'static [f64],
        metric: impl Metric,
    ) {
        let help = format!("{} ({})", definition.help, definition.unit);
        self.registry.register(definition.name, help, metric);
        if self.areas.is_empty() {
            self.area("Others", "");
        }
        if let Some(area) = self.areas.last_mut() {
            area.entries.push(Entry {
                name: definition.name,
                kind,
                unit: definition.unit,
                help: definition.help,
                has_node,
                labels: definition.labels.into(),
                buckets,
                source: definition.source.unwrap_or(area.source),
                existing: definition.existing,
            });
        }
    }

    /// Names of the histograms that have buckets below 0.
    pub(crate) fn signed_histograms(&self) -> Vec<String> {
        let entries = self.areas.iter().flat_map(|area| &area.entries);
        let signed =
            entries.filter(|entry| entry.buckets.first().is_some_and(|first| *first < 0.0));
        signed
            .map(|entry| format!("{PREFIX}_{}", entry.name))
            .collect()
    }

    /// For showing the metrics.
    pub(crate) fn into_registry(self) -> Registry {
        self.registry
    }

    /// For the reference.
    pub(crate) fn into_areas(self) -> Vec<Area> {
        self.areas
    }
}
