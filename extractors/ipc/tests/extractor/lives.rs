//! Nodes that come, go, and are not what they should be.

use std::os::unix::fs::symlink;

use anyhow::Result;
use peer_observer_event::{GapReason, Payload};
use peer_observer_ipc_extractor::IpcExtractorSettings;
use testkit::Node;

use crate::observed::{A_WHILE, Observed, tips_only, written};

fn is_back(payload: &Payload) -> bool {
    matches!(payload, Payload::NodeBack(_))
}

fn is_gone(payload: &Payload) -> bool {
    matches!(payload, Payload::NodeGone(_))
}

/// Each is noticed once, and what happened before we were connected again is
/// filled in.
#[tokio::test(flavor = "multi_thread")]
async fn restarts_of_the_node() -> Result<()> {
    let mut node = Node::builder().ipc().start().await?;
    let directory = tempfile::tempdir()?;
    // With which a test decides when the extractor can connect.
    let socket = directory.path().join("socket");
    symlink(node.ipc_socket(), &socket)?;
    let mut observed = Observed::start(
        &node,
        IpcExtractorSettings {
            socket: Some(socket.clone()),
            ..tips_only()
        },
    );
    observed.until_following().await?;
    let mut height = 10;
    node.mine(10).await?;
    observed.until_tip(height).await?;
    let mut runs = vec![observed.events[0].run, observed.events.last().unwrap().run];
    for _ in 0..2 {
        let before = observed.events.len();
        std::fs::remove_file(&socket)?;
        node.stop().await?;
        observed.until_behind(before, "gone", is_gone).await?;
        observed
            .until_health("waiting", "there is no IPC socket")
            .await?;
        node.start_again().await?;
        node.mine(3).await?;
        height += 3;
        symlink(node.ipc_socket(), &socket)?;
        observed.until_tip(height).await?;
        observed.until_health("working", "connected to").await?;
        let told = observed.payloads(before);
        let words: Vec<_> = told.iter().map(|payload| payload.word()).collect();
        assert_eq!(
            words,
            [
                "node_gone",
                "gap",
                "node_back",
                "chain_tip_changed",
                "chain_tip_changed",
                "chain_tip_changed"
            ]
        );
        let Payload::Gap(gap) = told[1] else {
            unreachable!();
        };
        assert_eq!(gap.reason(), GapReason::NotAttached);
        assert!(gap.first_time_ns < gap.last_time_ns && gap.count.is_none());
        runs.push(observed.events.last().unwrap().run);
    }
    let tips: Vec<_> = observed.tips().iter().map(|tip| tip.height).collect();
    let filled_in: Vec<_> = (0..=height).collect();
    assert_eq!(tips, filled_in);
    assert!(
        runs[0].is_none() && runs[1] < runs[2] && runs[2] < runs[3],
        "{runs:?}"
    );

    Ok(())
}

/// It may have forgotten blocks that it had not written to the disk.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_crashes() -> Result<()> {
    let mut node = Node::builder().ipc().start().await?;
    let mut observed = Observed::start(&node, tips_only());
    observed.until_following().await?;
    node.mine(10).await?;
    observed.until_tip(10).await?;
    node.kill()?;
    node.start_again().await?;
    let back = observed.until("back", is_back).await?;
    let last = node.mine(11).await?.remove(10);
    let is_tip = |payload: &Payload| matches!(payload, Payload::ChainTipChanged(tip) if written(&tip.block_hash) == last);
    observed
        .until_behind(back, "the tip after the crash", is_tip)
        .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_without_socket_and_one_that_is_started_later() -> Result<()> {
    let mut node = Node::start().await?;
    let mut observed = Observed::start(&node, tips_only());
    observed
        .until_health("off", "start the node as `bitcoin-node -ipcbind=unix`")
        .await?;
    tokio::time::sleep(A_WHILE).await;
    node.stop().await?;
    node.add_arguments(["-ipcbind=unix"]);
    node.start_again().await?;
    observed.until_following().await?;
    let words: Vec<_> = observed
        .payloads(0)
        .iter()
        .map(|payload| payload.word())
        .collect();
    assert_eq!(words, ["started", "gap", "node_back", "chain_tip_changed"]);
    Ok(())
}

/// Said once, and again only when it is something else.
#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_is_not_a_nodes() -> Result<()> {
    let node = Node::start().await?;
    let directory = tempfile::tempdir()?;
    let socket = directory.path().join("socket");
    let listener = tokio::net::UnixListener::bind(&socket)?;
    let closing = tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    let settings = IpcExtractorSettings {
        socket: Some(socket.clone()),
        ..tips_only()
    };
    let mut observed = Observed::start(&node, settings);
    let strange = "is not a node's IPC interface";
    observed.until_health("waiting", strange).await?;
    closing.abort();
    observed.until_health("waiting", "nobody listens").await?;
    observed.counts().await?;
    let words: Vec<_> = observed
        .payloads(0)
        .iter()
        .map(|payload| payload.word())
        .collect();
    assert_eq!(words, ["started"]);
    Ok(())
}

/// A client that goes away in the middle of a call is no good guest.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_under_way_when_the_extractor_ends() -> Result<()> {
    let mut node = Node::builder().ipc().start().await?;
    node.mine(1).await?;
    for _ in 0..5 {
        let mut observed = Observed::start(&node, IpcExtractorSettings::default());
        observed.until_following().await?;
        observed.finish().await?;
    }
    node.stop().await?;
    let log = std::fs::read_to_string(node.debug_log())?;
    assert_eq!(log.matches("socket disconnected").count(), 5);
    for complaint in ["canceled", "interrupted", "uncaught"] {
        assert!(!log.contains(complaint), "{log}");
    }
    Ok(())
}
