//! Too many pings, and too few pongs.

use std::time::Duration;

use anyhow::Result;
use lab::clock::Pace;
use peer_observer_event::{Body, Ping};
use testkit::{Peer, Transport};

use super::super::nodes::Nodes;
use super::visitor;

const PINGS: u32 = 300;
const WITHIN: Duration = Duration::from_secs(60);

/// Like those of Fan et al. (ICDCS 2022), but few: each costs the node an
/// answer, and none is misbehaviour.
pub(super) async fn flood(nodes: &Nodes, pace: &Pace) -> Result<()> {
    let options = visitor(Transport::V2, "/Satoshi:27.1.0/", [127, 3, 14, 15], pace);
    let peer = Peer::connect_with(&nodes.bob.node, options).await?;
    for number in 0..PINGS {
        let nonce = Some(u64::from(number));
        peer.send(Body::Ping(Ping { nonce })).await?;
        pace.sleep(WITHIN / PINGS).await;
    }
    peer.ping_pong_barrier().await
}

/// A peer that answers no ping. To be kept until the node has had enough.
pub(super) async fn silent_peer(nodes: &Nodes, pace: &Pace) -> Result<Peer> {
    let options = visitor(Transport::V1, "/Satoshi:25.0.0/", [127, 3, 20, 20], pace);
    Peer::connect_with(&nodes.carol.node, options.without_pongs()).await
}
