//! What the operators say of their nodes: the labels in the started notices.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use peer_observer_event::NodeLabels;
use prometheus_client::encoding::{EncodeLabel, EncodeLabelSet, LabelSetEncoder};
use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::{MetricType, TypedMetric};

use crate::catalogue::{Catalogue, define};
use crate::family::NodeName;
use crate::labels::NODE_LABELS;

/// A series for each node that is always 1 and has the node's labels. Which
/// these are differs from node to node, unlike in other families.
#[derive(Clone, Debug, Default)]
pub(crate) struct NodeInfo {
    nodes: Arc<Mutex<BTreeMap<NodeName, NodeLabels>>>,
}

impl NodeInfo {
    pub(crate) fn new(catalogue: &mut Catalogue) -> NodeInfo {
        let help = "What the configuration says of a node; join other metrics with it: \
                    `* on (node) group_left (role) peerobserver_node_info`";
        let definition = define("node", "always 1", help).labels([NODE_LABELS]);
        catalogue.node_metric(definition)
    }

    /// Replaces the labels of a node.
    pub(crate) fn set(&self, node: &NodeName, labels: NodeLabels) {
        self.nodes().insert(Arc::clone(node), labels);
    }

    /// The node is there, whatever its labels.
    pub(crate) fn know(&self, node: &NodeName) {
        self.nodes().entry(Arc::clone(node)).or_default();
    }

    fn nodes(&self) -> MutexGuard<'_, BTreeMap<NodeName, NodeLabels>> {
        // Every change is one insertion: nothing can be half done.
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TypedMetric for NodeInfo {
    const TYPE: MetricType = MetricType::Info;
}

impl EncodeMetric for NodeInfo {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), fmt::Error> {
        for (node, labels) in self.nodes().iter() {
            encoder.encode_info(&Facts { node, labels })?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        NodeInfo::TYPE
    }

    fn is_empty(&self) -> bool {
        self.nodes().is_empty()
    }
}

struct Facts<'a> {
    node: &'a NodeName,
    labels: &'a NodeLabels,
}

impl EncodeLabelSet for Facts<'_> {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> Result<(), fmt::Error> {
        ("node", &**self.node).encode(encoder.encode_label())?;
        self.labels
            .iter()
            .try_for_each(|label| label.encode(encoder.encode_label()))
    }
}
