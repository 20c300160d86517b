//! Series that each reply of the node replaces: what a reply no longer has is
//! gone, so that old numbers never look like news.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::{MetricType, TypedMetric};

use crate::family::{Labels, NodeName, Value};

/// A number or a distribution of a reply.
pub(crate) trait PolledValue:
    EncodeMetric + TypedMetric + Send + Sync + fmt::Debug + 'static
{
}

/// A gauge of the last reply.
pub(crate) type PolledGauge = ConstGauge<f64>;
/// A count that the node keeps; it begins anew with the node.
pub(crate) type PolledCounter = ConstCounter<u64>;
/// Seconds that the node's process has taken; they begin anew with it.
pub(crate) type PolledSeconds = ConstCounter<f64>;

impl PolledValue for PolledGauge {}
impl PolledValue for PolledCounter {}
impl PolledValue for PolledSeconds {}
impl PolledValue for Distribution {}

/// Series by the values of their labels.
pub(crate) type PolledSeries<V, const N: usize> = BTreeMap<[Value; N], V>;

/// Series by node and labels. All handles of it are the same family.
#[derive(Debug)]
pub(crate) struct Polled<V, const N: usize> {
    names: [&'static str; N],
    nodes: Arc<Mutex<BTreeMap<NodeName, PolledSeries<V, N>>>>,
}

impl<V, const N: usize> Clone for Polled<V, N> {
    fn clone(&self) -> Polled<V, N> {
        Polled {
            names: self.names,
            nodes: Arc::clone(&self.nodes),
        }
    }
}

impl<V, const N: usize> Polled<V, N> {
    pub(crate) fn new(names: [&'static str; N]) -> Polled<V, N> {
        Polled {
            names,
            nodes: Arc::default(),
        }
    }

    /// Replaces the node's series.
    pub(crate) fn replace(&self, node: &NodeName, series: PolledSeries<V, N>) {
        let mut nodes = self.nodes();
        if series.is_empty() {
            nodes.remove(node);
        } else {
            nodes.insert(Arc::clone(node), series);
        }
    }

    /// Replaces one of the node's series, or removes it.
    pub(crate) fn replace_one(&self, node: &NodeName, values: [Value; N], value: Option<V>) {
        let mut nodes = self.nodes();
        let Some(value) = value else {
            if let Some(series) = nodes.get_mut(node) {
                series.remove(&values);
            }
            return;
        };
        nodes
            .entry(Arc::clone(node))
            .or_default()
            .insert(values, value);
    }

    fn nodes(&self) -> MutexGuard<'_, BTreeMap<NodeName, PolledSeries<V, N>>> {
        // Every change is one insertion or removal: nothing can be half done.
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: PolledValue, const N: usize> EncodeMetric for Polled<V, N> {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), fmt::Error> {
        for (node, series) in self.nodes().iter() {
            for (values, value) in series {
                let labels = Labels {
                    node: Some(Arc::clone(node)),
                    names: self.names,
                    values: values.clone(),
                };
                value.encode(encoder.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        V::TYPE
    }

    fn is_empty(&self) -> bool {
        self.nodes().values().all(BTreeMap::is_empty)
    }
}

/// How the values of a reply are distributed.
#[derive(Debug)]
pub(crate) struct Distribution {
    sum: f64,
    count: u64,
    /// Upper bound, and values above the bound before; the last bound is infinite.
    buckets: Vec<(f64, u64)>,
}

impl Distribution {
    /// The distribution of `values` over buckets with these upper bounds, in rising order.
    pub(crate) fn new(bounds: &[f64], values: impl IntoIterator<Item = f64>) -> Distribution {
        let bounds = bounds.iter().copied().chain([f64::INFINITY]);
        let mut distribution = Distribution {
            sum: 0.0,
            count: 0,
            buckets: bounds.map(|bound| (bound, 0)).collect(),
        };
        for value in values.into_iter().filter(|value| value.is_finite()) {
            let mut buckets = distribution.buckets.iter_mut();
            if let Some((_, count)) = buckets.find(|(bound, _)| value <= *bound) {
                *count += 1;
                distribution.count += 1;
                distribution.sum += value;
            }
        }
        distribution
    }
}

impl TypedMetric for Distribution {
    const TYPE: MetricType = MetricType::Histogram;
}

impl EncodeMetric for Distribution {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), fmt::Error> {
        encoder.encode_histogram::<NoLabelSet>(self.sum, self.count, &self.buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        Distribution::TYPE
    }
}
