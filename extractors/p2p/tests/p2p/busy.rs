//! What pings are for: they say how long the node takes for what is before them.

use std::time::Duration;

use anyhow::Result;
use testkit::Node;
use tokio::task::JoinSet;

use crate::support::{Observed, settings};

const PEERS: u64 = 10;
const INVENTORIES: u64 = 10_000;
const ITEMS: usize = 1000;

fn median(sorted: &[Duration]) -> Duration {
    sorted[sorted.len() / 2]
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_take_longer_while_the_node_is_busy() -> Result<()> {
    let mut node = Node::builder().without_checks().start().await?;
    // Out of the initial download, in which announcements are not looked at.
    node.mine(1).await?;
    let mut observed = Observed::connected(&mut node, settings()).await?;
    let before = median(&observed.pings(30).await?);

    let mut load = JoinSet::new();
    for _ in 0..PEERS {
        let address = node.p2p_address();
        load.spawn(lab::load::inv_flood(address, INVENTORIES / PEERS, ITEMS));
    }
    let mut busy = Vec::new();
    let mut sent = 0;
    while !load.is_empty() {
        tokio::select! {
            Some(report) = load.join_next() => sent += report??.sent_messages,
            pings = observed.pings(1) => busy.extend(pings?),
        }
    }
    assert!(sent >= INVENTORIES);
    let after = median(&observed.pings(30).await?);

    busy.sort();
    let busy = median(&busy);
    assert!(busy > 3 * before, "busy {busy:?}, before {before:?}");
    assert!(busy > 2 * after, "busy {busy:?}, after {after:?}");
    Ok(())
}
