//! getblockchaininfo: how far the node is.

use peer_observer_event::BlockchainInfo;

use crate::catalogue::{Catalogue, define};
use crate::labels::CHAIN;
use crate::poll::{Poll, PollBuilder};
use crate::words::{CHAINS, listed};

pub(super) fn blockchain_info(catalogue: &mut Catalogue) -> Poll<BlockchainInfo> {
    PollBuilder::<BlockchainInfo>::new(catalogue, "getblockchaininfo", "`getblockchaininfo`")
        .gauges(
            define("rpc_blockchain_info_chain", "always 1", "Chain of the node")
                .labels([CHAIN])
                .source("`chain`"),
            |info| {
                let chain = info.chain.as_deref();
                chain
                    .map(|chain| ([listed(&CHAINS, chain)], 1u64))
                    .into_iter()
                    .collect()
            },
        )
        .gauge(
            define(
                "rpc_blockchain_info_height",
                "blocks",
                "Height of the validated chain with the most work",
            )
            .source("`blocks`")
            .existing("`rpc_blockchaininfo_blocks`"),
            |info| info.height,
        )
        .gauge(
            define(
                "rpc_blockchain_info_headers_height",
                "blocks",
                "Height of the best header; -1 where there is none",
            )
            .source("`headers`")
            .existing("`rpc_blockchaininfo_headers`"),
            |info| info.headers_height,
        )
        .gauge(
            define(
                "rpc_blockchain_info_difficulty",
                "times the smallest",
                "Difficulty of the best block",
            )
            .source("`difficulty`")
            .existing("`rpc_blockchaininfo_difficulty`"),
            |info| info.difficulty,
        )
        .gauge(
            define(
                "rpc_blockchain_info_time_seconds",
                "seconds since the epoch",
                "Time in the best block",
            )
            .source("`time`"),
            |info| info.time_unix_seconds,
        )
        .gauge(
            define(
                "rpc_blockchain_info_median_time_seconds",
                "seconds since the epoch",
                "Median of the times in the last eleven blocks",
            )
            .source("`mediantime`"),
            |info| info.median_time_unix_seconds,
        )
        .gauge(
            define(
                "rpc_blockchain_info_verification_progress_ratio",
                "0 to 1",
                "How much of the chain is verified, an estimate",
            )
            .source("`verificationprogress`")
            .existing("`rpc_blockchaininfo_verification_progress`"),
            |info| info.verification_progress,
        )
        .gauge(
            define(
                "rpc_blockchain_info_initial_block_download",
                "1 or 0",
                "Is the node catching up",
            )
            .source("`initialblockdownload`")
            .existing("`rpc_blockchaininfo_initial_block_download`"),
            |info| info.initial_block_download,
        )
        .gauge(
            define(
                "rpc_blockchain_info_background_snapshot_height",
                "blocks",
                "Height of the snapshot up to which the node validates in the background",
            )
            .source("`backgroundvalidation.snapshotheight`"),
            |info| info.background_validation.as_ref()?.snapshot_height,
        )
        .gauge(
            define(
                "rpc_blockchain_info_background_height",
                "blocks",
                "Height up to which the node has validated in the background",
            )
            .source("`backgroundvalidation.blocks`"),
            |info| info.background_validation.as_ref()?.height,
        )
        .gauge(
            define(
                "rpc_blockchain_info_background_progress_ratio",
                "0 to 1",
                "How much is verified in the background, an estimate",
            )
            .source("`backgroundvalidation.verificationprogress`"),
            |info| info.background_validation.as_ref()?.verification_progress,
        )
        .gauge(
            define(
                "rpc_blockchain_info_size_on_disk_bytes",
                "bytes",
                "Size of blocks and undo data on disk",
            )
            .source("`size_on_disk`")
            .existing("`rpc_blockchaininfo_size_on_disk`"),
            |info| info.size_on_disk_bytes,
        )
        .gauge(
            define(
                "rpc_blockchain_info_pruned",
                "1 or 0",
                "Does the node delete old blocks",
            )
            .source("`pruned`")
            .existing("`rpc_blockchaininfo_pruned`"),
            |info| info.pruned,
        )
        .gauge(
            define(
                "rpc_blockchain_info_prune_height",
                "blocks",
                "Height of the first block that is still there, where old ones are deleted",
            )
            .source("`pruneheight`")
            .existing("`rpc_blockchaininfo_prune_height`, 0 where nothing is deleted"),
            |info| info.prune_height,
        )
        .gauge(
            define(
                "rpc_blockchain_info_automatic_pruning",
                "1 or 0",
                "Are old blocks deleted without being told to, where they are deleted",
            )
            .source("`automatic_pruning`"),
            |info| info.automatic_pruning,
        )
        .gauge(
            define(
                "rpc_blockchain_info_prune_target_bytes",
                "bytes",
                "Size on disk from which old blocks are deleted, where they are",
            )
            .source("`prune_target_size`")
            .existing("`rpc_blockchaininfo_prune_target_size`, 0 where nothing is deleted"),
            |info| info.prune_target_bytes,
        )
        .gauge(
            define(
                "rpc_blockchain_info_warnings",
                "warnings",
                "Warnings that the node has",
            )
            .source("`warnings`")
            .existing("`rpc_blockchaininfo_warnings`"),
            |info| info.warnings.len(),
        )
        .finish()
}
