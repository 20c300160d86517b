//! Our P2P port: does the node dial it?

use std::net::SocketAddr;

use peer_observer_node::{Chain, Node};

use super::report::{Area, Findings, Fix};

/// Looks for our address among those that the node was told to dial.
pub(crate) fn check(node: &Node, listen: SocketAddr, findings: &mut Findings) {
    let dialled = node.option_values("addnode");
    if dialled.iter().any(|address| address.parse() == Ok(listen)) {
        return findings.ok(Area::P2p, format!("the node has addnode={listen}"));
    }
    // In bitcoin.conf, outside of a chain's section, it counts for the main chain alone.
    let fix = match node.chain() {
        Chain::Main => Fix::bitcoin_conf(format!("addnode={listen}")),
        _ => Fix::node_command_line(format!("-addnode={listen}")),
    };
    findings.warning(
        Area::P2p,
        "p2p_not_dialled",
        format!("the node is not told to dial {listen}, unless by the RPC addnode"),
        [fix],
    );
}
