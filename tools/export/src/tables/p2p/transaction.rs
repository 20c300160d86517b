//! Transactions in messages.

use peer_observer_event::{Event, Transaction};

use crate::ExportError;
use crate::column::{Blob, Count, Hash, Maybe};
use crate::columns::columns;
use crate::output::Output;
use crate::table::Table;
use crate::tables::envelope::MessageKey;

columns! {
    /// Transactions.
    Transactions, TransactionRow {
        /// Place from 0: in the block for `block` and `cmpctblock`, else in the message.
        position: Count,
        /// The transaction's.
        txid: Hash,
        /// Equal to the txid where there is no witness.
        wtxid: Hash,
        /// Serialized, witness included.
        size_bytes: Count,
        /// BIP141.
        weight: Count,
        /// Number of inputs.
        input_count: Count,
        /// Number of outputs.
        output_count: Count,
        /// Sum of the outputs; NULL where it overflows.
        output_sat: Maybe<Count>,
        /// The serialized transaction, where the recording kept it.
        raw: Maybe<Blob>,
    }
}

/// Transactions with their places.
pub(super) fn push<'a>(
    table: &mut Table<MessageKey, Transactions>,
    output: &mut Output,
    event: &Event,
    transactions: impl IntoIterator<Item = (&'a Transaction, u64)>,
) -> Result<(), ExportError> {
    for (transaction, position) in transactions {
        let row = TransactionRow {
            position,
            txid: &transaction.txid,
            wtxid: &transaction.wtxid,
            size_bytes: transaction.size_bytes.into(),
            weight: transaction.weight.into(),
            input_count: transaction.input_count.into(),
            output_count: transaction.output_count.into(),
            output_sat: transaction.output_sat,
            raw: transaction.raw.as_deref(),
        };
        table.push(output, event, row)?;
    }
    Ok(())
}
