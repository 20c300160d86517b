//! The load generators of the lab, against a real node.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::time::Duration;

use lab::load;
use testkit::Node;

#[tokio::test]
async fn every_ping_is_answered() {
    let node = Node::start().await.unwrap();
    let report = load::ping_flood(node.p2p_address(), 20_001, 3)
        .await
        .unwrap();
    // Each connection ends with a ping of its own.
    assert_eq!(report.sent_messages, 20_004);
    assert_eq!(report.sent_bytes, 20_004 * 32);
    assert!(report.received_messages >= 20_004, "{report:?}");
    node.wait_for_connections(0).await.unwrap();
}

#[tokio::test]
async fn floods_of_announcements_are_taken() {
    let node = Node::builder().without_checks().start().await.unwrap();
    // Only a node that thinks itself up to date looks at announcements.
    node.mine(1).await.unwrap();
    let report = load::inv_flood(node.p2p_address(), 200, 100).await.unwrap();
    assert_eq!(report.sent_messages, 201);
    let report = load::addrv2_flood(node.p2p_address(), 200, 1000)
        .await
        .unwrap();
    assert_eq!(report.sent_messages, 201);
    assert!(report.sent_bytes > 200 * 1000 * 10, "{report:?}");
}

#[tokio::test]
async fn paced_pings_keep_their_pace() {
    let node = Node::start().await.unwrap();
    let duration = Duration::from_secs(1);
    let report = load::paced_pings(node.p2p_address(), 333, duration)
        .await
        .unwrap();
    assert_eq!(report.sent_messages, 334);
    assert!(report.elapsed >= duration * 9 / 10, "{report:?}");
}
