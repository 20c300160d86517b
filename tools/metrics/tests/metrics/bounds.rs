//! Peers cannot make the number of series grow.

use std::collections::BTreeSet;

use log_line::Detail;
use peer_observer_event::*;

use crate::extractor_samples::{announcement, thread};
use crate::harness::{Harness, draft, message, publish, undecodable};

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
        let version = Version {
            user_agent: Some(hostile.clone()),
            ..Version::default()
        };
        publish(
            &mut ebpf,
            vec![
                message(&hostile, 1, undecodable()),
                message(&hostile, 1, None),
                message("reject", 1, Some(Body::Reject(reject))),
                message("version", 1, Some(Body::Version(Box::new(version)))),
                Payload::ConnectionMisbehaving(misbehaving),
                Payload::MempoolRejected(rejected),
                Payload::MempoolRemoved(removed),
                line(&hostile, number),
                announcement(&hostile, None),
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
            user_agent: Some(format!("agent{number}")),
            permissions: vec![format!("permission{number}")],
            mapped_as: Some(number as u32),
            ..PeerInfo::default()
        })
        .collect();
    ebpf.publish(draft(Payload::PeerInfos(PeerInfos {
        peers,
        ..PeerInfos::default()
    })));
    publish(&mut ebpf, foreign_replies(count));
    publish(&mut ebpf, foreign_samples(count));
    harness.text().await
}

/// A line of the log in which everything that varies is new; what else it says
/// goes round.
fn line(hostile: &str, number: usize) -> Payload {
    let text = || hostile.to_owned();
    let details = [
        Detail::BlockChecked(LogBlockChecked {
            state: text(),
            ..LogBlockChecked::default()
        }),
        Detail::PeerConnected(LogPeerConnected {
            connection_type: Some(text()),
            ..LogPeerConnected::default()
        }),
        Detail::PeerMisbehaving(LogPeerMisbehaving {
            peer_id: number as u64,
            reason: text(),
        }),
        Detail::TransactionRejected(LogTransactionRejected {
            reason: text(),
            ..LogTransactionRejected::default()
        }),
    ];
    Payload::LogLine(Box::new(LogLine {
        category: text(),
        thread: text(),
        message: text(),
        template_id: Some(number as u64),
        // A level and an origin that this version does not know.
        level: 1000 + number as i32,
        template_origin: 1000 + number as i32,
        detail: details.into_iter().nth(number % 4),
        ..LogLine::default()
    }))
}

/// A process that calls its threads anything, and a template of odd percentiles.
fn foreign_samples(count: usize) -> Vec<Payload> {
    let threads = (0..count).map(|number| thread(&format!("thread{number}"), 1.0));
    let stalls = (0..count).map(|number| PressureStall {
        resource: format!("resource{number}"),
        scope: format!("scope{number}"),
        ..PressureStall::default()
    });
    let rates = (0..count).map(|number| FeeRatePercentile {
        percentile: 101 + number as u32,
        feerate_sat_per_vbyte: 1.0,
    });
    vec![
        Payload::ProcessSample(Box::new(ProcessSample {
            threads: threads.collect(),
            pressure: stalls.collect(),
            ..ProcessSample::default()
        })),
        Payload::BlockTemplate(BlockTemplate {
            fee_rates: rates.collect(),
            ..BlockTemplate::default()
        }),
    ]
}

/// Replies of a node that calls everything otherwise than Bitcoin Core does.
fn foreign_replies(count: usize) -> Vec<Payload> {
    let numbers = || 0..count;
    let name = |number: usize| Some(format!("name{number}"));
    let networks = numbers().map(|number| NetworkState {
        network: name(number),
        reachable: Some(true),
        ..NetworkState::default()
    });
    let known = numbers().map(|number| AddrmanNetwork {
        network: name(number),
        new_addresses: Some(1),
        tried_addresses: Some(1),
        ..AddrmanNetwork::default()
    });
    let entries = numbers().map(|number| AddrmanEntry {
        position: number as u32,
        address: name(number),
        port: Some(1 + number as u32 % 8000),
        source: name(number),
        mapped_as: Some(number as u32),
        network: Some(1000 + number as i32),
        time_unix_seconds: Some(number as i64),
        ..AddrmanEntry::default()
    });
    let bans = numbers().map(|number| Ban {
        subnet: name(number),
        ..Ban::default()
    });
    let tips = numbers().map(|number| ChainTip {
        height: Some(1),
        status: name(number),
        ..ChainTip::default()
    });
    let indexes = numbers().map(|number| IndexState {
        name: name(number),
        synced: Some(true),
        best_block_height: Some(1),
        ..IndexState::default()
    });
    let deployments = numbers().map(|number| Deployment {
        name: name(number),
        active: Some(true),
        bip9: Some(Bip9Deployment {
            status: name(number),
            ..Bip9Deployment::default()
        }),
        ..Deployment::default()
    });
    let commands = numbers().map(|number| RpcCommand {
        method: name(number),
        ..RpcCommand::default()
    });
    let estimates = numbers().map(|number| SmartFee {
        target_blocks: 1000 + number as u32,
        mode: format!("mode{number}"),
        feerate_btc_per_kvb: Some(1.0),
        ..SmartFee::default()
    });
    vec![
        Payload::NetworkInfo(Box::new(NetworkInfo {
            networks: networks.collect(),
            ..NetworkInfo::default()
        })),
        Payload::AddrmanInfo(AddrmanInfo {
            networks: known.collect(),
            ..AddrmanInfo::default()
        }),
        Payload::RawAddrman(RawAddrman {
            new_entries: entries.collect(),
            ..RawAddrman::default()
        }),
        Payload::BanList(BanList {
            bans: bans.collect(),
            ..BanList::default()
        }),
        Payload::BlockchainInfo(Box::new(BlockchainInfo {
            chain: name(count),
            ..BlockchainInfo::default()
        })),
        Payload::ChainTips(ChainTips {
            tips: tips.collect(),
            ..ChainTips::default()
        }),
        Payload::IndexInfo(IndexInfo {
            indexes: indexes.collect(),
            ..IndexInfo::default()
        }),
        Payload::DeploymentInfo(Box::new(DeploymentInfo {
            deployments: deployments.collect(),
            ..DeploymentInfo::default()
        })),
        Payload::RpcInfo(RpcInfo {
            active_commands: commands.collect(),
            ..RpcInfo::default()
        }),
        Payload::SmartFees(SmartFees {
            estimates: estimates.collect(),
            ..SmartFees::default()
        }),
    ]
}

/// Series without their values.
fn names(text: &str) -> BTreeSet<&str> {
    let series = text.lines().filter(|line| !line.starts_with('#'));
    series
        .filter_map(|line| Some(line.rsplit_once(' ')?.0))
        .collect()
}

#[tokio::test]
async fn the_number_of_series_does_not_depend_on_what_peers_send() {
    let few = text_after(4).await;
    // About as many as fit into the queue.
    let many = text_after(7_000).await;
    let (few, series) = (names(&few), names(&many));
    let different: Vec<_> = few.symmetric_difference(&series).collect();
    assert_eq!(different, Vec::<&&str>::new());
    assert!(many.contains(r#"message="other",connection_type="inbound"} 14000"#));
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
