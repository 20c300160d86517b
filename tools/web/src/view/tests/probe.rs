//! Our own connection to the node.

use peer_observer_event::{
    Extractor, NodeGone, Payload, ProbeAnnouncement, ProbeConnected, ProbeDisconnected, ProbePing,
    ProbeTransport,
};
use serde_json::{Value, json};

use super::Watched;
use crate::view::course::MOST_VALUES;

fn connected() -> Payload {
    Payload::ProbeConnected(Box::new(ProbeConnected {
        listen_address: "127.0.0.1:9333".to_owned(),
        node_address: "127.0.0.1:5000".to_owned(),
        transport: ProbeTransport::V2.into(),
        peer_id: Some(3),
        verified: true,
        ..ProbeConnected::default()
    }))
}

fn ping(round_trip_ns: u64) -> Payload {
    Payload::ProbePing(ProbePing { round_trip_ns })
}

fn announcement(command: &str) -> Payload {
    Payload::ProbeAnnouncement(Box::new(ProbeAnnouncement {
        command: command.to_owned(),
        payload_bytes: 37,
        body: None,
    }))
}

impl Watched {
    fn probe(&self) -> Value {
        self.vitals()["probe"].clone()
    }

    fn pings(&self) -> Value {
        self.history()["pings"].clone()
    }
}

#[test]
fn connection_pings_and_announcements() {
    let mut node = Watched::new();
    assert_eq!(node.probe(), Value::Null, "there is no probe");
    node.from(Extractor::P2p, 1, connected());
    node.from(Extractor::P2p, 1, ping(200_000));
    node.pass(10);
    node.from(Extractor::P2p, 1, ping(5_000_000_000));
    for command in ["inv", "inv", "addrv2", "whatever", "else"] {
        node.from(Extractor::P2p, 1, announcement(command));
    }
    let probe = node.probe();
    assert_eq!(probe["connection"]["verified"], true);
    assert_eq!(probe["connection"]["transport"], "v2");
    assert_eq!(
        probe["ping"],
        json!({"time_unix_seconds": 1_790_000_010.0, "round_trip_ns": 5_000_000_000_u64})
    );
    assert_eq!(
        probe["announcements"],
        json!([
            {"command": "inv", "messages": 2, "bytes": 74},
            {"command": "addrv2", "messages": 1, "bytes": 37},
            {"command": "other", "messages": 2, "bytes": 74},
        ])
    );
    let expected = json!({
        "times_unix_seconds": [1_790_000_000.0, 1_790_000_010.0],
        "round_trip_ns": [200_000, 5_000_000_000_u64],
    });
    assert_eq!(node.pings(), expected);
}

#[test]
fn the_end_of_the_connection_is_told_once_and_with_its_reason() {
    let mut node = Watched::new();
    node.from(Extractor::P2p, 1, connected());
    let reason = "the node closed the connection".to_owned();
    let end = ProbeDisconnected {
        reason: reason.clone(),
        ..ProbeDisconnected::default()
    };
    node.from(Extractor::P2p, 1, Payload::ProbeDisconnected(end));
    node.from(Extractor::P2p, 1, Payload::NodeGone(NodeGone::default()));
    assert!(node.probe().get("connection").is_none());
    assert_eq!(node.probe()["gone"]["reason"], reason);
    node.from(Extractor::P2p, 1, connected());
    node.from(Extractor::Rpc, 1, Payload::NodeGone(NodeGone::default()));
    assert_eq!(node.probe()["connection"]["peer_id"], 3);
    node.from(Extractor::P2p, 1, Payload::NodeGone(NodeGone::default()));
    assert!(node.probe().get("connection").is_none());
}

#[test]
fn pings_of_ten_minutes_are_kept() {
    let mut node = Watched::new();
    for _ in 0..2_000 {
        node.pass(1);
        node.from(Extractor::P2p, 1, ping(1));
    }
    let count = |node: &Watched| node.pings()["round_trip_ns"].as_array().unwrap().len();
    assert_eq!(count(&node), MOST_VALUES);
    node.pass(590);
    assert_eq!(count(&node), 11);
    node.pass(60);
    assert_eq!(count(&node), 0);
}
