//! Each theme's events give these lines.

use peer_observer_event::*;

use crate::harness::{Harness, assert_lines, draft, message, publish, text_of, undecodable};

#[tokio::test]
async fn messages_are_counted_by_type_direction_and_connection() {
    let ping = |nonce| Some(Body::Ping(Ping { nonce }));
    let version = |user_agent: &str| {
        let version = Version {
            user_agent: Some(user_agent.to_owned()),
            ..Version::default()
        };
        Some(Body::Version(Box::new(version)))
    };
    let mut cut = message("block", 1_000_000, None);
    let mut trailing = message("verack", 3, Some(Body::Verack(Verack {})));
    if let (Payload::P2pMessage(cut), Payload::P2pMessage(trailing)) = (&mut cut, &mut trailing) {
        cut.cut = Some(Cut {
            reason: CutReason::RingFull.into(),
            kept_bytes: 0,
        });
        trailing.trailing_bytes = Some(3);
    }
    let text = text_of(
        Extractor::Ebpf,
        vec![
            message("ping", 8, ping(Some(7))),
            message("ping", 8, ping(Some(u64::MAX))),
            message("ping", 0, ping(None)),
            message("version", 100, version("/Satoshi:29.0.0/Knots:20251110/")),
            message("version", 100, version("/pynode:0.0.1/")),
            message("tx", 9, undecodable()),
            message("kaputt", 5, Some(Body::Unknown(Unknown::default()))),
            cut,
            trailing,
        ],
    )
    .await;
    let of = |message| {
        format!(
            "{{node=\"alice\",direction=\"inbound\",message=\"{message}\",connection_type=\"inbound\"}}"
        )
    };
    assert_lines(
        &text,
        &[
            &format!("peerobserver_p2p_messages_total{} 3", of("ping")),
            &format!("peerobserver_p2p_message_bytes_total{} 16", of("ping")),
            &format!("peerobserver_p2p_messages_total{} 1", of("tx")),
            &format!("peerobserver_p2p_messages_total{} 1", of("other")),
            &format!(
                "peerobserver_p2p_message_bytes_total{} 1000000",
                of("block")
            ),
            r#"peerobserver_p2p_undecodable_messages_total{node="alice",direction="inbound",message="tx"} 1"#,
            r#"peerobserver_p2p_cut_messages_total{node="alice",direction="inbound",message="block",reason="ring_full"} 1"#,
            r#"peerobserver_p2p_trailing_bytes_messages_total{node="alice",direction="inbound",message="verack"} 1"#,
            r#"peerobserver_p2p_versions_total{node="alice",direction="inbound",implementation="knots"} 1"#,
            r#"peerobserver_p2p_private_broadcast_versions_total{node="alice",direction="inbound"} 1"#,
            r#"peerobserver_p2p_ping_nonces_total{node="alice",direction="inbound",nonce="u8"} 1"#,
            r#"peerobserver_p2p_ping_nonces_total{node="alice",direction="inbound",nonce="u64"} 1"#,
            r#"peerobserver_p2p_ping_nonces_total{node="alice",direction="inbound",nonce="none"} 1"#,
        ],
    );
    assert!(
        !text.contains("kaputt") && !text.contains("203.0.113"),
        "{text}"
    );
}

#[tokio::test]
async fn what_is_inside_addr_and_inv_is_counted() {
    let entry = |octets: [u8; 4], time_unix_seconds| AddressEntry {
        time_unix_seconds,
        services: 0b1001,
        address: Some(NetworkAddress {
            network: Network::Ipv4.into(),
            bytes: octets.to_vec().into(),
            bip155_network_id: None,
        }),
        port: 8333,
    };
    let entries = vec![
        entry([203, 0, 113, 7], 1_790_000_000),
        entry([203, 0, 113, 8], 1_790_000_000),
        entry([1, 2, 3, 4], 1_790_000_200),
    ];
    let item = |r#type| InventoryItem {
        r#type,
        hash: Default::default(),
    };
    let inv = |items| message("inv", 1, Some(Body::Inv(Inv { items })));
    let addr = |entries| message("addrv2", 1, Some(Body::Addrv2(AddrV2 { entries })));
    let large = (0..36).map(|_| item(5)).collect();
    let payloads = vec![
        addr(entries),
        addr(vec![]),
        inv(vec![item(2), item(999)]),
        inv(large),
    ];
    let text = text_of(Extractor::Ebpf, payloads).await;
    let peer = r#"node="alice",direction="inbound""#;
    assert_lines(
        &text,
        &[
            &format!(r#"peerobserver_p2p_addr_entries_sum{{{peer},message="addrv2"}} 3.0"#),
            &format!(
                r#"peerobserver_p2p_addr_entries_bucket{{le="0.0",{peer},message="addrv2"}} 1"#
            ),
            &format!(
                r#"peerobserver_p2p_addr_entry_time_offset_seconds_sum{{{peer},message="addrv2",side="past"}} 200.0"#
            ),
            &format!(
                r#"peerobserver_p2p_addr_entry_time_offset_seconds_sum{{{peer},message="addrv2",side="future"}} 100.0"#
            ),
            &format!(
                r#"peerobserver_p2p_addr_entry_services_total{{{peer},message="addrv2",bit="3"}} 3"#
            ),
            &format!(
                r#"peerobserver_p2p_address_self_announcements_total{{{peer},network="ipv4"}} 1"#
            ),
            &format!(
                r#"peerobserver_p2p_address_subnet_announcements_total{{{peer},network="ipv4"}} 1"#
            ),
            &format!(r#"peerobserver_p2p_inv_items_total{{{peer},type="wtx"}} 36"#),
            &format!(r#"peerobserver_p2p_inv_items_total{{{peer},type="other"}} 1"#),
            &format!(r#"peerobserver_p2p_inv_entries_count{{{peer}}} 2"#),
            &format!(r#"peerobserver_p2p_invs_total{{{peer},types="several"}} 1"#),
            &format!(r#"peerobserver_p2p_large_invs_total{{{peer}}} 1"#),
        ],
    );
}

fn opened(connection_type: ConnectionType, direction: Direction) -> Payload {
    Payload::ConnectionOpened(ConnectionOpened {
        network: Network::Onion.into(),
        connection_type: connection_type.into(),
        direction: direction.into(),
        ..ConnectionOpened::default()
    })
}

fn closed(connection_type: ConnectionType) -> Payload {
    Payload::ConnectionClosed(ConnectionClosed {
        network: Network::Onion.into(),
        connection_type: connection_type.into(),
        opened_unix_seconds: 1_790_000_000,
        ..ConnectionClosed::default()
    })
}

const INBOUND: &str =
    r#"peerobserver_connections{node="alice",direction="inbound",connection_type="inbound"}"#;
const FEELER: &str =
    r#"peerobserver_connections{node="alice",direction="outbound",connection_type="feeler"}"#;

#[tokio::test]
async fn connections_are_counted_and_corrected_by_the_node() {
    use ConnectionType::{Feeler, Inbound};
    let harness = Harness::new();
    let mut ebpf = harness.bus.publisher("alice", Extractor::Ebpf);
    ebpf.set_run(Some(1_790_000_000));
    let reason = "inv message size = 50001".to_owned();
    publish(
        &mut ebpf,
        vec![
            // Opened before anybody looked: there cannot be fewer than none.
            closed(Inbound),
            opened(Inbound, Direction::Inbound),
            opened(Inbound, Direction::Inbound),
            opened(Feeler, Direction::Outbound),
            Payload::ConnectionMisbehaving(ConnectionMisbehaving {
                reason,
                ..ConnectionMisbehaving::default()
            }),
        ],
    );
    let labels = r#"{node="alice",direction="outbound",network="onion",connection_type="feeler"}"#;
    let mut rpc = harness.bus.publisher("alice", Extractor::Rpc);
    let peer = PeerInfo {
        connection_type: Some("feeler".to_owned()),
        ..PeerInfo::default()
    };
    let peers = vec![peer.clone(), peer];
    rpc.publish(draft(Payload::PeerInfos(PeerInfos {
        peers,
        ..PeerInfos::default()
    })));
    publish(
        &mut ebpf,
        vec![closed(Feeler), opened(Inbound, Direction::Inbound)],
    );
    let text = harness.text().await;
    assert_lines(
        &text,
        &[
            &format!("{INBOUND} 1"),
            &format!("{FEELER} 1"),
            &format!("peerobserver_connections_opened_total{labels} 1"),
            &format!("peerobserver_connections_closed_total{labels} 1"),
            r#"peerobserver_connections_closed_age_seconds_total{node="alice",direction="outbound",connection_type="feeler"} 100"#,
            r#"peerobserver_connections_misbehaving_total{node="alice",reason="inv message size"} 1"#,
        ],
    );
}

#[tokio::test]
async fn a_new_life_of_the_node_begins_without_connections() {
    let harness = Harness::new();
    let mut ebpf = harness.bus.publisher("alice", Extractor::Ebpf);
    let mut late = harness.bus.publisher("alice", Extractor::Ebpf);
    ebpf.set_run(Some(1_790_000_000));
    late.set_run(Some(1_790_000_000));
    let open = || opened(ConnectionType::Inbound, Direction::Inbound);
    publish(&mut ebpf, vec![open(), open()]);
    ebpf.set_run(Some(1_790_000_050));
    publish(&mut ebpf, vec![open()]);
    // Told late, of the earlier life.
    publish(&mut late, vec![closed(ConnectionType::Inbound), open()]);
    let text = harness.text().await;
    assert_lines(
        &text,
        &[
            &format!("{INBOUND} 1"),
            r#"peerobserver_node_run{node="alice"} 1790000050"#,
        ],
    );
}

#[tokio::test]
async fn mempool_blocks_and_utxo_cache() {
    let removed = |reason: &str| {
        Payload::MempoolRemoved(MempoolRemoved {
            reason: reason.to_owned(),
            size_vbytes: 10,
            ..MempoolRemoved::default()
        })
    };
    let rejected = |reason: &str| {
        let reason = reason.to_owned();
        Payload::MempoolRejected(MempoolRejected {
            reason,
            ..MempoolRejected::default()
        })
    };
    let text = text_of(
        Extractor::Ebpf,
        vec![
            Payload::MempoolAdded(MempoolAdded {
                size_vbytes: 141,
                ..MempoolAdded::default()
            }),
            removed("sizelimit"),
            removed("new reason"),
            rejected("mempool-script-verify-flag-failed (Signature is bad)"),
            rejected("made up"),
            Payload::BlockConnected(BlockConnected {
                height: 900_000,
                transaction_count: 3000,
                input_count: 6000,
                sigops_cost: 80_000,
                duration_ns: 250_000_000,
                ..BlockConnected::default()
            }),
            Payload::UtxoSpent(UtxoSpent::default()),
            Payload::UtxoCacheFlushed(UtxoCacheFlushed {
                duration_us: 1_500_000,
                mode: 3,
                ..UtxoCacheFlushed::default()
            }),
        ],
    )
    .await;
    assert_lines(
        &text,
        &[
            r#"peerobserver_mempool_added_total{node="alice"} 1"#,
            r#"peerobserver_mempool_added_vbytes_total{node="alice"} 141"#,
            r#"peerobserver_mempool_removed_total{node="alice",reason="sizelimit"} 1"#,
            r#"peerobserver_mempool_removed_vbytes_total{node="alice",reason="other"} 10"#,
            r#"peerobserver_mempool_rejected_total{node="alice",reason="mempool-script-verify-flag-failed"} 1"#,
            r#"peerobserver_mempool_rejected_total{node="alice",reason="other"} 1"#,
            r#"peerobserver_validation_block_connected_latest_height{node="alice"} 900000"#,
            r#"peerobserver_validation_block_connected_latest_duration_seconds{node="alice"} 0.25"#,
            r#"peerobserver_validation_block_connected_duration_seconds_total{node="alice"} 0.25"#,
            r#"peerobserver_validation_block_connected_latest_sigops{node="alice"} 80000"#,
            r#"peerobserver_utxocache_spent_total{node="alice"} 1"#,
            r#"peerobserver_utxocache_flush_duration_seconds_total{node="alice",mode="always"} 1.5"#,
        ],
    );
}
