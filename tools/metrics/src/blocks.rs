//! Blocks that were connected to the chain.

use peer_observer_event::BlockConnected;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::family::{
    Counters, FloatGauge, FloatGauges, Gauges, Labels, NodeName, SecondsCounter, SecondsCounters,
    gauge_value, register,
};

/// Families of block validation.
pub(crate) struct BlockFamilies {
    connected: Counters<0>,
    duration_total: SecondsCounters<0>,
    height: Gauges<0>,
    duration: FloatGauges<0>,
    sigops: Gauges<0>,
    inputs: Gauges<0>,
    transactions: Gauges<0>,
}

impl BlockFamilies {
    pub(crate) fn new(registry: &mut Registry) -> BlockFamilies {
        BlockFamilies {
            connected: register(
                registry,
                "validation_block_connected",
                "Blocks that were connected to the chain (blocks)",
            ),
            duration_total: register(
                registry,
                "validation_block_connected_duration_seconds",
                "Time that connecting blocks took, summed up (seconds)",
            ),
            height: register(
                registry,
                "validation_block_connected_latest_height",
                "Height of the block connected last (blocks)",
            ),
            duration: register(
                registry,
                "validation_block_connected_latest_duration_seconds",
                "Time that connecting the last block took (seconds)",
            ),
            sigops: register(
                registry,
                "validation_block_connected_latest_sigops",
                "Cost of the signature operations in the block connected last (sigops cost)",
            ),
            inputs: register(
                registry,
                "validation_block_connected_latest_inputs",
                "Inputs of the block connected last (inputs)",
            ),
            transactions: register(
                registry,
                "validation_block_connected_latest_transactions",
                "Transactions in the block connected last (transactions)",
            ),
        }
    }
}

/// One node's part.
pub(crate) struct BlockMetrics {
    connected: Counter,
    duration_total: SecondsCounter,
    height: Gauge,
    duration: FloatGauge,
    sigops: Gauge,
    inputs: Gauge,
    transactions: Gauge,
}

impl BlockMetrics {
    pub(crate) fn new(node: &NodeName, families: &BlockFamilies) -> BlockMetrics {
        let labels = Labels::node(node);
        BlockMetrics {
            connected: families.connected.get_or_create_owned(&labels),
            duration_total: families.duration_total.get_or_create_owned(&labels),
            height: families.height.get_or_create_owned(&labels),
            duration: families.duration.get_or_create_owned(&labels),
            sigops: families.sigops.get_or_create_owned(&labels),
            inputs: families.inputs.get_or_create_owned(&labels),
            transactions: families.transactions.get_or_create_owned(&labels),
        }
    }

    pub(crate) fn connected(&self, block: &BlockConnected) {
        let seconds = block.duration_ns as f64 / 1e9;
        self.connected.inc();
        self.duration_total.inc_by(seconds);
        self.height.set(block.height.into());
        self.duration.set(seconds);
        self.sigops.set(gauge_value(block.sigops_cost));
        self.inputs.set(block.input_count.into());
        self.transactions.set(gauge_value(block.transaction_count));
    }
}
