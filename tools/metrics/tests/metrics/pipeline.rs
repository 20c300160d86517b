//! What the pipeline says of itself.

use peer_observer_bus::{Bus, SubscriptionOptions};
use peer_observer_event::*;

use crate::harness::{Harness, assert_lines, draft, publish};

fn ring(attempted: u64, lost: u64) -> Vec<HopCount> {
    let dropped = vec![DropCount {
        reason: "ring_full".to_owned(),
        count: lost,
    }];
    vec![HopCount {
        hop: "ring".to_owned(),
        part: "net:inbound_message".to_owned(),
        attempted,
        whole: attempted - lost,
        reduced: 0,
        dropped,
    }]
}

#[tokio::test]
async fn hop_counters_go_on_over_instances_of_the_extractor() {
    let harness = Harness::new();
    let mut first = harness.bus.publisher("alice", Extractor::Ebpf);
    first.heartbeat(ring(100, 1));
    first.heartbeat(ring(150, 2));
    let mut second = harness.bus.publisher("alice", Extractor::Ebpf);
    second.heartbeat(ring(10, 1));
    second.heartbeat(ring(30, 1));
    let text = harness.text().await;
    let labels = r#"node="alice",extractor="ebpf",hop="ring",part="net:inbound_message""#;
    assert_lines(
        &text,
        &[
            &format!("peerobserver_hop_attempted_total{{{labels}}} 180"),
            &format!("peerobserver_hop_whole_total{{{labels}}} 177"),
            &format!("peerobserver_hop_reduced_total{{{labels}}} 0"),
            &format!(r#"peerobserver_hop_dropped_total{{{labels},reason="ring_full"}} 3"#),
        ],
    );
}

#[tokio::test]
async fn gaps_latency_and_the_ring() {
    let harness = Harness::new();
    let mut ebpf = harness.bus.publisher("alice", Extractor::Ebpf);
    let gap = |reason: GapReason, count| {
        Payload::Gap(Gap {
            reason: reason.into(),
            count,
            ..Gap::default()
        })
    };
    let ring_bytes = Some(33_554_432);
    let payloads = vec![
        Payload::Started(Started {
            ring_bytes,
            ..Started::default()
        }),
        Payload::NodeBack(NodeBack::default()),
        gap(GapReason::RingFull, Some(5)),
        gap(GapReason::RingFull, Some(7)),
        gap(GapReason::NotAttached, None),
    ];
    // Of those that come onto the bus together the latency of the first counts.
    ebpf.publish_all(&mut payloads.into_iter().map(draft).collect());
    let text = harness.text().await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_ring_bytes{node="alice"} 33554432"#,
            r#"peerobserver_node_up{node="alice"} 1"#,
            r#"peerobserver_gaps_total{node="alice",extractor="ebpf",reason="ring_full"} 2"#,
            r#"peerobserver_gaps_total{node="alice",extractor="ebpf",reason="not_attached"} 1"#,
            r#"peerobserver_lost_events_total{node="alice",extractor="ebpf",reason="ring_full"} 12"#,
            r#"peerobserver_event_latency_seconds_count{node="alice",extractor="ebpf"} 1"#,
        ],
    );
}

#[tokio::test]
async fn losses_are_counted_from_0_on() {
    let harness = Harness::new();
    let mut ebpf = harness.bus.publisher("alice", Extractor::Ebpf);
    ebpf.heartbeat(ring(100, 0));
    let mut log = harness.bus.publisher("alice", Extractor::Log);
    log.heartbeat(vec![]);
    let text = harness.text().await;
    let labels = r#"node="alice",extractor="ebpf",hop="ring",part="net:inbound_message""#;
    assert_lines(
        &text,
        &[
            r#"peerobserver_gaps_total{node="alice",extractor="ebpf",reason="ring_full"} 0"#,
            r#"peerobserver_gaps_total{node="alice",extractor="ebpf",reason="not_attached"} 0"#,
            r#"peerobserver_lost_events_total{node="alice",extractor="ebpf",reason="ring_full"} 0"#,
            r#"peerobserver_gaps_total{node="alice",extractor="log",reason="file_replaced"} 0"#,
            &format!(r#"peerobserver_hop_dropped_total{{{labels},reason="ring_full"}} 0"#),
            &format!(r#"peerobserver_hop_dropped_total{{{labels},reason="read_fault"}} 0"#),
        ],
    );
    // Nobody has heard of these.
    assert!(!text.contains(r#"extractor="p2p""#), "{text}");
    // A log has no ring.
    assert!(!text.contains(r#"extractor="log",reason="ring_full""#));
}

#[tokio::test]
async fn a_node_is_up_while_an_extractor_reads_from_it() {
    async fn up(notices: &[(Extractor, Payload)]) -> bool {
        let harness = Harness::new();
        for (extractor, payload) in notices {
            harness
                .bus
                .publisher("alice", *extractor)
                .publish(draft(payload.clone()));
        }
        let text = harness.text().await;
        let line = text
            .lines()
            .find(|line| line.starts_with("peerobserver_node_up{"));
        line.is_some_and(|line| line.ends_with(" 1"))
    }
    let back = || Payload::NodeBack(NodeBack::default());
    let gone = || Payload::NodeGone(NodeGone::default());
    let (ebpf, rpc) = (Extractor::Ebpf, Extractor::Rpc);
    assert!(!up(&[(ebpf, Payload::Started(Started::default()))]).await);
    assert!(up(&[(ebpf, back()), (rpc, gone())]).await);
    assert!(!up(&[(ebpf, back()), (rpc, back()), (ebpf, gone()), (rpc, gone())]).await);
    // The notice came before the metrics did.
    assert!(up(&[(rpc, Payload::PeerInfos(PeerInfos::default()))]).await);
}

#[tokio::test]
async fn peers_of_a_node_that_is_gone_have_no_gauges() {
    let harness = Harness::new();
    let mut rpc = harness.bus.publisher("alice", Extractor::Rpc);
    let peers = vec![PeerInfo {
        network: Some("ipv4".to_owned()),
        ..PeerInfo::default()
    }];
    let infos = Payload::PeerInfos(PeerInfos {
        peers,
        ..PeerInfos::default()
    });
    publish(
        &mut rpc,
        vec![infos, Payload::NodeGone(NodeGone::default())],
    );
    let text = harness.text().await;
    assert!(!text.contains("peerobserver_rpc_peer_info"), "{text}");
    assert_lines(&text, &[r#"peerobserver_node_up{node="alice"} 0"#]);
}

#[tokio::test]
async fn the_bus_is_looked_up_at_every_scrape() {
    let harness = Harness::new();
    let bus: Bus = harness.bus.clone();
    let slow = bus.subscribe(SubscriptionOptions::new("slow").queue(1, 0));
    let mut ebpf = bus.publisher("alice", Extractor::Ebpf);
    ebpf.heartbeat(vec![]);
    ebpf.heartbeat(vec![]);
    let exposition = harness.exposition().await;
    let labels = r#"{node="",extractor="bus",hop="subscription",part="slow"}"#;
    for _ in 0..2 {
        assert_lines(
            &exposition.text(),
            &[
                &format!("peerobserver_hop_attempted_total{labels} 2"),
                &format!("peerobserver_hop_whole_total{labels} 1"),
                r#"peerobserver_hop_dropped_total{node="",extractor="bus",hop="subscription",part="slow",reason="queue_full"} 1"#,
                r#"peerobserver_subscription_queue_depth{subscription="slow"} 2"#,
                r#"peerobserver_subscriptions_open{subscription="slow"} 1"#,
            ],
        );
    }
    drop(slow);
    let text = exposition.text();
    assert!(!text.contains(r#"subscription="slow""#), "{text}");
}

#[tokio::test]
async fn events_that_did_not_fit_are_counted() {
    let harness = Harness::new();
    let mut ebpf = harness.bus.publisher("alice", Extractor::Ebpf);
    for _ in 0..65_536 + 10 {
        ebpf.heartbeat(vec![]);
    }
    assert_lines(
        &harness.text().await,
        &["peerobserver_metrics_missed_events_total 10"],
    );
}

fn started(labels: &[(&str, &str)]) -> Payload {
    let labels = labels.iter();
    Payload::Started(Started {
        labels: labels
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..Started::default()
    })
}

#[tokio::test]
async fn labels_of_nodes_are_those_of_the_latest_notice() {
    let harness = Harness::new();
    let mut ebpf = harness.bus.publisher("alice", Extractor::Ebpf);
    publish(
        &mut ebpf,
        vec![started(&[("role", "miner"), ("gone", "x")])],
    );
    let mut log = harness.bus.publisher("alice", Extractor::Log);
    let latest = [("role", "honey\"pot"), ("region", "eu")];
    publish(&mut log, vec![started(&latest)]);
    // Of a foreign stream: names that Prometheus has a use for, or none at all.
    let mut bob = harness.bus.publisher("bob", Extractor::Log);
    let hostile = [
        ("node", "alice"),
        ("__name__", "up"),
        ("a b", "x"),
        ("x", "\n"),
    ];
    publish(&mut bob, vec![started(&hostile)]);
    // Came without a notice.
    harness
        .bus
        .publisher("carol", Extractor::Rpc)
        .heartbeat(vec![]);
    assert_lines(
        &harness.text().await,
        &[
            r#"peerobserver_node_info{node="alice",region="eu",role="honey\"pot"} 1"#,
            r#"peerobserver_node_info{node="bob"} 1"#,
            r#"peerobserver_node_info{node="carol"} 1"#,
        ],
    );
}
