//! Load for benches: floods and paced traffic over v1, from frames that are
//! made beforehand, so that the sender takes little of the processor.

mod connection;
mod floods;
mod frames;
mod idle_peers;
mod paced;
mod short_connections;

use std::time::Duration;

pub use floods::{addrv2_flood, inv_flood, ping_flood};
pub use idle_peers::idle_peers;
pub use paced::paced_pings;
pub use short_connections::short_connections;

/// What a load generator sent and got, the handshakes not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadReport {
    /// Messages sent.
    pub sent_messages: u64,
    /// Bytes sent, framing included.
    pub sent_bytes: u64,
    /// Messages received.
    pub received_messages: u64,
    /// Bytes received, framing included.
    pub received_bytes: u64,
    /// From the first byte until the node had processed the last message.
    pub elapsed: Duration,
}

impl LoadReport {
    /// Adds what another connection did at the same time.
    fn absorb(&mut self, other: LoadReport) {
        self.sent_messages += other.sent_messages;
        self.sent_bytes += other.sent_bytes;
        self.received_messages += other.received_messages;
        self.received_bytes += other.received_bytes;
        self.elapsed = self.elapsed.max(other.elapsed);
    }
}
