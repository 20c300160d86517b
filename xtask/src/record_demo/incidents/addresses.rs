//! A flood of addresses.

use std::time::Duration;

use anyhow::Result;
use lab::addresses::random_entry_at;
use lab::clock::Pace;
use peer_observer_event::{AddrV2, Body};
use rand::Rng;
use testkit::{Peer, Transport};

use super::super::nodes::Nodes;
use super::visitor;

const MESSAGES: u32 = 60;
/// As many as a node passes on.
const ENTRIES: usize = 10;
const WITHIN: Duration = Duration::from_secs(2 * 60);
/// The addresses of July 2021 had times up to so many seconds in the future.
const FUTURE_SECONDS: u32 = 540;

/// So long the peer is there afterwards, for everybody to see.
const STAY: Duration = Duration::from_secs(4 * 60);

/// As in July 2021: small messages, addresses that nobody has, times that make
/// them fresh. A node takes one in ten seconds and drops the others.
pub(super) async fn flood(nodes: &Nodes, pace: &Pace) -> Result<()> {
    let options = visitor(Transport::V1, "/Satoshi:0.21.1/", [127, 7, 20, 21], pace);
    let peer = Peer::connect_with(&nodes.alice.node, options).await?;
    for _ in 0..MESSAGES {
        let entries = {
            let (mut random, now) = (rand::rng(), pace.now_u32());
            let entry = |_| {
                let mut entry = random_entry_at(&mut random, now);
                entry.time_unix_seconds = now + random.random_range(0..=FUTURE_SECONDS);
                entry
            };
            (0..ENTRIES).map(entry).collect()
        };
        peer.send(Body::Addrv2(AddrV2 { entries })).await?;
        pace.sleep(WITHIN / MESSAGES).await;
    }
    pace.sleep(STAY).await;
    peer.ping_pong_barrier().await
}
