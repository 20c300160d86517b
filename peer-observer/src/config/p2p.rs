//! `[p2p]`: what is measured on a P2P connection of our own.

use peer_observer_p2p_extractor::P2pExtractorSettings;
use serde::{Deserialize, Serialize};

use super::NodeConfig;
use super::duration::Interval;

/// `[p2p]`. Where a node finds us stands at the node: `p2p_listen`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct P2pConfig {
    /// Do we listen at all?
    pub(crate) enabled: bool,
    /// Send pings and measure how long the pong takes?
    pub(crate) ping: bool,
    /// From one ping to the next.
    pub(crate) ping_interval: Interval,
    /// addr and addrv2.
    pub(crate) addresses: bool,
    /// inv.
    pub(crate) inventory: bool,
    /// feefilter.
    pub(crate) fee_filter: bool,
    /// headers and cmpctblock.
    pub(crate) blocks: bool,
}

impl Default for P2pConfig {
    fn default() -> P2pConfig {
        P2pConfig {
            enabled: true,
            ping: true,
            ping_interval: Interval::seconds(10),
            addresses: true,
            inventory: true,
            fee_filter: true,
            blocks: true,
        }
    }
}

impl P2pConfig {
    /// As the extractor of this node wants it; `None` where the node has no
    /// address of ours to dial.
    pub(crate) fn settings(&self, node: &NodeConfig) -> Option<P2pExtractorSettings> {
        let listen = *node.p2p_listen.as_ref()?.get_ref();
        Some(P2pExtractorSettings {
            listen,
            signet_challenge: node.signet_challenge.clone().map(Vec::from),
            ping_interval: self.ping.then(|| self.ping_interval.get()),
            addresses: self.addresses,
            inventory: self.inventory,
            fee_filter: self.fee_filter,
            blocks: self.blocks,
        })
    }
}
