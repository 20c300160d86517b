//! Nodes of other versions, which cannot be built here.

mod fake_node;

use std::time::Duration;

use crate::{IpcClient, IpcError, Limits};
use fake_node::{FakeNode, Manner};

const SOON: Duration = Duration::from_secs(10);

async fn connected(manner: Manner) -> (FakeNode, IpcClient) {
    let node = FakeNode::start(manner);
    let client = IpcClient::connect(&node.socket(), Limits::default())
        .await
        .unwrap();
    (node, client)
}

/// Core 30: tips are asked for again and again, as a wait is dangerous to it.
#[tokio::test]
async fn a_node_of_version_30() {
    let (node, client) = connected(Manner::Core30).await;
    let tip = client.tip(SOON).await.unwrap().unwrap();
    assert_eq!((tip.hash, tip.height), ([1; 32], 1));
    let waiting = {
        let client = client.clone();
        tokio::spawn(async move { client.wait_tip_changed(tip.hash, SOON).await })
    };
    tokio::time::sleep(Duration::from_millis(300)).await;
    node.set_height(2);
    let tip = waiting.await.unwrap().unwrap();
    assert_eq!((tip.hash, tip.height), ([2; 32], 2));
    let short = Duration::from_millis(150);
    assert_eq!(client.wait_tip_changed(tip.hash, short).await, Ok(tip));

    let (method, since) = ("Mining.createNewBlock", 31);
    let template = client.block_template(SOON).await;
    assert_eq!(template, Err(IpcError::Lacks { method, since }));
    let rpc = client.execute_rpc(String::new(), 1000, SOON).await;
    let (method, since) = ("Init.makeRpc", 32);
    assert_eq!(rpc, Err(IpcError::Lacks { method, since }));
}

#[tokio::test]
async fn a_node_without_anything() {
    let (_node, client) = connected(Manner::Empty).await;
    let (method, since) = ("Init.makeMining", 30);
    assert_eq!(
        client.tip(SOON).await,
        Err(IpcError::Lacks { method, since })
    );
    let (method, since) = ("Init.makeEcho", 30);
    assert_eq!(
        client.echo(SOON).await,
        Err(IpcError::Lacks { method, since })
    );
    assert!(
        client.is_open(),
        "it may still have what we know nothing of"
    );
}

#[tokio::test]
async fn a_node_that_answers_nonsense() {
    let (_node, client) = connected(Manner::Nonsense).await;
    let tip = client.tip(SOON).await;
    let Err(IpcError::Garbage {
        method: "Mining.getTip",
        reason,
    }) = &tip
    else {
        panic!("{tip:?}");
    };
    assert!(reason.contains("31 bytes"), "{reason}");
    let wait = client.wait_tip_changed([0; 32], SOON).await;
    let Err(IpcError::Failed { reason, .. }) = &wait else {
        panic!("{wait:?}");
    };
    assert!(reason.len() < 1000 && !reason.contains('\n'), "{reason}");
}

/// The connection stays until the answer has come, which may take minutes.
#[tokio::test]
async fn a_node_that_loads_its_chain() {
    let (node, client) = connected(Manner::Loading).await;
    let short = Duration::from_millis(50);
    for _ in 0..100 {
        let tip = client.tip(short).await;
        assert!(matches!(tip, Err(IpcError::Timeout { .. })), "{tip:?}");
        if node.is_asked_for_mining() {
            break;
        }
    }
    node.finish_loading();
    assert_eq!(client.tip(SOON).await.unwrap().unwrap().height, 1);
}
