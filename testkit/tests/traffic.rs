//! The lab's ordinary traffic, against real nodes.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::collections::HashSet;
use std::time::Duration;

use lab::traffic::{self, TrafficConfig, TrafficNode};
use serde_json::Value;
use testkit::Node;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn there_is_something_of_everything() {
    let (alice, bob) =
        tokio::try_join!(Node::start(), Node::builder().name("bob").start()).unwrap();
    alice.connect_to(&bob).await.unwrap();
    let nodes = [&alice, &bob].map(|node| TrafficNode {
        p2p_address: node.p2p_address(),
        rpc: node.client().clone(),
    });
    let mut config = TrafficConfig::new(nodes.to_vec()).faster(10.0).unwrap();
    config.stay = Duration::from_secs(1);
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(traffic::run(config, shutdown.clone()));

    let (mut transports, mut commands, mut agents) =
        <(HashSet<_>, HashSet<_>, HashSet<_>)>::default();
    let mut highest_peer_id = 0;
    testkit::wait_for("traffic of all kinds on bob", async || {
        for peer in bob.peers().await.unwrap() {
            highest_peer_id = highest_peer_id.max(peer["id"].as_u64().unwrap());
            transports.insert(peer["transport_protocol_type"].to_string());
            agents.insert(peer["subver"].to_string());
            commands.extend(
                peer["bytesrecv_per_msg"]
                    .as_object()
                    .unwrap()
                    .keys()
                    .cloned(),
            );
        }
        let wanted = [
            "addr",
            "addrv2",
            "getaddr",
            "getdata",
            "getheaders",
            "inv",
            "ping",
            "tx",
        ];
        wanted.iter().all(|command| commands.contains(*command))
            && transports.contains("\"v1\"")
            && transports.contains("\"v2\"")
            && agents.len() > 3
            && highest_peer_id > 20
    })
    .await
    .unwrap();
    testkit::wait_for(
        "a client's transaction is in a block of both nodes",
        async || {
            let hash: String = bob.rpc("getbestblockhash", ()).await.unwrap();
            let block: Value = bob.rpc("getblock", (&hash, 1)).await.unwrap();
            let arrived = alice.rpc::<Value>("getblockheader", (&hash,)).await.is_ok();
            arrived && block["nTx"].as_u64() > Some(1) && block["height"].as_u64() > Some(102)
        },
    )
    .await
    .unwrap();

    shutdown.cancel();
    running.await.unwrap().unwrap();
    bob.wait_for_connections(1).await.unwrap();
}
