//! The mempool.

use peer_observer_event::{Event, Payload};

use super::Tables;
use crate::ExportError;
use crate::column::{Count, Flag, Hash, Integer, Maybe, Text, Word};
use crate::columns::columns;
use crate::output::Output;

columns! {
    /// What happens to transactions at the mempool.
    Changes, ChangeRow {
        /// `added`, `removed`, `replaced`, `rejected`.
        event: Word,
        /// The transaction; the replaced one, where it was replaced.
        txid: Hash,
        /// Virtual size. NULL for `rejected`.
        size_vbytes: Maybe<Count>,
        /// NULL for `rejected`.
        fee_sat: Maybe<Integer>,
        /// Of `removed`: `expiry`, `sizelimit`, `reorg`, `block`, `conflict`, `replaced`. Of
        /// `rejected`: Core's reason.
        reason: Maybe<Text>,
        /// The end of `reason` is missing.
        reason_cut: Maybe<Flag>,
        /// Of `removed` and `replaced`: when the transaction came into the mempool.
        entered_unix_seconds: Maybe<Count>,
        /// Of `replaced`: the other transaction's txid, or its package's hash.
        replacement_hash: Hash,
        /// The other's virtual size.
        replacement_size_vbytes: Maybe<Count>,
        /// The other's fee.
        replacement_fee_sat: Maybe<Integer>,
        /// Replaced by a transaction (else by a package)?
        replaced_by_transaction: Maybe<Flag>,
    }
}

pub(super) fn push(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    payload: &Payload,
) -> Result<(), ExportError> {
    let row = match payload {
        Payload::MempoolAdded(added) => ChangeRow {
            event: "added",
            txid: &added.txid,
            size_vbytes: Some(added.size_vbytes.into()),
            fee_sat: Some(added.fee_sat),
            ..ChangeRow::default()
        },
        Payload::MempoolRemoved(removed) => ChangeRow {
            event: "removed",
            txid: &removed.txid,
            size_vbytes: Some(removed.size_vbytes.into()),
            fee_sat: Some(removed.fee_sat),
            reason: Some(&removed.reason),
            reason_cut: Some(false),
            entered_unix_seconds: Some(removed.entered_unix_seconds),
            ..ChangeRow::default()
        },
        Payload::MempoolReplaced(replaced) => ChangeRow {
            event: "replaced",
            txid: &replaced.txid,
            size_vbytes: Some(replaced.size_vbytes.into()),
            fee_sat: Some(replaced.fee_sat),
            entered_unix_seconds: Some(replaced.entered_unix_seconds),
            replacement_hash: &replaced.replacement_hash,
            replacement_size_vbytes: Some(replaced.replacement_size_vbytes.into()),
            replacement_fee_sat: Some(replaced.replacement_fee_sat),
            replaced_by_transaction: Some(replaced.replaced_by_transaction),
            ..ChangeRow::default()
        },
        Payload::MempoolRejected(rejected) => ChangeRow {
            event: "rejected",
            txid: &rejected.txid,
            reason: Some(&rejected.reason),
            reason_cut: Some(rejected.reason_cut),
            ..ChangeRow::default()
        },
        _ => return Ok(()),
    };
    tables.mempool.push(output, event, row)
}
