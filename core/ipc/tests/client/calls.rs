//! Every call, on a real node.

use std::time::{Duration, Instant};

use anyhow::Result;
use peer_observer_ipc::{BlockRef, IpcClient, IpcError, Limits};
use serde_json::{Value, json};
use testkit::Node;

use crate::SOON;

async fn connected() -> Result<(Node, IpcClient)> {
    let node = Node::builder().ipc().start().await?;
    let client = IpcClient::connect(&node.ipc_socket(), Limits::default()).await?;
    Ok((node, client))
}

async fn best(node: &Node) -> Result<BlockRef> {
    let written: String = node.rpc("getbestblockhash", ()).await?;
    let mut hash = [0; 32];
    for (index, byte) in hash.iter_mut().rev().enumerate() {
        *byte = u8::from_str_radix(&written[2 * index..][..2], 16)?;
    }
    let height = node.rpc("getblockcount", ()).await?;
    Ok(BlockRef { hash, height })
}

#[tokio::test(flavor = "multi_thread")]
async fn tips() -> Result<()> {
    let (node, client) = connected().await?;
    let tip = client.tip(SOON).await?.unwrap();
    assert_eq!(tip, best(&node).await?);
    assert!(client.is_initial_block_download(SOON).await?);

    // Nothing changes.
    let (began, wait) = (Instant::now(), Duration::from_millis(200));
    assert_eq!(client.wait_tip_changed(tip.hash, wait).await?, tip);
    assert!(began.elapsed() >= wait);

    // Something changes while others are served.
    let waiting = {
        let client = client.clone();
        tokio::spawn(async move { client.wait_tip_changed(tip.hash, SOON).await })
    };
    assert!(client.echo(SOON).await? > Duration::ZERO);
    node.mine(1).await?;
    assert_eq!(waiting.await??, best(&node).await?);
    // It has changed already.
    assert_eq!(client.wait_tip_changed(tip.hash, SOON).await?.height, 1);
    assert!(!client.is_initial_block_download(SOON).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_template() -> Result<()> {
    let (node, client) = connected().await?;
    let coins = node.fan_out(20).await?;
    node.spend_all(&coins).await?;
    let template = client.block_template(SOON).await?;
    assert_eq!(
        (template.fees_sat.len(), template.sigops_cost.len()),
        (20, 20)
    );
    let tip = best(&node).await?;
    assert_eq!(template.block[4..36], tip.hash);
    assert!(template.duration > Duration::ZERO);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn rpc() -> Result<()> {
    let (node, client) = connected().await?;
    let call = async |method: &str, params: Value, limit_bytes: usize| {
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        client
            .execute_rpc(request.to_string(), limit_bytes, SOON)
            .await
    };
    let answer: Value = serde_json::from_str(&call("getblockhash", json!([0]), 1000).await?)?;
    let expected: String = node.rpc("getblockhash", (0,)).await?;
    assert_eq!(answer["result"], expected);
    let answer: Value = serde_json::from_str(&call("getblockhash", json!([1]), 1000).await?)?;
    assert_eq!(answer["error"]["code"], -8);
    let answer: Value = serde_json::from_str(&call("nonsense", json!([]), 1000).await?)?;
    assert_eq!(answer["error"]["code"], -32601);
    let refused = call("getnetworkinfo", json!([]), 50).await;
    assert!(
        matches!(
            refused,
            Err(IpcError::TooLarge {
                limit_bytes: 50,
                ..
            })
        ),
        "{refused:?}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_answer_and_one_that_is_larger_than_the_connection_takes() -> Result<()> {
    let (node, client) = connected().await?;
    let hash = node.big_block().await?.hash;
    let params = json!({"jsonrpc": "2.0", "id": 1, "method": "getblock", "params": [hash, 0]});
    let answer = client
        .execute_rpc(params.to_string(), 64 << 20, SOON)
        .await?;
    assert!(answer.len() > 7_000_000, "{}", answer.len());

    let limits = Limits {
        reply_bytes: 1 << 20,
        ..Limits::default()
    };
    let client = IpcClient::connect(&node.ipc_socket(), limits).await?;
    let refused = client.execute_rpc(params.to_string(), 64 << 20, SOON).await;
    let Err(IpcError::Disconnected { reason, .. }) = &refused else {
        panic!("{refused:?}");
    };
    assert!(reason.contains("too large"), "{reason}");
    Ok(())
}

/// Calls that nobody waits for any more are answered all the same, and more
/// than the node should work on at once are not made.
#[tokio::test(flavor = "multi_thread")]
async fn calls_that_are_given_up() -> Result<()> {
    let (_node, client) = connected().await?;
    let wait = json!({
        "jsonrpc": "2.0", "id": 1, "method": "waitforblockheight", "params": [1_000_000, 3_000],
    });
    let wait = wait.to_string();
    let soon = Duration::from_millis(100);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (client, wait) = (client.clone(), wait.clone());
        calls.spawn(async move { client.execute_rpc(wait, 1000, soon).await });
    }
    let outcomes = calls.join_all().await;
    let given_up =
        |outcome: &&Result<String, IpcError>| matches!(outcome, Err(IpcError::Timeout { .. }));
    assert_eq!(outcomes.iter().filter(given_up).count(), 16, "{outcomes:?}");
    let stuck = client.echo(SOON).await;
    assert_eq!(stuck, Err(IpcError::Stuck { waiting: 16 }));
    // The node has answered meanwhile.
    testkit::wait_for("calls are made again", async || {
        client.echo(SOON).await.is_ok()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_node() -> Result<()> {
    for is_clean in [true, false] {
        let (mut node, client) = connected().await?;
        let tip = client.tip(SOON).await?.unwrap();
        let waiting = {
            let client = client.clone();
            tokio::spawn(async move { client.wait_tip_changed(tip.hash, SOON).await })
        };
        match is_clean {
            true => {
                node.stop().await?;
                assert_eq!(waiting.await?, Err(IpcError::Stopping));
                let after = client.echo(SOON).await;
                assert!(matches!(after, Err(IpcError::Stopping)), "{after:?}");
            }
            false => {
                node.kill()?;
                let waited = waiting.await?;
                assert!(
                    matches!(waited, Err(IpcError::Disconnected { .. })),
                    "{waited:?}"
                );
            }
        }
        let end = client.closed().await;
        assert!(
            matches!(end, IpcError::Disconnected { .. }) && !client.is_open(),
            "{end}"
        );
    }
    Ok(())
}
