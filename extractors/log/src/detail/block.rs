//! Blocks and headers.

use peer_observer_event::log_line::Detail;
use peer_observer_event::{LogBlockChecked, LogBlockConnected, LogHeaderSeen};

use super::scan::Scan;

/// `BlockConnected: block hash=... block height=...` (validationinterface.cpp).
pub(super) fn connected(mut rest: Scan<'_>) -> Option<Detail> {
    rest.literal("block hash=")?;
    let block_hash = rest.hash()?;
    let height = rest.field(" block height=")?;
    let connected = LogBlockConnected { block_hash, height };
    Some(Detail::BlockConnected(connected))
}

/// `BlockChecked: block hash=... state=...`, where the state is `Valid`, or the
/// reject reason and perhaps more behind a comma (`ValidationState::ToString`).
pub(super) fn checked(mut rest: Scan<'_>) -> Option<Detail> {
    rest.literal("block hash=")?;
    let block_hash = rest.hash()?;
    rest.literal(" state=")?;
    let (state, debug_message) = match rest.0.split_once(", ") {
        Some((state, message)) => (state, Some(message.to_owned())),
        None => (rest.0, None),
    };
    Some(Detail::BlockChecked(LogBlockChecked {
        block_hash,
        state: state.to_owned(),
        debug_message,
    }))
}

/// `Saw new [cmpctblock ]header hash=... height=... peer=...` (net_processing.cpp
/// `LogBlockHeader`). Up to Core 27 those of compact blocks have no height, and
/// others no peer.
pub(super) fn header_seen(mut rest: Scan<'_>) -> Option<Detail> {
    let compact_block = rest.has("cmpctblock ");
    rest.literal("header hash=")?;
    let block_hash = rest.hash()?;
    let height = match rest.has(" height=") {
        true => Some(rest.number()?),
        false => None,
    };
    let peer_id = match rest.has(" peer=") {
        true => Some(rest.number()?),
        false => None,
    };
    Some(Detail::HeaderSeen(LogHeaderSeen {
        block_hash,
        height,
        peer_id,
        compact_block,
    }))
}
