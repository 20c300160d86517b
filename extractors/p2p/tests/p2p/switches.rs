//! What is switched off is neither asked for nor published.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use peer_observer_p2p_extractor::P2pExtractorSettings;
use serde_json::Value;
use testkit::{Node, wait_for};

use crate::support::{Observed, announcement, connected, our_peer, ping, settings};

/// Names of the messages that the node counted.
fn names(counted: &Value) -> BTreeSet<String> {
    let counted = counted.as_object().into_iter().flatten();
    counted.map(|(name, _)| name.clone()).collect()
}

fn nothing() -> P2pExtractorSettings {
    P2pExtractorSettings {
        ping_interval: None,
        addresses: false,
        inventory: false,
        fee_filter: false,
        blocks: false,
        ..settings()
    }
}

/// Lets the node have all to announce that it can; what we sent it then, and
/// what it sent us.
async fn sent_and_received(observed: &mut Observed, node: &mut Node) -> Result<(Value, Value)> {
    let coins = node.fan_out(2).await?;
    let (connection, _) = observed.next_of(0, "the connection", connected).await?;
    node.spend_all(&coins).await?;
    let block = node.mine(1).await?;
    assert_eq!(block.len(), 1);
    wait_for(
        "the node announces its block and has our answer to its ping",
        async || {
            let peer = our_peer(node, &connection).await.unwrap();
            let is_there = |list: &str, name: &str| peer[list][name].is_number();
            let block =
                is_there("bytessent_per_msg", "inv") || is_there("bytessent_per_msg", "cmpctblock");
            block && is_there("bytesrecv_per_msg", "pong")
        },
    )
    .await?;
    let peer = our_peer(node, &connection).await?;
    assert_eq!(peer["relaytxes"], observed.settings.inventory);
    let part = |name: &str| peer.get(name).cloned().context("getpeerinfo's counters");
    Ok((part("bytesrecv_per_msg")?, part("bytessent_per_msg")?))
}

#[tokio::test]
async fn nothing_is_asked_for_when_all_is_off() -> Result<()> {
    let mut node = Node::start().await?;
    let mut observed = Observed::connected(&mut node, nothing()).await?;
    let (ours, theirs) = sent_and_received(&mut observed, &mut node).await?;
    // getheaders is the node's, if it asks; it does not, as we have no blocks.
    let expected = ["pong", "verack", "version"].map(str::to_owned);
    assert_eq!(names(&ours), BTreeSet::from(expected));
    assert!(names(&theirs).contains("feefilter"), "{theirs}");
    // What the node has sent until now has come and was not published.
    let received: u64 = names(&theirs).len() as u64;
    observed
        .counts("messages", |hop| hop.whole + 2 >= received)
        .await?;
    assert!(observed.all(announcement).is_empty());
    assert!(observed.all(ping).is_empty());
    Ok(())
}

#[tokio::test]
async fn one_measurement_alone_brings_only_its_own() -> Result<()> {
    let mut node = Node::start().await?;
    let blocks = P2pExtractorSettings {
        blocks: true,
        ..nothing()
    };
    let mut observed = Observed::connected(&mut node, blocks).await?;
    let (ours, _) = sent_and_received(&mut observed, &mut node).await?;
    let expected = [
        "getheaders",
        "pong",
        "sendcmpct",
        "sendheaders",
        "verack",
        "version",
    ];
    assert_eq!(names(&ours), BTreeSet::from(expected.map(str::to_owned)));
    observed.next_of(0, "an announcement", announcement).await?;
    for announced in observed.all(announcement) {
        // The first block may come before the node knows that we take compact ones.
        assert!(["cmpctblock", "headers"].contains(&announced.command.as_str()));
    }
    Ok(())
}
