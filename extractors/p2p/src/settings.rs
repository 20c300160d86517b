//! What can be set.

use std::net::SocketAddr;
use std::time::Duration;

/// Where the node finds us, and what is measured. What is off is really off:
/// no message is sent for it and no event published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct P2pExtractorSettings {
    /// Where we listen, and what the node has as `-addnode`. One for each node.
    pub listen: SocketAddr,
    /// A signet's own challenge: the script as in `-signetchallenge`. `None`
    /// for the default signet and all other networks.
    pub signet_challenge: Option<Vec<u8>>,
    /// Time between two pings; `None`: no pings.
    pub ping_interval: Option<Duration>,
    /// Publish addr and addrv2.
    pub addresses: bool,
    /// Publish inv.
    pub inventory: bool,
    /// Publish feefilter.
    pub fee_filter: bool,
    /// Ask for and publish headers and compact blocks.
    pub blocks: bool,
}

impl P2pExtractorSettings {
    /// Everything on, a ping each 10 s.
    pub fn new(listen: SocketAddr) -> P2pExtractorSettings {
        P2pExtractorSettings {
            listen,
            signet_challenge: None,
            ping_interval: Some(Duration::from_secs(10)),
            addresses: true,
            inventory: true,
            fee_filter: true,
            blocks: true,
        }
    }
}
