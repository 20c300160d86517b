//! The block tree and its transactions: getchaintips, getchaintxstats.

use std::collections::BTreeMap;

use peer_observer_event::{ChainTip, ChainTips, ChainTxStats};

use crate::catalogue::{Catalogue, define};
use crate::labels::TIP_STATUS;
use crate::poll::{ByLabels, Poll, PollBuilder};
use crate::words::{TIP_STATES, listed};

pub(super) fn chain_tips(catalogue: &mut Catalogue) -> Poll<ChainTips> {
    PollBuilder::<ChainTips>::new(catalogue, "getchaintips", "`getchaintips`")
        .gauges(
            define(
                "rpc_chain_tips",
                "tips",
                "Ends of the branches of the block tree",
            )
            .labels([TIP_STATUS])
            .source("`status`"),
            |tips| {
                tips.tips
                    .iter()
                    .map(|tip| ([tip_status(tip)], 1u64))
                    .collect()
            },
        )
        .gauges(
            define(
                "rpc_chain_tip_maximum_height",
                "blocks",
                "Height of the highest end of a branch",
            )
            .labels([TIP_STATUS])
            .source("`height`"),
            |tips| largest(&tips.tips, |tip| tip.height),
        )
        .gauges(
            define(
                "rpc_chain_tip_maximum_branch_blocks",
                "blocks",
                "Length of the longest branch, from the main chain",
            )
            .labels([TIP_STATUS])
            .source("`branchlen`"),
            |tips| largest(&tips.tips, |tip| i64::try_from(tip.branch_blocks?).ok()),
        )
        .finish()
}

fn tip_status(tip: &ChainTip) -> &'static str {
    listed(&TIP_STATES, tip.status.as_deref().unwrap_or_default())
}

/// The largest number by status.
fn largest(tips: &[ChainTip], number: fn(&ChainTip) -> Option<i64>) -> ByLabels<i64, 1> {
    let mut largest = BTreeMap::new();
    for tip in tips {
        if let Some(number) = number(tip) {
            let known = largest.entry([tip_status(tip)]).or_insert(number);
            *known = number.max(*known);
        }
    }
    largest.into_iter().collect()
}

pub(super) fn chain_tx_stats(catalogue: &mut Catalogue) -> Poll<ChainTxStats> {
    PollBuilder::<ChainTxStats>::new(catalogue, "getchaintxstats", "`getchaintxstats`")
        .gauge(
            define(
                "rpc_chain_tx_stats_transactions",
                "transactions",
                "Transactions in the chain, from the genesis block to the window's last one",
            )
            .source("`txcount`")
            .existing("`rpc_chaintxstats_tx_count`"),
            |stats| stats.transaction_count,
        )
        .gauge(
            define(
                "rpc_chain_tx_stats_time_seconds",
                "seconds since the epoch",
                "Time in the window's last block",
            )
            .source("`time`"),
            |stats| stats.time_unix_seconds,
        )
        .gauge(
            define(
                "rpc_chain_tx_stats_window_final_height",
                "blocks",
                "Height of the window's last block",
            )
            .source("`window_final_block_height`")
            .existing("`rpc_chaintxstats_window_final_block_height`"),
            |stats| stats.window_final_block_height,
        )
        .gauge(
            define(
                "rpc_chain_tx_stats_window_blocks",
                "blocks",
                "Blocks in the window: a month of them, or as many as there are",
            )
            .source("`window_block_count`")
            .existing("`rpc_chaintxstats_window_block_count`"),
            |stats| stats.window_block_count,
        )
        .gauge(
            define(
                "rpc_chain_tx_stats_window_transactions",
                "transactions",
                "Transactions in the window",
            )
            .source("`window_tx_count`")
            .existing("`rpc_chaintxstats_window_tx_count`"),
            |stats| stats.window_transaction_count,
        )
        .gauge(
            define(
                "rpc_chain_tx_stats_window_seconds",
                "seconds",
                "Time from the window's first block to its last one",
            )
            .source("`window_interval`")
            .existing("`rpc_chaintxstats_window_interval`"),
            |stats| stats.window_seconds,
        )
        .gauge(
            define(
                "rpc_chain_tx_stats_transactions_per_second",
                "transactions per second",
                "Transactions in the window by its time",
            )
            .source("`txrate`")
            .existing("`rpc_chaintxstats_tx_rate`"),
            |stats| stats.transactions_per_second,
        )
        .finish()
}
