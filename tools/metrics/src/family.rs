//! Labels, and families of metrics that have them.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::{EncodeLabel, EncodeLabelSet, LabelSetEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

/// Labels of a series: the node, and `N` others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Labels<const N: usize> {
    node: Arc<str>,
    others: [(&'static str, Cow<'static, str>); N],
}

/// A node's name, shared by all labels of this node.
pub(crate) type NodeName = Arc<str>;
/// A counter of seconds.
pub(crate) type SecondsCounter = Counter<f64, AtomicU64>;
/// A gauge of fractions.
pub(crate) type FloatGauge = Gauge<f64, AtomicU64>;

/// Counters with `N` labels besides the node.
pub(crate) type Counters<const N: usize> = Family<Labels<N>, Counter>;
/// Counters of seconds with `N` labels besides the node.
pub(crate) type SecondsCounters<const N: usize> = Family<Labels<N>, SecondsCounter>;
/// Gauges of whole numbers with `N` labels besides the node.
pub(crate) type Gauges<const N: usize> = Family<Labels<N>, Gauge>;
/// Gauges of fractions with `N` labels besides the node.
pub(crate) type FloatGauges<const N: usize> = Family<Labels<N>, FloatGauge>;
/// Histograms with `N` labels besides the node.
pub(crate) type Histograms<const N: usize> = Family<Labels<N>, Histogram, fn() -> Histogram>;

impl<const N: usize> Labels<N> {
    /// Labels whose values are words.
    pub(crate) fn new(node: &NodeName, others: [(&'static str, &'static str); N]) -> Labels<N> {
        let others = others.map(|(name, word)| (name, Cow::Borrowed(word)));
        Labels {
            node: Arc::clone(node),
            others,
        }
    }

    /// Labels with values that are known only at run time. The caller bounds them.
    pub(crate) fn from_values(
        node: &NodeName,
        others: [(&'static str, Cow<'static, str>); N],
    ) -> Labels<N> {
        Labels {
            node: Arc::clone(node),
            others,
        }
    }
}

impl Labels<0> {
    /// The node alone.
    pub(crate) fn node(node: &NodeName) -> Labels<0> {
        Labels::new(node, [])
    }
}

impl<const N: usize> EncodeLabelSet for Labels<N> {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> Result<(), fmt::Error> {
        ("node", &*self.node).encode(encoder.encode_label())?;
        for (name, value) in &self.others {
            (*name, &**value).encode(encoder.encode_label())?;
        }
        Ok(())
    }
}

/// Registers a new metric or family. The help text says the unit and has no
/// full stop: the encoder adds it.
pub(crate) fn register<M>(registry: &mut Registry, name: &str, help: &str) -> M
where
    M: Metric + Clone + Default,
{
    let metric = M::default();
    registry.register(name, help, metric.clone());
    metric
}

/// As [`register`], for histograms, which need their buckets.
pub(crate) fn register_histograms<const N: usize>(
    registry: &mut Registry,
    name: &str,
    help: &str,
    new: fn() -> Histogram,
) -> Histograms<N> {
    let family = Family::new_with_constructor(new);
    registry.register(name, help, family.clone());
    family
}

/// A whole number as a gauge holds it.
pub(crate) fn gauge_value(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}
