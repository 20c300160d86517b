//! Floods: everything that the node saw is an event, nothing is lost or cut.

mod support;

use anyhow::Result;
use peer_observer_ebpf::EbpfSettings;
use peer_observer_event::{Body, Direction, Payload};
use support::{Observed, assert_nothing_lost, messages};
use testkit::Node;

fn count(
    events: &[std::sync::Arc<peer_observer_event::Event>],
    command: &str,
    direction: Direction,
) -> usize {
    let wanted = |message: &&peer_observer_event::P2pMessage| {
        message.command == command && message.direction() == direction
    };
    messages(events).filter(wanted).count()
}

async fn flooded_node() -> Result<Node> {
    let node = Node::builder().without_checks().start().await?;
    node.mine(1).await?; // Out of initial block download: it processes inv and addresses.
    Ok(node)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_thousand_pings() -> Result<()> {
    let node = flooded_node().await?;
    let mut observed = Observed::start(&node, EbpfSettings::default()).await?;
    lab::load::ping_flood(node.p2p_address(), 200_000, 2).await?;
    observed.settle().await?;
    let events = observed.finish().await?;
    assert_nothing_lost(&events);
    // The load generator sends one ping more before and one after, on each connection.
    assert_eq!(count(&events, "ping", Direction::Inbound), 200_004);
    assert_eq!(count(&events, "pong", Direction::Outbound), 200_004);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_thousand_invs_of_35() -> Result<()> {
    let node = flooded_node().await?;
    let mut observed = Observed::start(&node, EbpfSettings::default()).await?;
    lab::load::inv_flood(node.p2p_address(), 30_000, 35).await?;
    observed.settle().await?;
    let events = observed.finish().await?;
    assert_nothing_lost(&events);
    let items: Vec<usize> = messages(&events)
        .filter(|message| message.direction() == Direction::Inbound)
        .filter_map(|message| match &message.body {
            Some(Body::Inv(inv)) => Some(inv.items.len()),
            _ => None,
        })
        .collect();
    assert_eq!(items, vec![35; 30_000]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_addrv2_of_10() -> Result<()> {
    let node = flooded_node().await?;
    let mut observed = Observed::start(&node, EbpfSettings::default()).await?;
    lab::load::addrv2_flood(node.p2p_address(), 20_000, 10).await?;
    observed.settle().await?;
    let events = observed.finish().await?;
    assert_nothing_lost(&events);
    let entries: usize = messages(&events)
        .filter(|message| message.direction() == Direction::Inbound)
        .map(|message| match &message.body {
            Some(Body::Addrv2(addresses)) => addresses.entries.len(),
            _ => 0,
        })
        .sum();
    assert_eq!(entries, 200_000);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn four_thousand_transactions_in_a_block() -> Result<()> {
    let node = flooded_node().await?;
    let coins = node.fan_out(4_000).await?;
    let mut observed = Observed::start(&node, EbpfSettings::default()).await?;
    node.spend_all(&coins).await?;
    node.mine(1).await?;
    observed.settle().await?;
    let events = observed.finish().await?;
    assert_nothing_lost(&events);
    let count = |wanted: fn(&Payload) -> bool| {
        events
            .iter()
            .filter(|event| event.payload.as_ref().is_some_and(wanted))
            .count()
    };
    assert_eq!(
        count(|payload| matches!(payload, Payload::MempoolAdded(_))),
        4_000
    );
    let mined = |payload: &Payload| matches!(payload, Payload::MempoolRemoved(removed) if removed.reason == "block");
    assert_eq!(count(mined), 4_000);
    let block = |payload: &Payload| matches!(payload, Payload::BlockConnected(block) if block.transaction_count == 4_001);
    assert_eq!(count(block), 1);
    Ok(())
}

/// The observed node gets the blocks from another one, so that they are P2P messages.
#[tokio::test(flavor = "multi_thread")]
async fn ten_blocks_near_4_mb() -> Result<()> {
    let miner = flooded_node().await?;
    let node = Node::builder().without_checks().start().await?;
    let mut sizes = Vec::new();
    for _ in 0..10 {
        sizes.push(miner.big_block().await?.size_bytes as u64);
    }
    let mut observed = Observed::start(&node, EbpfSettings::default()).await?;
    node.connect_to(&miner).await?;
    observed
        .collect_until("the last block to be connected", |events| {
            let connected = |event: &&std::sync::Arc<peer_observer_event::Event>| {
                matches!(&event.payload, Some(Payload::BlockConnected(block)) if block.duration_ns > 0 && block.transaction_count == 2)
            };
            events.iter().filter(connected).count() >= 10
        })
        .await?;
    observed.settle().await?;
    let events = observed.finish().await?;
    assert_nothing_lost(&events);
    let seen: Vec<u64> = messages(&events)
        .filter(|message| message.command == "block" && message.payload_bytes > 3_900_000)
        .map(|message| {
            assert!(message.cut.is_none() && matches!(message.body, Some(Body::Block(_))));
            message.payload_bytes
        })
        .collect();
    assert_eq!(seen, sizes);
    Ok(())
}
