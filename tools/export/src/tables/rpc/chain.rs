//! `getblockchaininfo` and `getchaintips`.

use peer_observer_event::{BlockchainInfo, ChainTips as ChainTipsReply, Event};

use crate::ExportError;
use crate::column::{Blob, Count, Flag, Hash, Integer, Maybe, Number, Text};
use crate::columns::columns;
use crate::output::Output;
use crate::tables::Tables;
use crate::tables::json::{json, json_list, json_map};

columns! {
    /// `getblockchaininfo`.
    Blockchains, BlockchainRow {
        /// `main`, `test`, `testnet4`, `signet`, `regtest`.
        chain: Maybe<Text>,
        /// Of the validated chain.
        height: Maybe<Integer>,
        /// Of the best header; -1 where there is none.
        headers_height: Maybe<Integer>,
        /// The tip.
        best_block_hash: Hash,
        /// Compact form of `target`.
        bits: Maybe<Count>,
        /// Hex, as Core writes it.
        target: Maybe<Text>,
        /// The tip's difficulty.
        difficulty: Maybe<Number>,
        /// The tip's own time.
        time_unix_seconds: Maybe<Integer>,
        /// The tip's median time past.
        median_time_unix_seconds: Maybe<Integer>,
        /// 0 to 1, an estimate.
        verification_progress: Maybe<Number>,
        /// Is the node still catching up?
        initial_block_download: Maybe<Flag>,
        /// While a chain before a snapshot is validated: how far, in JSON.
        background_validation: Maybe<Text>,
        /// Hex, as Core writes it.
        chain_work: Maybe<Text>,
        /// Blocks and undo data.
        size_on_disk_bytes: Maybe<Count>,
        /// Are old blocks deleted?
        pruned: Maybe<Flag>,
        /// The first block that is still there.
        prune_height: Maybe<Integer>,
        /// By itself?
        automatic_pruning: Maybe<Flag>,
        /// How much is kept.
        prune_target_bytes: Maybe<Count>,
        /// The script that signet's blocks must fulfil.
        signet_challenge: Maybe<Blob>,
        /// A list in JSON.
        warnings: Maybe<Text>,
        /// What this version of peer-observer does not know of the reply, in JSON.
        other_fields: Maybe<Text>,
    }
}

columns! {
    /// Tips of the block tree.
    ChainTips, ChainTipRow {
        /// The tip's height.
        height: Maybe<Integer>,
        /// The tip.
        hash: Hash,
        /// From the main chain to this tip; 0 for the main chain's own.
        branch_blocks: Maybe<Count>,
        /// `active`, `valid-fork`, `valid-headers`, `headers-only`, `invalid`, `unknown`.
        status: Maybe<Text>,
        /// What this version of peer-observer does not know of the reply, in JSON.
        other_fields: Maybe<Text>,
    }
}

pub(super) fn push_info(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    reply: &BlockchainInfo,
) -> Result<(), ExportError> {
    let background = reply.background_validation.as_ref().map(json);
    let warnings = json_list(&reply.warnings);
    let other = json_map(&reply.other_fields);
    let row = BlockchainRow {
        chain: reply.chain.as_deref(),
        height: reply.height,
        headers_height: reply.headers_height,
        best_block_hash: reply.best_block_hash.as_deref().unwrap_or_default(),
        bits: reply.bits.map(u64::from),
        target: reply.target.as_deref(),
        difficulty: reply.difficulty,
        time_unix_seconds: reply.time_unix_seconds,
        median_time_unix_seconds: reply.median_time_unix_seconds,
        verification_progress: reply.verification_progress,
        initial_block_download: reply.initial_block_download,
        background_validation: background.as_deref(),
        chain_work: reply.chain_work.as_deref(),
        size_on_disk_bytes: reply.size_on_disk_bytes,
        pruned: reply.pruned,
        prune_height: reply.prune_height,
        automatic_pruning: reply.automatic_pruning,
        prune_target_bytes: reply.prune_target_bytes,
        signet_challenge: reply.signet_challenge.as_deref(),
        warnings: warnings.as_deref(),
        other_fields: other.as_deref(),
    };
    tables.rpc_blockchain.push(output, event, row)
}

pub(super) fn push_tips(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    reply: &ChainTipsReply,
) -> Result<(), ExportError> {
    for tip in &reply.tips {
        let other = json_map(&tip.other_fields);
        let row = ChainTipRow {
            height: tip.height,
            hash: tip.hash.as_deref().unwrap_or_default(),
            branch_blocks: tip.branch_blocks,
            status: tip.status.as_deref(),
            other_fields: other.as_deref(),
        };
        tables.rpc_chain_tip.push(output, event, row)?;
    }
    Ok(())
}
