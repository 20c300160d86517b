//! All nodes together.

use peer_observer_event::{
    BlockConnected, BlockHeader, CmpctBlock, Event, Extractor, Heartbeat, NodeBack, Payload,
    Started, Tick,
};
use serde_json::{Value, json};

use super::{Body, Direction, P2pMessage, SECOND, START, View};

fn event(node: &str, second: u64, payload: Payload) -> Event {
    // Bob's clock is 2 s ahead.
    let ahead = if node == "bob" { 2 * SECOND } else { 0 };
    Event {
        node: node.to_owned(),
        extractor: Extractor::Ebpf.into(),
        run: Some(7),
        time_ns: START + second * SECOND + ahead,
        bus_time_ns: START + second * SECOND,
        payload: Some(payload),
        ..Event::default()
    }
}

fn announced() -> Payload {
    let header = BlockHeader {
        hash: vec![0xab; 32].into(),
        ..BlockHeader::default()
    };
    let block = CmpctBlock {
        header: Some(header),
        ..CmpctBlock::default()
    };
    Payload::P2pMessage(P2pMessage {
        peer_id: 3,
        address: "203.0.113.7:8333".to_owned(),
        direction: Direction::Inbound.into(),
        command: "cmpctblock".to_owned(),
        body: Some(Body::Cmpctblock(Box::new(block))),
        ..P2pMessage::default()
    })
}

fn connected() -> Payload {
    Payload::BlockConnected(BlockConnected {
        block_hash: vec![0xab; 32].into(),
        height: 203,
        ..BlockConnected::default()
    })
}

#[test]
fn nodes_are_compared_in_the_order_of_the_configuration() {
    let names = ["carol", "alice", "bob"].map(str::to_owned);
    let mut view = View::new(&names);
    let started = Started {
        labels: [("role".to_owned(), "honeypot".to_owned())].into(),
        ..Started::default()
    };
    view.apply(&event("bob", 0, Payload::Started(started)));
    for node in ["bob", "alice"] {
        view.apply(&event(node, 0, Payload::NodeBack(NodeBack::default())));
    }
    for second in 0..20 {
        for node in ["alice", "bob"] {
            view.apply(&event(
                node,
                second,
                Payload::Heartbeat(Heartbeat::default()),
            ));
        }
        view.apply(&event("", second, Payload::Tick(Tick {})));
    }
    view.apply(&event("bob", 19, announced()));
    view.apply(&event("bob", 20, connected()));
    view.apply(&event("alice", 22, connected()));
    view.apply(&event("", 23, Payload::Tick(Tick {})));

    let reply = serde_json::to_value(view.fleet()).unwrap();
    let of = |pointer: &str| reply.pointer(pointer).cloned().unwrap_or(Value::Null);
    assert_eq!(of("/nodes/0/node"), "carol");
    assert_eq!(of("/nodes/0/standing/relation"), "unknown");
    assert_eq!(of("/nodes/1/node"), "alice");
    assert_eq!(of("/nodes/1/standing/relation"), "best");
    assert_eq!(of("/nodes/1/tip/height"), 203);
    assert_eq!(of("/nodes/2/labels"), json!({"role": "honeypot"}));
    assert_eq!(
        of("/nodes/2/clocks"),
        json!([{"extractor": "ebpf", "ahead_ns": 2 * SECOND, "spread_ns": 0}])
    );
    assert_eq!(of("/blocks/0/hash"), "ab".repeat(32));
    assert_eq!(
        of("/blocks/0/nodes/0/announced"),
        json!({"time_ns": (START + 19 * SECOND).to_string(), "uncertainty_ns": 0,
               "message": "cmpctblock", "run": 7, "peer_id": 3, "address": "203.0.113.7:8333"})
    );
    assert_eq!(of("/blocks/0/nodes/1/node"), "alice");
    assert_eq!(of("/blocks/0/nodes/1/seen/after_ns"), 3 * SECOND);
    assert_eq!(of("/blocks/0/nodes/1/accepted/after_ns"), 2 * SECOND);
    assert_eq!(of("/sampled_one_in"), 256);
}
