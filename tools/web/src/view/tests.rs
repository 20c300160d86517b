//! The fold, with the oddities that real streams have.

mod chain;
mod facts;
mod fleet;
mod gone;
mod log;
mod probe;
mod process;

use bytes::Bytes;
use peer_observer_event::{
    BlockConnected, Body, ConnectionClosed, ConnectionOpened, ConnectionType, Cut, Direction,
    DropCount, Event, Extractor, Gap, GapReason, Heartbeat, HopCount, Network, NodeBack, NodeGone,
    P2pMessage, Payload, PeerInfo, PeerInfos, Ping, Tick, Undecodable, Version,
};

use super::View;
use super::peers::MOST_PEERS;

const SECOND: u64 = 1_000_000_000;
const START: u64 = 1_790_000_000 * SECOND;

/// A view of the node `alice`, and the bus's clock.
struct Watched {
    view: View,
    now: u64,
    run: Option<u64>,
}

impl Watched {
    fn new() -> Watched {
        Watched {
            view: View::new(&["alice".to_owned()]),
            now: START,
            run: Some(100),
        }
    }

    fn from(&mut self, extractor: Extractor, instance: u64, payload: Payload) {
        self.view.apply(&Event {
            node: "alice".to_owned(),
            extractor: extractor.into(),
            run: self.run,
            instance,
            time_ns: self.now,
            bus_time_ns: self.now,
            payload: Some(payload),
            ..Event::default()
        });
    }

    fn see(&mut self, payload: Payload) {
        self.from(Extractor::Ebpf, 1, payload);
    }

    fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.now += SECOND;
            let payload = Some(Payload::Tick(Tick {}));
            self.view.apply(&Event {
                bus_time_ns: self.now,
                payload,
                ..Event::default()
            });
        }
    }

    /// A reply of getpeerinfo that lists these peers.
    fn reply(&mut self, peers: &[u64]) {
        let info = |id: &u64| PeerInfo {
            peer_id: Some(*id),
            ..PeerInfo::default()
        };
        let infos = PeerInfos {
            peers: peers.iter().map(info).collect(),
            ..PeerInfos::default()
        };
        self.now += SECOND;
        self.from(Extractor::Rpc, 1, Payload::PeerInfos(infos));
    }

    fn json(&self, peer_id: u64) -> serde_json::Value {
        serde_json::to_value(self.view.peer("alice", peer_id, None)).unwrap()
    }

    /// Ids of the peers that are there, and whether each is open.
    fn peers(&self) -> Vec<(u64, bool)> {
        let reply = self.view.peers(Some("alice")).unwrap();
        reply
            .peers
            .iter()
            .map(|row| (row.peer_id, row.closed_unix_seconds.is_none()))
            .collect()
    }

    fn vitals(&self) -> serde_json::Value {
        let reply = serde_json::to_value(self.view.vitals(Some("alice"))).unwrap();
        reply["nodes"][0].clone()
    }

    fn history(&self) -> serde_json::Value {
        let reply = serde_json::to_value(self.view.history(Some("alice"))).unwrap();
        reply["nodes"][0].clone()
    }

    fn totals(&self) -> serde_json::Value {
        serde_json::to_value(&self.view.totals(None).unwrap().nodes[0]).unwrap()
    }
}

fn message(peer_id: u64, command: &str, direction: Direction, body: Option<Body>) -> Payload {
    Payload::P2pMessage(P2pMessage {
        peer_id,
        address: "127.0.0.1:18444".to_owned(),
        connection_type: ConnectionType::OutboundFullRelay.into(),
        direction: direction.into(),
        command: command.to_owned(),
        payload_bytes: 8,
        body,
        ..P2pMessage::default()
    })
}

fn ping(peer_id: u64) -> Payload {
    message(
        peer_id,
        "ping",
        Direction::Inbound,
        Some(Body::Ping(Ping { nonce: Some(1) })),
    )
}

fn opened(peer_id: u64) -> Payload {
    Payload::ConnectionOpened(ConnectionOpened {
        peer_id,
        address: "127.0.0.1:18444".to_owned(),
        network: Network::NotPubliclyRoutable.into(),
        connection_type: ConnectionType::OutboundFullRelay.into(),
        direction: Direction::Outbound.into(),
        ..ConnectionOpened::default()
    })
}

fn closed(peer_id: u64) -> Payload {
    Payload::ConnectionClosed(ConnectionClosed {
        peer_id,
        opened_unix_seconds: 1_790_000_000,
        ..ConnectionClosed::default()
    })
}

fn version(user_agent: &str) -> Option<Body> {
    Some(Body::Version(Box::new(Version {
        version: 70016,
        services: 1033,
        user_agent: Some(user_agent.to_owned()),
        ..Version::default()
    })))
}

#[test]
fn a_peer_is_one_from_its_first_mention_to_ten_seconds_after_its_end() {
    let mut node = Watched::new();
    node.see(message(3, "version", Direction::Outbound, version("/us/")));
    assert_eq!(
        node.peers(),
        [(3, true)],
        "an outbound version precedes opened"
    );
    node.see(opened(3));
    node.see(message(3, "version", Direction::Inbound, version("/them/")));
    node.see(message(
        3,
        "version",
        Direction::Inbound,
        version("/again/"),
    ));
    node.see(closed(3));
    node.see(ping(3));
    assert_eq!(
        node.peers(),
        [(3, false)],
        "a message after the end does not open it again"
    );
    let peer = node.json(3);
    assert_eq!(peer["peer"]["user_agent"], "/them/");
    assert_eq!(peer["peer"]["services"], "1033");
    assert_eq!(peer["peer"]["network"], "not_publicly_routable");
    assert_eq!(peer["peer"]["connection_type"], "outbound-full-relay");
    assert_eq!(peer["peer"]["direction"], "outbound");
    assert_eq!(peer["peer"]["messages_received"], 3);
    assert_eq!(peer["peer"]["messages_sent"], 1);
    assert_eq!(peer["peer"]["bytes_received"], 24);
    assert_eq!(peer["peer"]["last_message_command"], "ping");
    assert_eq!(peer["peer"]["closed_unix_seconds"], 1_790_000_000);
    assert_eq!(
        peer["commands"][2],
        serde_json::json!({"command": "ping", "direction": "inbound", "messages": 1, "bytes": 8})
    );
    node.pass(9);
    assert_eq!(node.peers(), [(3, false)]);
    node.pass(1);
    assert_eq!(node.peers(), []);
    assert_eq!(node.totals()["connections_closed"], 1);
}

#[test]
fn what_a_peer_says_of_itself_is_bounded() {
    let mut node = Watched::new();
    node.see(message(
        1,
        "version",
        Direction::Inbound,
        version(&"ä".repeat(10_000)),
    ));
    for number in 0..1_000 {
        node.see(message(1, &format!("x{number}"), Direction::Inbound, None));
    }
    let peer = node.json(1);
    assert_eq!(peer["peer"]["user_agent"], "ä".repeat(256));
    assert_eq!(peer["peer"]["last_message_command"], "other");
    assert_eq!(peer["commands"].as_array().unwrap().len(), 2);
    assert_eq!(peer["commands"][1]["messages"], 1_000);
}

#[test]
fn a_new_run_has_new_peers_and_an_extractor_that_lags_behind_changes_nothing() {
    let mut node = Watched::new();
    node.run = None;
    node.see(ping(1));
    node.run = Some(100);
    node.see(ping(1));
    node.run = Some(102);
    node.see(ping(2));
    assert_eq!(
        node.peers(),
        [(1, true), (2, true)],
        "within 3 s it is the same run"
    );
    node.run = Some(900);
    node.see(ping(1));
    assert_eq!(node.peers(), [(1, true)]);
    assert_eq!(node.json(1)["peer"]["messages_received"], 1);
    node.run = Some(100);
    node.see(ping(7));
    assert_eq!(node.peers(), [(1, true)]);
    assert_eq!(node.json(1)["peer"]["run"], 900);
    assert_eq!(
        node.totals()["commands"][0]["messages"],
        5,
        "sums are over all runs"
    );
}

#[test]
fn a_peer_that_two_replies_lack_is_closed_and_comes_back_when_it_is_seen() {
    let mut node = Watched::new();
    node.see(opened(1));
    node.see(opened(2));
    node.reply(&[2]);
    assert_eq!(
        node.peers(),
        [(1, true), (2, true)],
        "the reply may be older than the peer"
    );
    node.see(ping(1));
    node.reply(&[2]);
    assert_eq!(node.peers(), [(1, true), (2, true)], "it was seen since");
    node.reply(&[2]);
    assert_eq!(node.peers(), [(1, false), (2, true)]);
    node.see(ping(1));
    assert_eq!(node.peers(), [(1, true), (2, true)]);
    node.see(closed(2));
    node.reply(&[1, 2]);
    assert_eq!(
        node.peers(),
        [(1, true), (2, false)],
        "a reply that lags does not open it again"
    );
}

#[test]
fn getpeerinfo_fills_in_what_no_event_said() {
    let mut node = Watched::new();
    let info = PeerInfo {
        peer_id: Some(5),
        address: Some("abc.onion:8333".to_owned()),
        network: Some("onion".to_owned()),
        connection_type: Some("block-relay-only".to_owned()),
        inbound: Some(false),
        user_agent: Some("/old/".to_owned()),
        transport: Some("v2".to_owned()),
        ping_time_seconds: Some(0.5),
        opened_unix_seconds: Some(17),
        inv_to_send: Some(7),
        permissions: vec!["noban".to_owned()],
        ..PeerInfo::default()
    };
    let infos = PeerInfos {
        peers: vec![info, PeerInfo::default()],
        ..PeerInfos::default()
    };
    node.from(Extractor::Rpc, 1, Payload::PeerInfos(infos));
    let peer = &node.json(5)["peer"];
    for (field, value) in [
        ("address", "abc.onion:8333"),
        ("network", "onion"),
        ("connection_type", "block-relay-only"),
        ("direction", "outbound"),
        ("user_agent", "/old/"),
        ("transport", "v2"),
    ] {
        assert_eq!(peer[field], value);
    }
    assert_eq!(peer["ping_time_seconds"], 0.5);
    assert_eq!(peer["opened_unix_seconds"], 17);
    assert_eq!(peer["inv_to_send"], 7);
    assert_eq!(node.json(5)["details"]["permissions"][0], "noban");
    assert!(
        peer.get("synced_blocks").is_none(),
        "what is not known is absent"
    );
}

#[test]
fn too_many_peers_push_out_closed_and_silent_ones() {
    let mut node = Watched::new();
    for peer_id in 0..MOST_PEERS as u64 {
        node.see(opened(peer_id));
    }
    node.pass(1);
    let closed_ones = MOST_PEERS as u64 - 100..MOST_PEERS as u64;
    closed_ones
        .clone()
        .for_each(|peer_id| node.see(closed(peer_id)));
    node.see(ping(0));
    node.see(opened(1_000_000));
    let left = node.peers();
    assert!(left.len() < MOST_PEERS);
    assert!(left.contains(&(0, true)) && left.contains(&(1_000_000, true)));
    assert!(
        !left
            .iter()
            .any(|(peer_id, _)| closed_ones.contains(peer_id))
    );
    let gone = MOST_PEERS + 1 - left.len();
    assert_eq!(node.totals()["peers_over_limit"], gone);
    for peer_id in 2_000_000..2_020_000 {
        node.see(opened(peer_id));
    }
    assert!(node.peers().len() <= MOST_PEERS);
}

#[test]
fn sums_of_everything_else() {
    let mut node = Watched::new();
    let undecodable = Body::Undecodable(Box::<Undecodable>::default());
    node.see(message(1, "inv", Direction::Inbound, Some(undecodable)));
    let Payload::P2pMessage(cut) = message(1, "block", Direction::Outbound, None) else {
        unreachable!()
    };
    node.see(Payload::P2pMessage(P2pMessage {
        cut: Some(Cut::default()),
        ..cut
    }));
    node.see(Payload::Gap(Gap {
        count: Some(7),
        ..Gap::default()
    }));
    node.see(Payload::Gap(Gap {
        count: None,
        ..Gap::default()
    }));
    // Before it has seen the node an extractor can have missed nothing.
    let not_attached = Payload::Gap(Gap {
        reason: GapReason::NotAttached.into(),
        ..Gap::default()
    });
    node.see(not_attached.clone());
    node.see(Payload::NodeBack(NodeBack::default()));
    node.see(not_attached);
    let block_hash = Bytes::from_iter(0..32);
    node.see(Payload::BlockConnected(BlockConnected {
        height: 203,
        block_hash,
        ..BlockConnected::default()
    }));
    let totals = node.totals();
    for (field, value) in [
        ("undecodable", 1),
        ("cut", 1),
        ("gaps", 4),
        ("lost", 7),
        ("lost_unknown", 2),
        ("blocks_connected", 1),
    ] {
        assert_eq!(totals[field], value, "{field}");
    }
    let row = serde_json::to_value(node.view.node_rows()).unwrap();
    assert_eq!(row[0]["height"], 203);
    assert!(row[0]["block_hash"].as_str().unwrap().starts_with("1f1e1d"));
}

#[test]
fn a_node_is_connected_while_an_extractor_reads_from_it() {
    let mut node = Watched::new();
    let connected = |node: &Watched| {
        serde_json::to_value(node.view.node_rows()).unwrap()[0]["connected"]
            .as_bool()
            .unwrap()
    };
    assert!(!connected(&node));
    node.see(ping(1));
    assert!(connected(&node));
    node.see(Payload::NodeGone(NodeGone::default()));
    node.see(ping(1));
    assert!(
        !connected(&node),
        "a message that was still under way does not bring it back"
    );
    assert_eq!(
        node.peers(),
        [(1, false)],
        "connections end with the process"
    );
    node.from(Extractor::Rpc, 1, Payload::NodeBack(NodeBack::default()));
    assert!(connected(&node));
}

#[test]
fn hops_go_on_over_restarts_of_an_extractor() {
    let mut node = Watched::new();
    let heartbeat = |whole, dropped: &[(&str, u64)]| {
        let drops = dropped.iter();
        let drop = |&(reason, count): &(&str, u64)| DropCount {
            reason: reason.to_owned(),
            count,
        };
        let hop = HopCount {
            hop: "ring".to_owned(),
            part: "net:inbound_message".to_owned(),
            attempted: whole + drops.clone().map(|(_, count)| count).sum::<u64>(),
            whole,
            reduced: 0,
            dropped: drops.map(drop).collect(),
        };
        Payload::Heartbeat(Heartbeat {
            hops: vec![hop],
            ..Heartbeat::default()
        })
    };
    node.from(Extractor::Ebpf, 1, heartbeat(5, &[]));
    node.from(Extractor::Ebpf, 1, heartbeat(10, &[("ring_full", 1)]));
    node.from(
        Extractor::Ebpf,
        2,
        heartbeat(4, &[("ring_full", 2), ("read_fault", 1)]),
    );
    node.from(Extractor::Ebpf, 1, heartbeat(11, &[("ring_full", 1)]));
    assert_eq!(
        node.totals()["hops"],
        serde_json::json!([{
            "extractor": "ebpf", "hop": "ring", "part": "net:inbound_message",
            "attempted": 18, "whole": 14, "reduced": 0,
            "dropped": [{"reason": "ring_full", "count": 3}, {"reason": "read_fault", "count": 1}],
        }])
    );
}
