//! The node comes and goes, and so does its log.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod support;

use std::fs;

use peer_observer_component::State;
use peer_observer_event::Payload;
use peer_observer_log::LogExtractorSettings;
use support::{Extractor, file_bytes};
use testkit::Node;

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_starts_is_read_from_its_first_line() {
    let mut node = Node::start().await.unwrap();
    node.stop().await.unwrap();
    let log = node.debug_log();
    let before = file_bytes(&[&log]);
    // Nothing says that this is a regtest node before it runs.
    let mut extractor = Extractor::start(node.settings(), LogExtractorSettings::default());
    says(&extractor, State::Waiting, "there is no").await;

    node.start_again().await.unwrap();
    let back = |payload: &Payload| match payload {
        Payload::NodeBack(back) => back.pid,
        _ => None,
    };
    let pid = node.pid().unwrap();
    let is_it = |payload: &Payload| back(payload) == Some(pid);
    extractor.notice("the node", is_it).await.unwrap();
    node.mine(1).await.unwrap();
    says(&extractor, State::Working, "debug.log").await;
    node.kill().unwrap();
    let is_gone =
        |payload: &Payload| matches!(payload, Payload::NodeGone(gone) if gone.pid == Some(pid));
    extractor.notice("its end", is_gone).await.unwrap();
    assert_eq!(
        support::line_bytes(&extractor.events),
        file_bytes(&[&log]) - before
    );

    // And when it is told to write elsewhere.
    let other = node.chain_dir().join("other.log");
    node.add_arguments(["-debuglogfile=other.log"]);
    node.start_again().await.unwrap();
    let pid = node.pid().unwrap();
    let is_it = |payload: &Payload| back(payload) == Some(pid);
    extractor.notice("the node", is_it).await.unwrap();
    node.stop().await.unwrap();
    let is_gone =
        |payload: &Payload| matches!(payload, Payload::NodeGone(gone) if gone.pid == Some(pid));
    extractor.notice("its end", is_gone).await.unwrap();
    let bytes = file_bytes(&[&log, &other]) - before;
    assert_eq!(support::line_bytes(&extractor.events), bytes);
    let is_gap = |payload: &Payload| matches!(payload, Payload::Gap(_));
    assert!(!extractor.payloads().any(is_gap));

    fs::remove_file(other).unwrap();
    node.add_arguments(["-nodebuglogfile"]);
    node.start_again().await.unwrap();
    says(&extractor, State::Off, "-nodebuglogfile").await;
}

/// Waits until the extractor's health says this.
async fn says(extractor: &Extractor, state: State, text: &str) {
    let health = || extractor.health.all().remove("log alice").unwrap();
    testkit::wait_for(text, async || {
        let health = health();
        health.state == state && health.detail.contains(text)
    })
    .await
    .unwrap_or_else(|error| panic!("{error}: {:?}", health()));
}
