//! Our own P2P connection gives these lines.

use peer_observer_bus::Draft;
use peer_observer_event::*;

use crate::extractor_samples::{compact_block, hash, headers, inv, probe, probe_connected};
use crate::harness::{Harness, assert_lines, publish, text_of};

#[tokio::test]
async fn the_connection_and_what_the_node_tells() {
    let text = text_of(Extractor::P2p, probe()).await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_probe_connected{node="alice"} 1"#,
            r#"peerobserver_probe_verified{node="alice"} 1.0"#,
            r#"peerobserver_probe_transport{node="alice",transport="v2"} 1.0"#,
            r#"peerobserver_probe_connections_opened_total{node="alice"} 1"#,
            r#"peerobserver_probe_connections_closed_total{node="alice"} 0"#,
            r#"peerobserver_probe_handshake_duration_seconds_sum{node="alice"} 0.002"#,
            r#"peerobserver_probe_ping_seconds_bucket{le="0.5",node="alice"} 1"#,
            r#"peerobserver_probe_ping_seconds_bucket{le="0.2",node="alice"} 0"#,
            r#"peerobserver_probe_latest_ping_seconds{node="alice"} 0.25"#,
            r#"peerobserver_probe_announcements_total{node="alice",message="addrv2"} 1"#,
            r#"peerobserver_probe_announcements_total{node="alice",message="cmpctblock"} 1"#,
            r#"peerobserver_probe_announcements_total{node="alice",message="inv"} 2"#,
            r#"peerobserver_probe_announcements_total{node="alice",message="other"} 1"#,
            r#"peerobserver_probe_announcement_bytes_total{node="alice",message="inv"} 100"#,
            r#"peerobserver_probe_undecodable_announcements_total{node="alice",message="inv"} 1"#,
            r#"peerobserver_probe_addresses_total{node="alice",message="addrv2",network="onion"} 1"#,
            r#"peerobserver_probe_address_entries_bucket{le="10.0",node="alice",message="addrv2"} 1"#,
            r#"peerobserver_probe_address_entries_count{node="alice",message="addr"} 1"#,
            r#"peerobserver_probe_inv_items_total{node="alice",type="wtx"} 2"#,
            r#"peerobserver_probe_inv_items_total{node="alice",type="other"} 1"#,
            r#"peerobserver_probe_inv_entries_sum{node="alice"} 3.0"#,
            r#"peerobserver_probe_headers_total{node="alice"} 2"#,
            r#"peerobserver_probe_latest_feefilter_feerate_sat_per_kvb{node="alice"} 1000.0"#,
        ],
    );
}

#[tokio::test]
async fn a_connection_that_ended_leaves_counters_behind() {
    let disconnected = Payload::ProbeDisconnected(ProbeDisconnected {
        duration_ns: 65_500_000_000,
        ..ProbeDisconnected::default()
    });
    let gone = Payload::NodeGone(NodeGone::default());
    for end in [vec![disconnected.clone()], vec![disconnected, gone]] {
        let text = text_of(Extractor::P2p, [probe(), end].concat()).await;
        assert_lines(
            &text,
            &[
                r#"peerobserver_probe_connected{node="alice"} 0"#,
                r#"peerobserver_probe_connections_closed_total{node="alice"} 1"#,
                r#"peerobserver_probe_connections_closed_age_seconds_total{node="alice"} 65.5"#,
                r#"peerobserver_probe_ping_seconds_count{node="alice"} 1"#,
            ],
        );
        for gauge in ["probe_verified", "probe_transport", "probe_latest_"] {
            assert!(!text.contains(gauge), "{gauge} in {text}");
        }
    }
}

#[tokio::test]
async fn a_node_that_has_not_connected_yet_is_not_connected() {
    let text = text_of(Extractor::P2p, vec![Payload::Started(Started::default())]).await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_probe_connected{node="alice"} 0"#,
            r#"peerobserver_probe_connections_opened_total{node="alice"} 0"#,
        ],
    );
}

/// Something at so many milliseconds.
fn at(milliseconds: u64, payload: Payload) -> Draft {
    Draft {
        time_ns: 1_790_000_100_000_000_000 + milliseconds * 1_000_000,
        ..Draft::now(payload)
    }
}

fn block_connected(byte: u8) -> Payload {
    Payload::BlockConnected(BlockConnected {
        block_hash: hash(byte),
        ..BlockConnected::default()
    })
}

/// The text after what happened, each thing told by the extractor that sees it.
async fn text_after(events: Vec<Draft>) -> String {
    let harness = Harness::new();
    let mut ebpf = harness.bus.publisher("alice", Extractor::Ebpf);
    let mut p2p = harness.bus.publisher("alice", Extractor::P2p);
    for event in events {
        match event.payload.kind() {
            Kind::Validation => ebpf.publish(event),
            _ => p2p.publish(event),
        }
    }
    harness.text().await
}

const DELAY: &str = "peerobserver_probe_block_announcement_delay_seconds";
const LATEST: &str = r#"peerobserver_probe_latest_block_announcement_delay_seconds{node="alice"}"#;

#[tokio::test]
async fn a_block_is_announced_before_or_after_it_is_connected() {
    let text = text_after(vec![
        at(0, probe_connected(5000, true)),
        // Announced first, and told last.
        at(400, block_connected(1)),
        at(100, compact_block(1)),
        // Connected first; told in the other order, and announced twice.
        at(1500, headers([2])),
        at(1600, inv(&[(2, 2)])),
        at(1000, block_connected(2)),
        // Never announced, and never connected.
        at(2000, block_connected(3)),
        at(2000, compact_block(4)),
    ])
    .await;
    assert_lines(
        &text,
        &[
            &format!(r#"{DELAY}_bucket{{le="-0.25",node="alice",message="cmpctblock"}} 1"#),
            &format!(r#"{DELAY}_bucket{{le="-0.5",node="alice",message="cmpctblock"}} 0"#),
            &format!(r#"{DELAY}_count{{node="alice",message="cmpctblock"}} 1"#),
            &format!(r#"{DELAY}_bucket{{le="0.25",node="alice",message="headers"}} 0"#),
            &format!(r#"{DELAY}_bucket{{le="0.5",node="alice",message="headers"}} 1"#),
            &format!("{LATEST} 0.5"),
        ],
    );
    let second = format!(r#"{DELAY}_count{{node="alice",message="inv"}}"#);
    assert!(!text.contains(&second), "only the first one counts: {text}");
    // OpenMetrics: a sum that can fall is none.
    assert!(!text.contains(&format!("{DELAY}_sum")), "{text}");
}

#[tokio::test]
async fn what_the_node_tells_because_it_is_asked_is_no_announcement() {
    let text = text_after(vec![
        at(0, block_connected(1)),
        at(10_000, probe_connected(5000, true)),
        // Connected before we were there.
        at(10_100, headers([1])),
        // The answer to getheaders of one who has nothing.
        at(11_000, block_connected(9)),
        at(12_000, headers(1..=9)),
    ])
    .await;
    assert!(!text.contains(DELAY), "{text}");
}

#[tokio::test]
async fn blocks_that_wait_for_their_other_half_are_few() {
    let mut events = vec![at(0, compact_block(0))];
    // A node that catches up announces nothing.
    events.extend((1..=64).map(|byte| at(u64::from(byte), block_connected(byte))));
    events.push(at(100, block_connected(0)));
    events.push(at(300, compact_block(64)));
    let text = text_after(events).await;
    let count = format!(r#"{DELAY}_count{{node="alice",message="cmpctblock"}} 1"#);
    assert_lines(&text, &[&count, &format!("{LATEST} 0.236")]);
}

#[tokio::test]
async fn one_host_has_one_monotonic_clock() {
    // The time of day was set by 0.3 s in between.
    let with_clock = |draft: Draft, monotonic_ns| Draft {
        monotonic_ns: Some(monotonic_ns),
        ..draft
    };
    let text = text_after(vec![
        with_clock(at(0, block_connected(1)), 5_000_000_000),
        with_clock(at(800, compact_block(1)), 5_500_000_000),
    ])
    .await;
    assert_lines(&text, &[&format!("{LATEST} 0.5")]);
}

#[tokio::test]
async fn pings_alone_say_that_the_node_is_connected() {
    let harness = Harness::new();
    let mut p2p = harness.bus.publisher("alice", Extractor::P2p);
    publish(
        &mut p2p,
        vec![Payload::ProbePing(ProbePing {
            round_trip_ns: 1_000_000,
        })],
    );
    let text = harness.text().await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_probe_connected{node="alice"} 1"#,
            r#"peerobserver_probe_latest_ping_seconds{node="alice"} 0.001"#,
        ],
    );
}
