//! getpeerinfo, and what stays of it.

use std::collections::BTreeMap;

use peer_observer_event::*;

use crate::harness::{Harness, assert_lines, draft, publish, text_of};

fn infos(peers: Vec<PeerInfo>) -> Payload {
    Payload::PeerInfos(PeerInfos {
        peers,
        duration_ns: 3_000_000,
        reply_bytes: 5000,
    })
}

fn peer(peer_id: u64, network: &str, ping: f64, processed: u64) -> PeerInfo {
    PeerInfo {
        peer_id: Some(peer_id),
        network: Some(network.to_owned()),
        inbound: Some(true),
        version: Some(70016),
        user_agent: Some("/Satoshi:31.0.0/".to_owned()),
        services: Some(0b1001),
        transport: Some("v2".to_owned()),
        permissions: vec!["noban".to_owned(), "made up".to_owned()],
        relay_transactions: Some(true),
        inv_to_send: Some(40 * peer_id),
        minimum_feerate_btc_per_kvb: Some(0.000_001),
        received_bytes_by_command: BTreeMap::from([("tx".to_owned(), 1)]),
        ping_time_seconds: Some(ping),
        time_offset_seconds: Some(-11),
        opened_unix_seconds: Some(1_790_000_000),
        addresses_processed: Some(processed),
        inflight_heights: vec![5, 6],
        ..PeerInfo::default()
    }
}

#[tokio::test]
async fn a_poll_replaces_the_last_one() {
    let text = text_of(
        Extractor::Rpc,
        vec![
            infos(vec![peer(1, "onion", 0.1, 100), peer(2, "ipv4", 0.2, 1000)]),
            infos(vec![peer(1, "ipv4", 0.1, 107), peer(3, "ipv4", 0.4, 5)]),
        ],
    )
    .await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_rpc_peer_info_peers{node="alice"} 2.0"#,
            r#"peerobserver_rpc_peer_info_network_peers{node="alice",network="ipv4",direction="inbound"} 2.0"#,
            r#"peerobserver_rpc_peer_info_transport_peers{node="alice",transport="v2"} 2.0"#,
            r#"peerobserver_rpc_peer_info_protocol_version_peers{node="alice",protocol_version="70016"} 2.0"#,
            r#"peerobserver_rpc_peer_info_implementation_peers{node="alice",implementation="satoshi"} 2.0"#,
            r#"peerobserver_rpc_peer_info_service_peers{node="alice",bit="3"} 2.0"#,
            r#"peerobserver_rpc_peer_info_permission_peers{node="alice",permission="noban"} 2.0"#,
            r#"peerobserver_rpc_peer_info_permission_peers{node="alice",permission="other"} 2.0"#,
            r#"peerobserver_rpc_peer_info_ping_median_seconds{node="alice"} 0.25"#,
            r#"peerobserver_rpc_peer_info_ping_seconds_count{node="alice"} 2"#,
            r#"peerobserver_rpc_peer_info_ping_seconds_bucket{le="0.1",node="alice"} 1"#,
            r#"peerobserver_rpc_peer_info_ping_seconds_bucket{le="+Inf",node="alice"} 2"#,
            r#"peerobserver_rpc_peer_info_connection_age_seconds_sum{node="alice",direction="inbound"} 200.0"#,
            r#"peerobserver_rpc_peer_info_inv_to_send_sum{node="alice"} 160.0"#,
            r#"peerobserver_rpc_peer_info_inv_to_send_maximum{node="alice"} 120.0"#,
            r#"peerobserver_rpc_peer_info_low_feerate_relay_peers{node="alice"} 2.0"#,
            r#"peerobserver_rpc_peer_info_minimum_feerate_sat_per_kvb_bucket{le="100.0",node="alice"} 2"#,
            r#"peerobserver_rpc_peer_info_clock_behind_peers{node="alice"} 2.0"#,
            r#"peerobserver_rpc_peer_info_inflight_heights{node="alice"} 2.0"#,
            r#"peerobserver_rpc_peer_info_inflight_blocks{node="alice"} 4.0"#,
            r#"peerobserver_rpc_peer_info_addresses_processed_total{node="alice"} 12"#,
            r#"peerobserver_rpc_reply_bytes{node="alice",method="getpeerinfo"} 5000"#,
            r#"peerobserver_rpc_reply_time_seconds{node="alice",method="getpeerinfo"} 1790000100"#,
            r#"peerobserver_rpc_reply_duration_seconds_bucket{le="0.005",node="alice",method="getpeerinfo"} 2"#,
        ],
    );
    assert!(!text.contains(r#"network="onion""#), "{text}");
    assert!(
        !text.contains("minimum_ping_mean_seconds{"),
        "a mean of nothing is no number"
    );
}

/// A peer of a patched node.
fn patched(peer_id: u64, cpu_load: &str) -> PeerInfo {
    PeerInfo {
        other_fields: BTreeMap::from([("cpu_load".to_owned(), cpu_load.to_owned())]),
        ..peer(peer_id, "ipv4", 0.1, 0)
    }
}

#[tokio::test]
async fn an_extra_field_is_summed_up_over_the_peers() {
    let harness = Harness::with_extra_gauges(&["getpeerinfo.cpu_load", "uptime.since"]);
    let mut rpc = harness.bus.publisher("alice", Extractor::Rpc);
    let loads = ["1.5", "0.5", "7", "\"hostile\"", "null"];
    let peers = (0..).zip(loads);
    let peers = peers
        .map(|(peer_id, load)| patched(peer_id, load))
        .collect();
    publish(&mut rpc, vec![infos(vec![patched(9, "100")]), infos(peers)]);
    // Another method's reply changes nothing.
    rpc.publish(draft(Payload::Uptime(Uptime::default())));
    let text = harness.text().await;
    let of = |what: &str, value: &str| {
        format!(
            r#"peerobserver_rpc_extra_field_{what}{{node="alice",field="getpeerinfo.cpu_load"}} {value}"#
        )
    };
    assert_lines(
        &text,
        &[
            &of("objects", "3.0"),
            &of("value", "9.0"),
            &of("minimum", "0.5"),
            &of("median", "1.5"),
            &of("mean", "3.0"),
            &of("maximum", "7.0"),
            r#"peerobserver_rpc_extra_field_objects{node="alice",field="uptime.since"} 0.0"#,
        ],
    );
    assert!(!text.contains(r#"value{node="alice",field="uptime.since"}"#));
}

#[tokio::test]
async fn an_extra_field_is_gone_when_the_reply_lacks_it_and_with_the_extractor() {
    for last in [infos(vec![]), Payload::NodeGone(NodeGone::default())] {
        let harness = Harness::with_extra_gauges(&["getpeerinfo.cpu_load"]);
        let mut rpc = harness.bus.publisher("alice", Extractor::Rpc);
        publish(&mut rpc, vec![infos(vec![patched(1, "3")]), last]);
        let text = harness.text().await;
        assert!(!text.contains("rpc_extra_field_value{"), "{text}");
    }
}
