//! The test peer does what tests rely on: the node's own counters agree with
//! its log.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::collections::BTreeMap;

use serde_json::Value;
use testkit::{LogEntry, Node, Peer, PeerOptions, Transport};

/// Bytes by message type, as `getpeerinfo` counts them.
fn by_command(peer: &Peer, entries: Vec<LogEntry>) -> BTreeMap<String, u64> {
    let mut bytes = BTreeMap::new();
    for entry in entries {
        let size = peer.wire_bytes(std::slice::from_ref(&entry));
        *bytes.entry(entry.command).or_default() += size;
    }
    bytes
}

fn counters(peer: &Value, field: &str) -> BTreeMap<String, u64> {
    serde_json::from_value(peer[field].clone()).unwrap()
}

async fn counters_agree(node: &Node, peer: &Peer) {
    peer.ping_pong_barrier().await.unwrap();
    testkit::wait_for("the node's counters agree with the log", async || {
        let peers = node.peers().await.unwrap();
        assert_eq!(peers.len(), 1);
        counters(&peers[0], "bytesrecv_per_msg") == by_command(peer, peer.sent())
            && counters(&peers[0], "bytessent_per_msg") == by_command(peer, peer.received())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn inbound_over_both_transports() {
    for transport in [Transport::V1, Transport::V2] {
        let node = Node::start().await.unwrap();
        let options = PeerOptions::new(transport).user_agent("/test:1/");
        let peer = Peer::connect_with(&node, options).await.unwrap();
        peer.send_raw("getaddr", &[]).await.unwrap();
        counters_agree(&node, &peer).await;
        let info = node.peers().await.unwrap().remove(0);
        assert_eq!(info["addr"], peer.local_address().to_string());
        assert_eq!(info["subver"], "/test:1/");
        assert_eq!(info["inbound"], true);
    }
}

#[tokio::test]
async fn outbound_over_both_transports() {
    for transport in [Transport::V1, Transport::V2] {
        let node = Node::start().await.unwrap();
        let mut options = PeerOptions::new(transport);
        // A full node: others are not worth an outbound connection.
        options.connection.version.services = 1 | 8 | 2048;
        let peer = Peer::accept(&node, "outbound-full-relay", options)
            .await
            .unwrap();
        counters_agree(&node, &peer).await;
        assert_eq!(
            node.peers().await.unwrap()[0]["connection_type"],
            "outbound-full-relay"
        );
    }
}

#[tokio::test]
async fn a_disconnect_is_noticed() {
    let node = Node::start().await.unwrap();
    let peer = Peer::connect(&node, Transport::V1).await.unwrap();
    assert!(peer.is_connected());
    // wtxidrelay after verack is against BIP339.
    peer.send_raw("wtxidrelay", &[]).await.unwrap();
    peer.wait_disconnect().await.unwrap();
    node.wait_for_connections(0).await.unwrap();
}
