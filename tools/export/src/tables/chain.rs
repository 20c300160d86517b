//! What the node tells over IPC.

use peer_observer_event::{Event, Payload};

use super::Tables;
use super::json::json_list;
use crate::ExportError;
use crate::column::{Count, Flag, Hash, Integer, Maybe, Text, Word};
use crate::columns::columns;
use crate::output::Output;

columns! {
    /// Tips, reorganisations, block templates, echoes.
    Events, EventRow {
        /// `tip_changed`, `reorganized`, `block_template`, `ipc_echo`.
        event: Word,
        /// Of `tip_changed`: the tip; of `reorganized`: the tip now.
        block_hash: Hash,
        /// Of that block; of `block_template`: of the block that it would become.
        height: Maybe<Integer>,
        /// Of `tip_changed`: blocks since the tip that the node told of before.
        advanced_blocks: Maybe<Count>,
        /// Of `tip_changed`: the node told of this very tip; else it was looked up afterwards.
        observed: Maybe<Flag>,
        /// Of `reorganized`: the last block that both branches have.
        fork_hash: Hash,
        /// Its height.
        fork_height: Maybe<Integer>,
        /// Of `reorganized`: the tip before.
        old_hash: Hash,
        /// Its height.
        old_height: Maybe<Integer>,
        /// Of `reorganized`: blocks that are no longer in the chain.
        disconnected_blocks: Maybe<Count>,
        /// Of `reorganized`: blocks of the new branch.
        connected_blocks: Maybe<Count>,
        /// Of `block_template`, as are all columns to `fee_rates`: the block it would follow.
        previous_block_hash: Hash,
        /// Without the coinbase.
        transaction_count: Maybe<Count>,
        /// Of the whole block.
        weight: Maybe<Count>,
        /// Sum of the transactions' fees.
        fees_sat: Maybe<Count>,
        /// Cost of the signature operations.
        sigops_cost: Maybe<Count>,
        /// Fee rates by weight, a list in JSON:
        /// `[{"percentile": ..., "feerate_sat_per_vbyte": ...}]`.
        fee_rates: Maybe<Text>,
        /// How long the node took: for a template, or for an echo.
        duration_ns: Maybe<Count>,
    }
}

pub(super) fn push(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    payload: &Payload,
) -> Result<(), ExportError> {
    let fee_rates;
    let row = match payload {
        Payload::ChainTipChanged(tip) => EventRow {
            event: "tip_changed",
            block_hash: &tip.block_hash,
            height: Some(tip.height.into()),
            advanced_blocks: tip.advanced_blocks.map(u64::from),
            observed: Some(tip.observed),
            ..EventRow::default()
        },
        Payload::ChainReorganized(reorganized) => EventRow {
            event: "reorganized",
            block_hash: &reorganized.new_hash,
            height: Some(reorganized.new_height.into()),
            fork_hash: &reorganized.fork_hash,
            fork_height: Some(reorganized.fork_height.into()),
            old_hash: &reorganized.old_hash,
            old_height: Some(reorganized.old_height.into()),
            disconnected_blocks: Some(reorganized.disconnected_blocks.into()),
            connected_blocks: Some(reorganized.connected_blocks.into()),
            ..EventRow::default()
        },
        Payload::BlockTemplate(template) => {
            fee_rates = json_list(&template.fee_rates);
            EventRow {
                event: "block_template",
                height: Some(template.height.into()),
                previous_block_hash: &template.previous_block_hash,
                transaction_count: Some(template.transaction_count.into()),
                weight: Some(template.weight.into()),
                fees_sat: Some(template.fees_sat),
                sigops_cost: template.sigops_cost,
                fee_rates: fee_rates.as_deref(),
                duration_ns: Some(template.duration_ns),
                ..EventRow::default()
            }
        }
        Payload::IpcEcho(echo) => EventRow {
            event: "ipc_echo",
            duration_ns: Some(echo.round_trip_ns),
            ..EventRow::default()
        },
        _ => return Ok(()),
    };
    tables.chain.push(output, event, row)
}
