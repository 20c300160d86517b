//! Compact blocks.

use peer_observer_event::LogCompactBlockReconstructed;
use peer_observer_event::log_line::Detail;

use super::scan::Scan;

/// `Successfully reconstructed block ... with 1 txn prefilled, 2 txn from
/// mempool (incl at least 0 from extra pool) and 3 txn (456 bytes) requested`
/// (blockencodings.cpp `FillBlock`). The bytes are there since Core 29.
pub(super) fn reconstructed(mut rest: Scan<'_>) -> Option<Detail> {
    let block_hash = rest.hash()?;
    let prefilled_transactions = rest.field(" with ")?;
    let mempool_transactions = rest.field(" txn prefilled, ")?;
    rest.literal(" txn from mempool ")?;
    let extra_pool_transactions = match rest.has("(incl at least ") {
        true => {
            let count = rest.number()?;
            rest.literal(" from extra pool) ")?;
            Some(count)
        }
        false => None,
    };
    let requested_transactions = rest.field("and ")?;
    rest.literal(" txn ")?;
    let requested_bytes = match rest.has("(") {
        true => Some(rest.number()?),
        false => None,
    };
    Some(Detail::CompactBlockReconstructed(
        LogCompactBlockReconstructed {
            block_hash,
            prefilled_transactions,
            mempool_transactions,
            extra_pool_transactions,
            requested_transactions,
            requested_bytes,
        },
    ))
}
