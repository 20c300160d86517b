//! Blocks that came as compact blocks, and how they were put together.

use peer_observer_event::BlockReconstruction;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, Histograms, NodeName, usable_seconds};
use crate::labels::log::{BANDWIDTH, REQUESTED, TRANSACTION_SOURCE};
use crate::poll::{Poll, PollBuilder};
use crate::words::log::{BANDWIDTHS, REQUESTED as REQUESTED_WORDS, TRANSACTION_SOURCES};

/// 1 ms to a minute: with nothing to ask for, milliseconds; else a round trip.
const DURATION_BUCKETS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 20.0, 60.0,
];
/// Transactions that were missing: none mostly, all of them after a start.
const REQUESTED_BUCKETS: [f64; 13] = [
    0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3,
];

/// Families of reconstructions.
pub(crate) struct ReconstructionFamilies {
    blocks: Counters<2>,
    duration: Histograms<2>,
    requested: Histograms<1>,
    transactions: Counters<1>,
    requested_bytes: Counters<0>,
    latest: Poll<BlockReconstruction>,
}

impl ReconstructionFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> ReconstructionFamilies {
        catalogue.area(
            "Compact blocks",
            "debug.log with -debug=cmpctblock: the lines about a block joined",
        );
        ReconstructionFamilies {
            blocks: catalogue.family(
                define(
                    "reconstruction_blocks",
                    "blocks",
                    "Compact blocks that were put together to whole ones",
                )
                .labels([BANDWIDTH, REQUESTED])
                .existing("`log_compact_block_reconstruction_count`"),
            ),
            duration: catalogue.histograms(
                define(
                    "reconstruction_duration_seconds",
                    "seconds",
                    "Time from a compact block's header to the block put together, of blocks \
                     where the log says it",
                )
                .labels([BANDWIDTH, REQUESTED])
                .existing(
                    "`log_compact_block_reconstruction_time`, of the last block alone and in \
                     microseconds",
                ),
                &DURATION_BUCKETS,
            ),
            requested: catalogue.histograms(
                define(
                    "reconstruction_requested_transactions",
                    "transactions",
                    "Transactions of a block that the node had to ask for",
                )
                .labels([BANDWIDTH]),
                &REQUESTED_BUCKETS,
            ),
            transactions: catalogue.family(
                define(
                    "reconstruction_transactions",
                    "transactions",
                    "Transactions of the blocks that were put together, by where they came from",
                )
                .labels([TRANSACTION_SOURCE])
                .existing(
                    "`log_compact_block_reconstruction_txs_requested`, \
                     `log_compact_block_reconstruction_txs_extra_pool`",
                ),
            ),
            requested_bytes: catalogue.family(
                define(
                    "reconstruction_requested_bytes",
                    "bytes",
                    "Size of the transactions that the node had to ask for",
                )
                .source("Bitcoin Core 29 and newer")
                .existing("`log_compact_block_reconstruction_requested_bytes`"),
            ),
            latest: latest(catalogue),
        }
    }

    /// Takes a block over; `is_current` is false in an earlier life of the node.
    pub(crate) fn fold(&self, node: &NodeName, block: &BlockReconstruction, is_current: bool) {
        let bandwidth = BANDWIDTHS[block.high_bandwidth.map_or(2, usize::from)];
        let requested = REQUESTED_WORDS[usize::from(block.requested_transactions > 0)];
        self.blocks.at(node, [bandwidth, requested]).inc();
        if let Some(seconds) = usable_seconds(block.duration_seconds) {
            self.duration
                .at(node, [bandwidth, requested])
                .observe(seconds);
        }
        self.requested
            .at(node, [bandwidth])
            .observe(block.requested_transactions.into());
        for (source, count) in TRANSACTION_SOURCES.into_iter().zip(by_source(block)) {
            self.transactions
                .at(node, [source])
                .inc_by(count.unwrap_or_default().into());
        }
        let bytes = block.requested_bytes.unwrap_or_default();
        self.requested_bytes.at(node, []).inc_by(bytes);
        if is_current {
            self.latest.set(node, block);
        }
    }

    /// Nobody reads the log any more.
    pub(crate) fn clear(&self, node: &NodeName) {
        self.latest.clear(node);
    }
}

/// By [`TRANSACTION_SOURCES`].
fn by_source(block: &BlockReconstruction) -> [Option<u32>; TRANSACTION_SOURCES.len()] {
    [
        Some(block.prefilled_transactions),
        Some(block.mempool_transactions),
        block.extra_pool_transactions,
        Some(block.requested_transactions),
    ]
}

fn latest(catalogue: &mut Catalogue) -> Poll<BlockReconstruction> {
    PollBuilder::<BlockReconstruction>::within(catalogue)
        .gauge(
            define(
                "reconstruction_latest_height",
                "blocks",
                "Height of the block put together last, if the log says it",
            ),
            |block| block.height,
        )
        .gauge(
            define(
                "reconstruction_latest_duration_seconds",
                "seconds",
                "Time from the header to the block put together, of the last one",
            )
            .existing("`log_compact_block_reconstruction_time`, in microseconds"),
            |block| block.duration_seconds,
        )
        .gauges(
            define(
                "reconstruction_latest_transactions",
                "transactions",
                "Transactions of the block put together last, by where they came from",
            )
            .labels([TRANSACTION_SOURCE]),
            |block| {
                let sources = TRANSACTION_SOURCES.map(|source| [source]);
                sources.into_iter().zip(by_source(block)).collect()
            },
        )
        .gauge(
            define(
                "reconstruction_latest_requested_bytes",
                "bytes",
                "Size of the transactions that the node had to ask for, of the last block",
            ),
            |block| block.requested_bytes,
        )
        .finish()
}
