//! Connections that only listen, by the dozen.

use std::time::Duration;

use anyhow::Result;
use lab::clock::Pace;
use rand::Rng;
use testkit::{Peer, Transport};
use tokio::task::JoinSet;

use super::super::nodes::Nodes;
use super::visitor;

const CONNECTIONS: u32 = 160;
const WITHIN: Duration = Duration::from_secs(4 * 60);
const STAY: Duration = Duration::from_secs(15);

/// They call themselves something else each time.
const AGENTS: [&str; 6] = [
    "/Satoshi:0.19.1/",
    "/Satoshi:0.21.0/",
    "/Satoshi:22.0.0/",
    "/Satoshi:24.0.1/",
    "/Satoshi:25.1.0/",
    "/btcwire:0.5.0/btcd:0.23.3/",
];

/// As LinkingLion does it: from a few subnets, 40 connections a minute, under
/// names drawn from a list; they hear announcements and make none.
pub(super) async fn come_and_go(nodes: &Nodes, pace: &Pace) -> Result<()> {
    let mut visits = JoinSet::new();
    for number in 0..CONNECTIONS {
        let options = {
            let mut random = rand::rng();
            let agent = AGENTS[random.random_range(0..AGENTS.len())];
            let subnet = 65 + (number % 3) as u8;
            let address = [127, 4, subnet, random.random_range(1..=254)];
            visitor(Transport::V1, agent, address, pace)
        };
        let visit = Peer::connect_with(&nodes.alice.node, options).await?;
        let stay = pace.real_duration(STAY);
        visits.spawn(async move {
            tokio::time::sleep(stay).await;
            drop(visit);
        });
        pace.sleep(WITHIN / CONNECTIONS).await;
    }
    visits.join_all().await;
    Ok(())
}
