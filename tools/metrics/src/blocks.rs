//! Blocks that were connected to the chain.

use peer_observer_event::BlockConnected;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;

use crate::catalogue::{Catalogue, define};
use crate::family::{
    Counters, FloatGauge, FloatGauges, Gauges, NodeName, SecondsCounter, SecondsCounters,
    gauge_value,
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
    pub(crate) fn new(catalogue: &mut Catalogue) -> BlockFamilies {
        catalogue.area("Blocks", "tracepoint `validation:block_connected`");
        BlockFamilies {
            connected: catalogue.family(define(
                "validation_block_connected",
                "blocks",
                "Blocks that were connected to the chain",
            )),
            duration_total: catalogue.family(
                define(
                    "validation_block_connected_duration_seconds",
                    "seconds",
                    "Time that connecting blocks took, summed up",
                )
                .existing("`validation_block_connected_connection_time`, in microseconds"),
            ),
            height: catalogue.family(
                define(
                    "validation_block_connected_latest_height",
                    "blocks",
                    "Height of the block connected last",
                )
                .existing("`validation_block_connected_latest_height`"),
            ),
            duration: catalogue.family(
                define(
                    "validation_block_connected_latest_duration_seconds",
                    "seconds",
                    "Time that connecting the last block took",
                )
                .existing("`validation_block_connected_latest_connection_time`, in microseconds"),
            ),
            sigops: catalogue.family(
                define(
                    "validation_block_connected_latest_sigops",
                    "sigops cost",
                    "Cost of the signature operations in the block connected last",
                )
                .existing("`validation_block_connected_latest_sigops`"),
            ),
            inputs: catalogue.family(
                define(
                    "validation_block_connected_latest_inputs",
                    "inputs",
                    "Inputs of the block connected last",
                )
                .existing("`validation_block_connected_latest_inputs`"),
            ),
            transactions: catalogue.family(
                define(
                    "validation_block_connected_latest_transactions",
                    "transactions",
                    "Transactions in the block connected last",
                )
                .existing("`validation_block_connected_latest_transactions`"),
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
        BlockMetrics {
            connected: families.connected.handle(node, []),
            duration_total: families.duration_total.handle(node, []),
            height: families.height.handle(node, []),
            duration: families.duration.handle(node, []),
            sigops: families.sigops.handle(node, []),
            inputs: families.inputs.handle(node, []),
            transactions: families.transactions.handle(node, []),
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
