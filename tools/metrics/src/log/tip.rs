//! The chain's tip in debug.log: `UpdateTip`.

use peer_observer_event::LogTipUpdated;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, NodeName};
use crate::poll::{Poll, PollBuilder};

const BYTES_PER_MEBIBYTE: f64 = 1_048_576.0;

/// Families of the tip.
pub(crate) struct TipFamilies {
    updates: Counters<0>,
    latest: Poll<LogTipUpdated>,
}

impl TipFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> TipFamilies {
        catalogue.area("The tip in the log", "debug.log: `UpdateTip`");
        TipFamilies {
            updates: catalogue.family(define(
                "log_tip_updates",
                "times",
                "Times the chain got another tip, as the log says it",
            )),
            latest: latest(catalogue),
        }
    }

    pub(super) fn updated(&self, node: &NodeName, tip: &LogTipUpdated, is_current: bool) {
        self.updates.at(node, []).inc();
        if is_current {
            self.latest.set(node, tip);
        }
    }

    pub(super) fn clear(&self, node: &NodeName) {
        self.latest.clear(node);
    }
}

fn latest(catalogue: &mut Catalogue) -> Poll<LogTipUpdated> {
    PollBuilder::<LogTipUpdated>::within(catalogue)
        .gauge(
            define("log_tip_height", "blocks", "Height of the tip").source("`height`"),
            |tip| tip.height,
        )
        .gauge(
            define(
                "log_tip_work_log2",
                "log2 of hashes",
                "Logarithm of the work in the chain",
            )
            .source("`log2_work`"),
            |tip| tip.log2_work,
        )
        .gauge(
            define(
                "log_tip_transactions",
                "transactions",
                "Transactions in the chain up to the tip",
            )
            .source("`tx`"),
            |tip| tip.transactions,
        )
        .gauge(
            define(
                "log_tip_time_seconds",
                "seconds since the epoch",
                "Time that the tip's header gives",
            )
            .source("`date`"),
            |tip| tip.block_time_unix_seconds,
        )
        .gauge(
            define(
                "log_tip_verification_progress",
                "fraction",
                "Bitcoin Core's guess of how much of the chain is verified, 0 to 1",
            )
            .source("`progress`"),
            |tip| tip.progress,
        )
        .gauge(
            define(
                "log_tip_cache_bytes",
                "bytes",
                "Memory of the UTXO cache when the tip was updated",
            )
            .source("`cache`"),
            |tip| Some(tip.cache_mebibytes? * BYTES_PER_MEBIBYTE),
        )
        .gauge(
            define(
                "log_tip_cache_coins",
                "coins",
                "Coins in the UTXO cache when the tip was updated",
            )
            .source("`cache`"),
            |tip| tip.cache_coins,
        )
        .gauge(
            define(
                "log_tip_warning",
                "1 or 0",
                "Did the node warn of something when the tip was updated",
            )
            .source("`warning`"),
            |tip| tip.warning.is_some(),
        )
        .finish()
}
