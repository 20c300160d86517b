//! Families of metrics: series that differ in the values of their labels.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::{EncodeLabel, EncodeLabelSet, LabelSetEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family as Series, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;

/// A node's name, shared by all labels of this node.
pub(crate) type NodeName = Arc<str>;
/// The value of a label: a word, or a name that is known only at run time and bounded by the caller.
pub(crate) type Value = Cow<'static, str>;
/// A counter of seconds.
pub(crate) type SecondsCounter = Counter<f64, AtomicU64>;
/// A gauge of fractions.
pub(crate) type FloatGauge = Gauge<f64, AtomicU64>;

/// Counters with `N` labels besides the node.
pub(crate) type Counters<const N: usize> = Family<Counter, N>;
/// Counters of seconds with `N` labels besides the node.
pub(crate) type SecondsCounters<const N: usize> = Family<SecondsCounter, N>;
/// Gauges of whole numbers with `N` labels besides the node.
pub(crate) type Gauges<const N: usize> = Family<Gauge, N>;
/// Gauges of fractions with `N` labels besides the node.
pub(crate) type FloatGauges<const N: usize> = Family<FloatGauge, N>;
/// Histograms with `N` labels besides the node.
pub(crate) type Histograms<const N: usize> = Family<Histogram, N>;

/// Labels of a series: the node, where there is one, and `N` others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Labels<const N: usize> {
    pub(crate) node: Option<NodeName>,
    pub(crate) names: [&'static str; N],
    pub(crate) values: [Value; N],
}

impl<const N: usize> Hash for Labels<N> {
    /// The names are the same in the whole family.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.node.hash(state);
        self.values.hash(state);
    }
}

impl<const N: usize> EncodeLabelSet for Labels<N> {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> Result<(), fmt::Error> {
        if let Some(node) = &self.node {
            ("node", &**node).encode(encoder.encode_label())?;
        }
        for (name, value) in self.names.iter().zip(&self.values) {
            (*name, &**value).encode(encoder.encode_label())?;
        }
        Ok(())
    }
}

/// Series of one metric. Uses give the values of the labels in the order in
/// which the definition names them.
#[derive(Clone, Debug)]
pub(crate) struct Family<M, const N: usize> {
    names: [&'static str; N],
    series: Series<Labels<N>, M, Make>,
}

impl<M: Clone, const N: usize> Family<M, N>
where
    Make: MetricConstructor<M>,
{
    /// A family without series. Histograms have `buckets`.
    pub(crate) fn new(names: [&'static str; N], buckets: &'static [f64]) -> Family<M, N> {
        Family {
            names,
            series: Series::new_with_constructor(Make { buckets }),
        }
    }

    /// What the registry holds.
    pub(crate) fn series(&self) -> Series<Labels<N>, M, Make> {
        self.series.clone()
    }

    /// A series for keeping. To ask for it costs a lookup, to use it does not.
    pub(crate) fn handle(&self, node: &NodeName, values: [&'static str; N]) -> M {
        let labels = self.labels(Some(node), values.map(Value::Borrowed));
        self.series.get_or_create_owned(&labels)
    }

    /// As [`Self::handle`], where values are known only at run time.
    pub(crate) fn named_handle(&self, node: &NodeName, values: [Value; N]) -> M {
        self.series
            .get_or_create_owned(&self.labels(Some(node), values))
    }

    /// As [`Self::named_handle`], of this process and not of a node.
    pub(crate) fn process_handle(&self, values: [Value; N]) -> M {
        self.series.get_or_create_owned(&self.labels(None, values))
    }

    /// A series for one use.
    pub(crate) fn at(
        &self,
        node: &NodeName,
        values: [&'static str; N],
    ) -> impl Deref<Target = M> + '_ {
        let labels = self.labels(Some(node), values.map(Value::Borrowed));
        self.series.get_or_create(&labels)
    }

    /// Removes a series.
    pub(crate) fn remove(&self, node: &NodeName, values: [&'static str; N]) {
        let labels = self.labels(Some(node), values.map(Value::Borrowed));
        self.series.remove(&labels);
    }

    /// Removes all series.
    pub(crate) fn clear(&self) {
        self.series.clear();
    }

    fn labels(&self, node: Option<&NodeName>, values: [Value; N]) -> Labels<N> {
        Labels {
            node: node.map(Arc::clone),
            names: self.names,
            values,
        }
    }
}

/// Makes the series of a family.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Make {
    buckets: &'static [f64],
}

impl MetricConstructor<Counter> for Make {
    fn new_metric(&self) -> Counter {
        Counter::default()
    }
}

impl MetricConstructor<SecondsCounter> for Make {
    fn new_metric(&self) -> SecondsCounter {
        SecondsCounter::default()
    }
}

impl MetricConstructor<Gauge> for Make {
    fn new_metric(&self) -> Gauge {
        Gauge::default()
    }
}

impl MetricConstructor<FloatGauge> for Make {
    fn new_metric(&self) -> FloatGauge {
        FloatGauge::default()
    }
}

impl MetricConstructor<Histogram> for Make {
    fn new_metric(&self) -> Histogram {
        Histogram::new(self.buckets.iter().copied())
    }
}

/// A whole number as a gauge holds it.
pub(crate) fn gauge_value(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// A duration that counters and histograms can take: a log or a foreign stream
/// can say anything.
pub(crate) fn usable_seconds(seconds: Option<f64>) -> Option<f64> {
    seconds.filter(|seconds| seconds.is_finite() && *seconds >= 0.0)
}
