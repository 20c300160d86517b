//! What we saw is what the node counted, to the byte: every message type, both
//! transports, every variant.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::Result;
use peer_observer_ebpf::{EbpfSettings, Variant};
use peer_observer_event::{Body, COMMANDS, Direction, Event, P2pMessage};
use peer_observer_p2p::framing_bytes;
use serde_json::Value;
use support::{Observed, VARIANTS, assert_nothing_lost, conversation, messages};
use testkit::{LogEntry, Node, Peer, Transport};

type Bytes = BTreeMap<String, u64>;

/// Message types that we have names for but Core counts as `*other*`, in every version.
const NOT_COUNTED: [&str; 2] = ["reject", "alert"];

#[tokio::test(flavor = "multi_thread")]
async fn variant_kfunc() -> Result<()> {
    exact(VARIANTS[0]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn variant_dynptr() -> Result<()> {
    exact(VARIANTS[1]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn variant_basic() -> Result<()> {
    exact(VARIANTS[2]).await
}

async fn exact(variant: Variant) -> Result<()> {
    let node = Node::builder()
        .arguments(conversation::NODE_ARGUMENTS)
        .start()
        .await?;
    node.mine(2).await?;
    let knows_feature = node.knows_feature_message().await?;
    let options = |transport| conversation::options(transport, knows_feature);
    let mut observed = Observed::start(
        &node,
        EbpfSettings {
            variant,
            ..EbpfSettings::default()
        },
    )
    .await?;

    let mut alive = Vec::new();
    for (fresh, transport) in [Transport::V1, Transport::V2].into_iter().enumerate() {
        let peer = Peer::connect_with(&node, options(transport)).await?;
        conversation::hold(&node, &peer, fresh as u8 + 1).await?;
        alive.push(peer);
        // The node asks for addresses and headers itself where it dials.
        let dialled = Peer::accept(&node, "outbound-full-relay", options(transport)).await?;
        dialled.ping_pong_barrier().await?;
        alive.push(dialled);
        for (command, payload) in conversation::fatal(knows_feature) {
            let peer = Peer::connect_with(&node, options(transport)).await?;
            peer.ping_pong_barrier().await?;
            peer.send_raw(command, &payload).await?;
            peer.wait_disconnect().await?;
            let address = peer.local_address().to_string();
            observed.settle().await?;
            assert_log(&observed.events, &address, &peer, command);
        }
    }
    node.mine(1).await?; // A block that is announced to all of them.

    let counted = at_rest(&node, &mut observed, &alive).await?;
    let events = observed.finish().await?;
    assert_nothing_lost(&events);
    assert_eq!(counted.len(), alive.len());
    let mut not_counted = NOT_COUNTED.to_vec();
    if !knows_feature {
        not_counted.push("feature");
    }
    for peer in &counted {
        for (direction, field) in [
            (Direction::Inbound, "bytesrecv_per_msg"),
            (Direction::Outbound, "bytessent_per_msg"),
        ] {
            let expected: Bytes = serde_json::from_value(peer[field].clone())?;
            let seen = seen_bytes(&events, peer, direction, &not_counted);
            assert_eq!(seen, expected, "{variant:?}, {direction:?}, {peer:#}");
        }
    }
    for peer in &alive {
        let address = match counted
            .iter()
            .any(|info| info["addr"] == peer.local_address().to_string())
        {
            true => peer.local_address().to_string(),
            false => continue, // One that the node dialled has our listener's address there.
        };
        assert_log(&events, &address, peer, "nothing");
    }
    assert_every_type(&events);
    Ok(())
}

/// `getpeerinfo` once neither the node's counters nor our events move.
async fn at_rest(node: &Node, observed: &mut Observed, alive: &[Peer]) -> Result<Vec<Value>> {
    loop {
        for peer in alive {
            peer.ping_pong_barrier().await?;
        }
        let before = counters(node).await?;
        observed.settle().await?;
        if counters(node).await? == before {
            return node.peers().await;
        }
    }
}

async fn counters(node: &Node) -> Result<Vec<(Value, Value)>> {
    let peers = node.peers().await?;
    Ok(peers
        .iter()
        .map(|peer| (peer["bytesrecv"].clone(), peer["bytessent"].clone()))
        .collect())
}

/// Payload and framing of the events of this peer and direction, as the node counts them.
fn seen_bytes(
    events: &[Arc<Event>],
    peer: &Value,
    direction: Direction,
    not_counted: &[&str],
) -> Bytes {
    let transport = match peer["transport_protocol_type"].as_str() {
        Some("v1") => Transport::V1,
        _ => Transport::V2,
    };
    let ours = messages(events).filter(|message| {
        Some(message.peer_id) == peer["id"].as_u64() && message.direction() == direction
    });
    let mut bytes = Bytes::new();
    for message in ours {
        let known = COMMANDS.contains(&message.command.as_str())
            && !not_counted.contains(&message.command.as_str());
        let name = if known { &message.command } else { "*other*" };
        let size = message.payload_bytes + framing_bytes(transport, &message.command);
        *bytes.entry(name.to_owned()).or_default() += size;
    }
    bytes
}

fn entries(messages: &[&P2pMessage], direction: Direction) -> Vec<LogEntry> {
    let wanted = messages
        .iter()
        .filter(|message| message.direction() == direction);
    wanted
        .map(|message| LogEntry {
            command: message.command.clone(),
            payload_bytes: message.payload_bytes,
        })
        .collect()
}

/// Our events of this peer are what the peer itself sent and received, in that order.
fn assert_log(events: &[Arc<Event>], address: &str, peer: &Peer, what: &str) {
    let ours: Vec<&P2pMessage> = messages(events)
        .filter(|message| message.address == address)
        .collect();
    assert_eq!(
        entries(&ours, Direction::Inbound),
        peer.sent(),
        "sent by the peer of {what}"
    );
    // The node traces what it queues; what was queued when it hung up was never sent.
    let queued = entries(&ours, Direction::Outbound);
    let received = peer.received();
    assert!(
        queued.starts_with(&received),
        "{what}: received {received:?}, saw {queued:?}"
    );
}

/// Every type was seen in one direction at least, and decoded.
fn assert_every_type(events: &[Arc<Event>]) {
    let decoded: BTreeSet<&str> = messages(events)
        .filter_map(|message| Some(message.body.as_ref()?.word()))
        .collect();
    for command in COMMANDS {
        assert!(decoded.contains(command), "no {command} was seen");
    }
    assert!(decoded.contains("unknown") && decoded.contains("undecodable"));
    let undecodable: Vec<&P2pMessage> = messages(events)
        .filter(|message| matches!(message.body, Some(Body::Undecodable(_))))
        .collect();
    // The one inv that was made so, over each transport.
    assert_eq!(undecodable.len(), 2, "{undecodable:#?}");
}
