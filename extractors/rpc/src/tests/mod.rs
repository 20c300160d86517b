//! The whole extractor against a node that misbehaves.

mod fake_node;
mod observed;
mod one_of_many;
mod slow_methods;

use std::time::Duration;

use peer_observer_event::Payload;

use fake_node::{FakeNode, Manner};
use observed::{Observed, dropped};

#[tokio::test]
async fn replies_become_events_of_the_right_run() {
    let node = FakeNode::start().await;
    let mut observed = Observed::start(&node);
    observed
        .until("started", |payload| matches!(payload, Payload::Started(_)))
        .await;
    observed.until_back().await;
    let event = observed.until_peers().await;
    let Some(Payload::PeerInfos(infos)) = &event.payload else {
        unreachable!()
    };
    assert_eq!(infos.peers[0].peer_id, Some(3));
    assert!(infos.duration_ns > 0 && infos.reply_bytes > 0);
    let now = event.time_ns / 1_000_000_000;
    assert!(event.run.unwrap().abs_diff(now - 1000) <= 3);
    observed
        .until_counted("getpeerinfo", |count| {
            count.whole > 0 && dropped(count) == 0
        })
        .await;
    observed
        .until_health("working", "every 100ms getpeerinfo")
        .await;
}

/// The method misbehaves while the node is well: reported, counted, over.
async fn misbehaves_and_recovers(manner: Manner, reason: &str, detail: &str) -> FakeNode {
    let node = FakeNode::start().await;
    let mut observed = Observed::start(&node);
    observed.until_peers().await;
    node.set("getpeerinfo", manner);
    observed.until_dropped("getpeerinfo", reason).await;
    observed.until_health("waiting", detail).await;
    node.set("getpeerinfo", Manner::Good);
    observed
        .until_health("working", "every 100ms getpeerinfo")
        .await;
    observed.until_peers().await;
    assert_eq!(
        observed.notices("node_gone"),
        0,
        "the node was there all the time"
    );
    node
}

#[tokio::test]
async fn a_reply_that_hangs_is_given_up() {
    misbehaves_and_recovers(Manner::Hangs, "timeout", "got no answer").await;
}

#[tokio::test]
async fn a_reply_that_breaks_off_is_none() {
    misbehaves_and_recovers(Manner::DiesMidReply, "unreachable", "cannot be reached").await;
}

#[tokio::test]
async fn a_reply_of_100_megabytes_is_not_taken() {
    let node = misbehaves_and_recovers(
        Manner::Sends100Megabytes,
        "too_large",
        "larger than 33554432",
    )
    .await;
    // 32 MiB and what the system's socket buffers hold.
    assert!(
        node.largest_reply() < 60_000_000,
        "{} bytes were taken",
        node.largest_reply()
    );
}

#[tokio::test]
async fn garbage_is_no_reply() {
    misbehaves_and_recovers(Manner::SendsGarbage, "garbage", "makes no sense").await;
}

#[tokio::test]
async fn another_methods_reply_is_no_reply() {
    misbehaves_and_recovers(
        Manner::AnswersAnotherQuestion,
        "garbage",
        "a list of objects",
    )
    .await;
}

#[tokio::test]
async fn a_refused_method_is_asked_for_once() {
    for (manner, reason) in [
        (Manner::Forbids, "refused"),
        (Manner::KnowsNoSuchMethod, "unknown_method"),
    ] {
        let node = FakeNode::start().await;
        node.set("getpeerinfo", manner);
        let mut observed = Observed::start(&node);
        observed.until_dropped("getpeerinfo", reason).await;
        observed.until_health("waiting", "getpeerinfo").await;
        // Many intervals later.
        observed.heartbeats(2).await;
        assert_eq!(node.calls("getpeerinfo"), 1);
        assert_eq!(observed.notices("node_gone"), 0);
    }
}

#[tokio::test]
async fn a_node_that_goes_and_comes_is_noticed_once() {
    let mut node = FakeNode::start().await;
    let mut observed = Observed::start(&node);
    let before = observed.until_peers().await.run.unwrap();
    node.go_away().await;
    observed
        .until("gone", |payload| matches!(payload, Payload::NodeGone(_)))
        .await;
    observed.until_health("waiting", "cannot be reached").await;
    observed.heartbeats(2).await;
    assert_eq!(
        (observed.notices("node_gone"), observed.notices("node_back")),
        (1, 1)
    );
    node.set_uptime(0);
    node.set("uptime", Manner::IsStarting);
    node.come_back().await;
    observed
        .until_health("waiting", "Loading block index")
        .await;
    node.set("uptime", Manner::Good);
    observed.until_back().await;
    let after = observed.until_peers().await.run.unwrap();
    assert!(after > before + 900, "another life: {before} {after}");
    assert_eq!(
        (observed.notices("node_gone"), observed.notices("node_back")),
        (1, 2)
    );
}

#[tokio::test]
async fn refused_credentials_are_reported_and_not_tried_in_a_row() {
    let node = FakeNode::start().await;
    node.set("uptime", Manner::RejectsCredentials);
    let mut observed = Observed::start(&node);
    observed
        .until_health("waiting", "refuses the credentials")
        .await;
    observed.heartbeats(3).await;
    assert!(
        node.calls("uptime") <= 2,
        "{} attempts",
        node.calls("uptime")
    );
    assert_eq!(node.calls("getpeerinfo"), 0);
    node.set("uptime", Manner::Good);
    observed.until_peers().await;
}

#[tokio::test]
async fn a_node_that_refuses_uptime_is_there_all_the_same() {
    let node = FakeNode::start().await;
    node.set("uptime", Manner::Forbids);
    let mut observed = Observed::start(&node);
    let event = observed.until_peers().await;
    assert_eq!(event.run, None, "nobody knows since when it runs");
    assert_eq!(node.calls("uptime"), 1);
}

/// For everything that a test waits for.
const LONG: Duration = Duration::from_secs(30);
