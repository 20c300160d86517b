//! Blocks that the node connected to its chain.

use peer_observer_event::{BlockConnected, Event};

use super::Tables;
use crate::ExportError;
use crate::column::{Count, Hash, Integer};
use crate::columns::columns;
use crate::output::Output;

columns! {
    /// Connected blocks.
    Blocks, BlockRow {
        /// The block.
        block_hash: Hash,
        /// Its height.
        height: Integer,
        /// Its transactions, the coinbase included.
        transaction_count: Count,
        /// Their inputs.
        input_count: Integer,
        /// Cost of the signature operations.
        sigops_cost: Count,
        /// How long connecting it took.
        duration_ns: Count,
    }
}

pub(super) fn push(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    block: &BlockConnected,
) -> Result<(), ExportError> {
    let row = BlockRow {
        block_hash: &block.block_hash,
        height: block.height.into(),
        transaction_count: block.transaction_count,
        input_count: block.input_count.into(),
        sigops_cost: block.sigops_cost,
        duration_ns: block.duration_ns,
    };
    tables.validation.push(output, event, row)
}
