//! What several nodes show together.

use std::sync::Arc;

use peer_observer_event::*;

use crate::harness::{Harness, assert_lines, message};

const SECOND: u64 = 1_000_000_000;
const MILLISECOND: u64 = 1_000_000;
/// Later than the time at which a test runs: a bus never goes back.
const START: u64 = 4_000_000_000 * SECOND;

/// Events in their order on the bus; times in milliseconds since the start.
#[derive(Default)]
struct Recording {
    events: Vec<(Arc<Event>, usize)>,
}

impl Recording {
    fn push(&mut self, at_ms: u64, node: &str, ahead_ms: i64, payload: Payload) {
        let bus_time_ns = START + at_ms * MILLISECOND;
        let sequence = self.events.len() as u64 + 1;
        let extractor = match node {
            "" => Extractor::Bus,
            _ => Extractor::Ebpf,
        };
        let event = Event {
            node: node.to_owned(),
            extractor: extractor.into(),
            sequence,
            time_ns: bus_time_ns.saturating_add_signed(ahead_ms * 1_000_000),
            bus_time_ns,
            bus_sequence: sequence,
            payload: Some(payload),
            ..Event::default()
        };
        self.events.push((Arc::new(event), 0));
    }

    /// Nothing but heartbeats and ticks for a while.
    fn wait(&mut self, seconds: std::ops::Range<u64>, nodes: &[(&str, i64)]) {
        for second in seconds {
            for (node, ahead_ms) in nodes {
                let heartbeat = Payload::Heartbeat(Heartbeat::default());
                self.push(second * 1000, node, *ahead_ms, heartbeat);
            }
            self.push(second * 1000, "", 0, Payload::Tick(Tick {}));
        }
    }
}

/// Of a block or transaction that no other test has; the sample has it, as it
/// ends in 00 the way Bitcoin shows it.
fn hash(number: u8) -> [u8; 32] {
    let mut hash = [0xf1; 32];
    (hash[0], hash[31]) = (0, number);
    hash
}

fn connected(height: i32, branch: u8) -> Payload {
    Payload::BlockConnected(BlockConnected {
        block_hash: hash(branch).to_vec().into(),
        height,
        ..BlockConnected::default()
    })
}

/// An announcement by a peer, and the transaction itself.
fn transaction() -> [Payload; 3] {
    let ids = Transaction {
        txid: hash(8).to_vec().into(),
        wtxid: hash(9).to_vec().into(),
        ..Transaction::default()
    };
    let item = InventoryItem {
        r#type: 5,
        hash: hash(9),
    };
    let items = vec![item];
    let added = MempoolAdded {
        txid: hash(8).to_vec().into(),
        ..MempoolAdded::default()
    };
    [
        message("inv", 37, Some(Body::Inv(Inv { items }))),
        message("tx", 200, Some(Body::Tx(Box::new(ids)))),
        Payload::MempoolAdded(added),
    ]
}

/// Bob's clock is three seconds ahead. His block comes a quarter of a second
/// later, then none; he takes another branch, and the transaction late.
pub(crate) async fn replay(harness: &Harness, until_second: u64) {
    let nodes = [("alice", 0), ("bob", 3000)];
    let mut recording = Recording::default();
    for (node, ahead_ms) in nodes {
        let back = Payload::NodeBack(NodeBack::default());
        recording.push(0, node, ahead_ms, back);
    }
    recording.wait(1..20, &nodes);
    recording.push(19_500, "alice", 0, connected(2_000_100, 1));
    recording.push(19_750, "bob", 3000, connected(2_000_100, 1));
    let [inv, tx, added] = transaction();
    recording.push(19_760, "alice", 0, inv.clone());
    recording.push(19_780, "alice", 0, tx);
    recording.push(19_790, "alice", 0, added);
    recording.push(19_900, "bob", 3000, inv);
    recording.wait(20..30, &nodes);
    recording.push(29_000, "alice", 0, connected(2_000_101, 2));
    recording.push(29_500, "bob", 3000, connected(2_000_101, 4));
    recording.push(29_600, "alice", 0, connected(2_000_102, 5));
    recording.wait(30..until_second, &nodes);
    // Bob learns that the other branch has more work.
    recording.push(until_second * 1000, "bob", 3000, connected(2_000_101, 2));
    recording.push(
        until_second * 1000 + 1,
        "bob",
        3000,
        connected(2_000_102, 5),
    );
    harness.bus.replay(&mut recording.events).await;
}

#[tokio::test]
async fn delays_tips_and_clocks() {
    let harness = Harness::of_recording();
    replay(&harness, 100).await;
    assert_lines(
        &harness.text().await,
        &[
            r#"peerobserver_fleet_tip_height{node="alice"} 2000102"#,
            r#"peerobserver_fleet_tip_height{node="bob"} 2000101"#,
            r#"peerobserver_fleet_blocks_behind{node="bob"} 1"#,
            r#"peerobserver_fleet_behind_seconds{node="bob"} 69.4"#,
            r#"peerobserver_fleet_behind_seconds{node="alice"} 0.0"#,
            r#"peerobserver_fleet_node_fallen_behind{node="bob"} 1"#,
            r#"peerobserver_fleet_node_fallen_behind{node="alice"} 0"#,
            r#"peerobserver_fleet_node_on_fork{node="bob"} 1"#,
            r#"peerobserver_fleet_different_tips{chain="other"} 2"#,
            r#"peerobserver_fleet_clock_offset_seconds{node="alice",extractor="ebpf"} 0.0"#,
            r#"peerobserver_fleet_clock_offset_seconds{node="bob",extractor="ebpf"} 3.0"#,
            r#"peerobserver_fleet_clock_spread_seconds{node="bob",extractor="ebpf"} 0.0"#,
            r#"peerobserver_fleet_first_blocks_total{node="alice",moment="accepted"} 3"#,
            r#"peerobserver_fleet_block_delay_seconds_bucket{le="0.2",node="bob",moment="seen"} 0"#,
            r#"peerobserver_fleet_block_delay_seconds_bucket{le="0.5",node="bob",moment="seen"} 1"#,
            r#"peerobserver_fleet_first_transactions_total{node="alice",moment="seen"} 1"#,
            r#"peerobserver_fleet_transaction_delay_seconds_sum{node="bob",moment="seen"} 0.14"#,
            r#"peerobserver_fleet_transaction_nodes_bucket{le="1.0"} 0"#,
            r#"peerobserver_fleet_transaction_nodes_bucket{le="2.0"} 1"#,
            r#"peerobserver_fleet_reorganizations_total{node="alice"} 0"#,
            r#"peerobserver_fleet_reorganizations_total{node="bob"} 1"#,
            r#"peerobserver_fleet_disconnected_blocks_total{node="bob"} 1"#,
            r#"peerobserver_fleet_uncertain_delays_total{node="bob"} 0"#,
            "peerobserver_fleet_ignored_events_total 0",
        ],
    );
}

#[tokio::test]
async fn of_a_node_that_is_gone_nothing_is_left() {
    let harness = Harness::of_recording();
    replay(&harness, 60).await;
    let mut recording = Recording::default();
    let gone = Payload::NodeGone(NodeGone::default());
    recording.push(61_000, "bob", 3000, gone);
    recording.wait(62..300, &[("alice", 0)]);
    harness.bus.replay(&mut recording.events).await;
    let text = harness.text().await;
    assert_lines(
        &text,
        &[r#"peerobserver_fleet_tip_height{node="alice"} 2000102"#],
    );
    for gauge in [
        "tip_height",
        "blocks_behind",
        "behind_seconds",
        "clock_offset_seconds",
    ] {
        let series = format!("peerobserver_fleet_{gauge}{{node=\"bob\"");
        assert!(!text.contains(&series), "{series} in {text}");
    }
}
