//! Peers cannot make the number of series grow.

use peer_observer_event::*;

use crate::harness::{Harness, draft, message, publish, series, undecodable};

/// Hostile values of every kind, `count` different ones.
async fn text_after(count: usize) -> String {
    let harness = Harness::new();
    let mut ebpf = harness.bus.publisher("alice", Extractor::Ebpf);
    for number in 0..count {
        let hostile = format!("x\"}} \n\\{number}");
        let misbehaving = ConnectionMisbehaving {
            reason: hostile.clone(),
            ..ConnectionMisbehaving::default()
        };
        let rejected = MempoolRejected {
            reason: hostile.clone(),
            ..MempoolRejected::default()
        };
        let removed = MempoolRemoved {
            reason: hostile.clone(),
            ..MempoolRemoved::default()
        };
        let reject = Reject {
            rejected_command: hostile.clone(),
            code: 1000 + number as u32,
            ..Reject::default()
        };
        publish(
            &mut ebpf,
            vec![
                message(&hostile, 1, undecodable()),
                message(&hostile, 1, None),
                message("reject", 1, Some(Body::Reject(reject))),
                Payload::ConnectionMisbehaving(misbehaving),
                Payload::MempoolRejected(rejected),
                Payload::MempoolRemoved(removed),
            ],
        );
    }
    let peers = (0..count)
        .map(|number| PeerInfo {
            peer_id: Some(number as u64),
            version: Some(80_000 + number as i64),
            network: Some(format!("network{number}")),
            transport: Some(format!("transport{number}")),
            connection_type: Some(format!("type{number}")),
            ..PeerInfo::default()
        })
        .collect();
    ebpf.publish(draft(Payload::PeerInfos(PeerInfos {
        peers,
        ..PeerInfos::default()
    })));
    harness.text().await
}

#[tokio::test]
async fn the_number_of_series_does_not_depend_on_what_peers_send() {
    let few = text_after(1).await;
    let many = text_after(10_000).await;
    assert_eq!(series(&few), series(&many), "{many}");
    assert!(many.contains(r#"message="other",connection_type="inbound"} 20000"#));
}

#[tokio::test]
async fn fifty_thousand_commands_are_one_series() {
    let harness = Harness::new();
    let mut ebpf = harness.bus.publisher("alice", Extractor::Ebpf);
    let commands = (0..50_000)
        .map(|number| message(&format!("c{number}"), 1, None))
        .collect();
    publish(&mut ebpf, commands);
    let text = harness.text().await;
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("peerobserver_p2p_messages_total"))
        .collect();
    assert_eq!(
        lines,
        [
            r#"peerobserver_p2p_messages_total{node="alice",direction="inbound",message="other",connection_type="inbound"} 50000"#
        ]
    );
}

#[tokio::test]
async fn hops_and_nodes_of_a_foreign_stream_are_bounded() {
    let harness = Harness::new();
    let mut ebpf = harness.bus.publisher("alice", Extractor::Ebpf);
    let hops = (0..1000).map(|part| HopCount {
        hop: "ring".to_owned(),
        part: format!("part{part}"),
        attempted: 1,
        whole: 1,
        ..HopCount::default()
    });
    ebpf.heartbeat(hops.collect());
    for node in 0..1000 {
        let mut publisher = harness
            .bus
            .publisher(&format!("node{node}"), Extractor::Ebpf);
        publisher.publish(draft(message("ping", 8, Some(Body::Ping(Ping::default())))));
    }
    let text = harness.text().await;
    let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!(
        count(r#"peerobserver_hop_attempted_total{node="alice""#),
        65
    );
    assert_eq!(count("peerobserver_p2p_messages_total"), 256);
    let other = r#"extractor="ebpf",hop="other",part="other"} 936"#;
    assert!(text.contains(other), "the rest is summed up");
}
