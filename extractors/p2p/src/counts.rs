//! Counting: hop `p2p`, part `handshake` for everybody who connects, part
//! `messages` for what comes over the connection that is measured.

use peer_observer_event::{DropCount, HopCount};
use peer_observer_p2p::P2pError;

/// The counters of one part. `attempted` is the sum, so it always holds.
#[derive(Debug)]
pub(crate) struct Count {
    part: &'static str,
    whole: u64,
    dropped: Vec<(&'static str, u64)>,
}

impl Count {
    pub(crate) fn of(part: &'static str) -> Count {
        Count {
            part,
            whole: 0,
            dropped: Vec::new(),
        }
    }

    pub(crate) fn whole(&mut self) {
        self.whole += 1;
    }

    /// The reasons are those of this crate, so they stay few.
    pub(crate) fn dropped(&mut self, reason: &'static str) {
        match self.dropped.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => self.dropped.push((reason, 1)),
        }
    }

    /// In the form of the heartbeat.
    pub(crate) fn hop(&self) -> HopCount {
        let dropped = self.dropped.iter().map(|(reason, count)| DropCount {
            reason: (*reason).to_owned(),
            count: *count,
        });
        let lost: u64 = self.dropped.iter().map(|(_, count)| count).sum();
        HopCount {
            hop: "p2p".to_owned(),
            part: self.part.to_owned(),
            attempted: self.whole + lost,
            whole: self.whole,
            reduced: 0,
            dropped: dropped.collect(),
        }
    }
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
