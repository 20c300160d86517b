//! Transactions that came into the mempool, or did not.

use peer_observer_event::log_line::Detail;
use peer_observer_event::{LogTransactionAccepted, LogTransactionRejected};

use super::scan::Scan;

/// `AcceptToMemoryPool: peer=1: accepted TXID (wtxid=WTXID) (poolsz 3 txn, 4 kB)`
/// (net_processing.cpp `ProcessValidTx`). The wtxid is there since Core 26.
pub(super) fn accepted(mut rest: Scan<'_>) -> Option<Detail> {
    let peer_id = Some(rest.field("peer=")?);
    rest.literal(": accepted ")?;
    let txid = rest.hash()?;
    let wtxid = wtxid(&mut rest);
    let pool = rest.has(" (poolsz ");
    Some(Detail::TransactionAccepted(LogTransactionAccepted {
        peer_id,
        txid,
        wtxid,
        pool_transactions: if pool { rest.number() } else { None },
        pool_kilobytes: rest.field(" txn, "),
    }))
}

/// `TXID (wtxid=WTXID) from peer=1 was not accepted: REASON` (net_processing.cpp
/// `ProcessInvalidTx`). The wtxid is there since Core 26.
pub(super) fn rejected(mut rest: Scan<'_>) -> Option<Detail> {
    // Most messages have something else at this place.
    if rest.0.as_bytes().get(64) != Some(&b' ') {
        return None;
    }
    let txid = rest.hash()?;
    let wtxid = wtxid(&mut rest);
    let peer_id = Some(rest.field(" from peer=")?);
    rest.literal(" was not accepted: ")?;
    Some(Detail::TransactionRejected(LogTransactionRejected {
        peer_id,
        txid,
        wtxid,
        reason: rest.0.to_owned(),
    }))
}

fn wtxid(rest: &mut Scan<'_>) -> Option<bytes::Bytes> {
    match rest.has(" (wtxid=") {
        true => {
            let wtxid = rest.hash();
            rest.has(")");
            wtxid
        }
        false => None,
    }
}
