//! The node of the testkit does what tests rely on.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use serde_json::Value;
use testkit::Node;

#[tokio::test]
async fn it_stops_restarts_and_dies() {
    let mut node = Node::start().await.unwrap();
    let directory = node.datadir().to_owned();
    node.mine(3).await.unwrap();
    let first = node.pid().unwrap();
    node.restart().await.unwrap();
    assert_ne!(node.pid().unwrap(), first);
    assert_eq!(node.rpc::<u64>("getblockcount", ()).await.unwrap(), 3);
    node.kill().unwrap();
    assert!(node.rpc::<u64>("getblockcount", ()).await.is_err());
    node.start_again().await.unwrap();
    drop(node);
    assert!(!directory.exists());
}

#[tokio::test]
async fn two_nodes_connect() {
    let (alice, bob) =
        tokio::try_join!(Node::start(), Node::builder().name("bob").start()).unwrap();
    alice.connect_to(&bob).await.unwrap();
    bob.wait_for_connections(1).await.unwrap();
    alice.mine(1).await.unwrap();
    testkit::wait_for("the block arrives", async || {
        bob.rpc::<u64>("getblockcount", ())
            .await
            .is_ok_and(|height| height == 1)
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn four_thousand_transactions_in_one_block() {
    let node = Node::builder().without_checks().start().await.unwrap();
    let coins = node.fan_out(4000).await.unwrap();
    let txids = node.spend_all(&coins).await.unwrap();
    assert_eq!(txids.len(), 4000);
    let hash = node.mine(1).await.unwrap().remove(0);
    let block: Value = node.rpc("getblock", (hash, 1)).await.unwrap();
    assert_eq!(block["nTx"], 4001);
}

#[tokio::test]
async fn a_block_near_four_megabytes() {
    let node = Node::start().await.unwrap();
    let block = node.big_block().await.unwrap();
    assert!(
        (3_998_500..4_000_000).contains(&block.size_bytes),
        "{block:?}"
    );
}

#[tokio::test]
async fn a_node_that_could_dial_out_is_not_started() {
    for argument in [
        "-connect=192.0.2.1",
        "-noconnect=0",
        "--seednode=192.0.2.1",
        "-chain=main",
    ] {
        let error = Node::builder()
            .argument(argument)
            .start()
            .await
            .err()
            .unwrap();
        assert!(error.to_string().contains(argument), "{error}");
    }
}
