//! Counting: hop `p2p`, part `handshake` for everybody who connects, part
//! `messages` for what comes over the connection that is measured.

use peer_observer_component::HopCounts;
use peer_observer_p2p::P2pError;

/// Of those who connect.
pub(crate) const HANDSHAKE: &str = "handshake";
/// Of what comes over the connection that is measured.
pub(crate) const MESSAGES: &str = "messages";

/// The counters, both parts at 0.
pub(crate) fn counts() -> HopCounts {
    let mut counts = HopCounts::new("p2p");
    counts.whole(HANDSHAKE, 0);
    counts.whole(MESSAGES, 0);
    counts
}

/// One word for what went wrong with a connection.
pub(crate) fn reason(error: &P2pError) -> &'static str {
    match error {
        P2pError::Closed => "closed",
        P2pError::Deadline { .. } => "timeout",
        P2pError::Magic { .. } => "wrong_network",
        P2pError::TransportHandshake(_) | P2pError::Decrypt(_) => "transport",
        P2pError::PayloadTooLarge { .. } => "too_large",
        P2pError::Checksum { .. } => "checksum",
        P2pError::MessageType { .. } => "undecodable",
        P2pError::Handshake(_) => "handshake",
        // The rest is about the socket.
        _ => "broken",
    }
}
