//! Peers that are gone.

use peer_observer_event::{ConnectionMisbehaving, Direction, Payload};

use super::{Watched, closed, message, opened, version};
use crate::view::gone::MOST_GONE;

#[test]
fn a_peer_that_is_gone_stays_readable_with_its_lifecycle() {
    let mut node = Watched::new();
    node.see(opened(3));
    node.see(message(3, "version", Direction::Inbound, version("/them/")));
    let misbehaving = ConnectionMisbehaving {
        peer_id: 3,
        reason: "x".repeat(10_000),
        ..ConnectionMisbehaving::default()
    };
    for _ in 0..100 {
        node.see(Payload::ConnectionMisbehaving(misbehaving.clone()));
    }
    node.see(closed(3));
    node.pass(60);
    assert_eq!(node.peers(), []);
    let peer = node.json(3);
    assert_eq!(peer["peer"]["user_agent"], "/them/");
    assert_eq!(peer["peer"]["misbehaving"], 100);
    let steps = peer["lifecycle"].as_array().unwrap();
    assert_eq!(steps.len(), 3 + 16, "{steps:?}");
    assert_eq!(steps[1]["stage"], "version_received");
    assert_eq!(steps[2]["detail"].as_str().unwrap().len(), 256);
    assert_eq!(steps[18]["stage"], "closed");
    node.pass(600);
    assert!(node.json(3).is_null(), "it is forgotten in the end");
}

#[test]
fn an_id_that_is_used_again_after_a_restart_is_another_peer() {
    let mut node = Watched::new();
    node.see(opened(3));
    node.run = Some(900);
    node.see(opened(3));
    let of_run = |run| serde_json::to_value(node.view.peer("alice", 3, run)).unwrap();
    assert!(of_run(None)["peer"].get("closed_unix_seconds").is_none());
    assert_eq!(of_run(Some(900)), of_run(None));
    assert!(of_run(Some(100))["peer"]["closed_unix_seconds"].is_u64());
    assert!(of_run(Some(5)).is_null());
}

#[test]
fn peers_that_are_gone_are_bounded() {
    let mut node = Watched::new();
    for peer_id in 0..2 * MOST_GONE as u64 {
        node.see(opened(peer_id));
        node.see(closed(peer_id));
    }
    node.pass(10);
    assert_eq!(node.peers(), []);
    assert!(node.json(MOST_GONE as u64 - 1).is_null());
    assert!(node.json(MOST_GONE as u64).is_object());
}
