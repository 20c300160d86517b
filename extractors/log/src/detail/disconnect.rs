//! Why connections end.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use peer_observer_event::log_line::Detail;
use peer_observer_event::{LogDisconnectReason as Reason, LogPeerDisconnected};

use super::begins;
use super::scan::Scan;

/// Beginnings of messages about one peer, and what they say of its end. Core 28
/// and newer write `socket closed, disconnecting peer=1`, older ones `socket
/// closed for peer=1`; the beginnings are the same.
const REASONS: [(&str, Reason); 23] = [
    ("Disconnecting and discouraging peer", Reason::Misbehaving),
    ("Disconnecting outbound peer ", Reason::Headers),
    ("Outbound peer has old chain", Reason::Headers),
    ("Peer is stalling block download", Reason::BlockStalling),
    ("Peer=", Reason::BlockStalling),
    ("Timeout downloading block", Reason::BlockStalling),
    ("Timeout downloading headers", Reason::Headers),
    ("V2 handshake timeout", Reason::Timeout),
    (
        "Warning: disconnecting but not discouraging",
        Reason::Misbehaving,
    ),
    ("addrfetch connection timeout", Reason::Timeout),
    ("disconnecting extra ", Reason::Evicted),
    ("disconnecting peer=", Reason::Unspecified),
    (
        "outbound peer headers chain has insufficient work",
        Reason::Headers,
    ),
    ("ping timeout", Reason::Timeout),
    ("selected ", Reason::Evicted),
    ("socket closed", Reason::Closed),
    ("socket no message", Reason::Timeout),
    ("socket receive timeout", Reason::Timeout),
    ("socket recv error", Reason::SocketError),
    ("socket send error", Reason::SocketError),
    ("socket sending timeout", Reason::Timeout),
    ("version handshake timeout", Reason::Timeout),
    ("Network not active", Reason::Other),
];

/// Messages of which there are many, and that are never about an end.
const FREQUENT: [&str; 3] = ["received: ", "sending ", "got inv: "];

/// Any message that says that, or why, a peer is disconnected.
pub(super) fn disconnected(message: &str) -> Option<Detail> {
    static WORD: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("isconnecting"));
    if FREQUENT.iter().any(|frequent| begins(message, frequent)) {
        return None;
    }
    let reason = REASONS
        .iter()
        .find(|(beginning, _)| begins(message, beginning));
    let reason = match reason {
        Some((_, reason)) => *reason,
        None if WORD.find(message.as_bytes()).is_some() => Reason::Other,
        None => return None,
    };
    // `Timeout downloading headers from noban peer, not disconnecting peer=1`.
    if message.contains("not disconnecting") {
        return None;
    }
    let (peer_id, address) = peer(message)?;
    Some(Detail::PeerDisconnected(LogPeerDisconnected {
        peer_id,
        reason: reason.into(),
        address: address.map(str::to_owned),
    }))
}

/// `Cleared nodestate for peer=1` (net_processing.cpp `FinalizeNode`): the last
/// line of each connection, whatever ended it.
pub(super) fn forgotten(mut rest: Scan<'_>) -> Option<Detail> {
    Some(Detail::PeerDisconnected(LogPeerDisconnected {
        peer_id: rest.field("peer=")?,
        reason: Reason::Unspecified.into(),
        address: None,
    }))
}

/// `peer=1, peeraddr=...`; in a few messages `Peer=1` or `peer 1`.
fn peer(message: &str) -> Option<(u64, Option<&str>)> {
    let mut rest = Scan(message);
    if rest.until("eer=").is_none() {
        rest.until("peer ")?;
    }
    let peer_id = rest.number()?;
    let address = rest.has(", peeraddr=").then(|| {
        let end = rest.0.find([' ', ',']).unwrap_or(rest.0.len());
        rest.0[..end].trim_end_matches(':')
    });
    Some((peer_id, address))
}
