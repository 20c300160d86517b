//! One filled reply for every RPC of the schema.

use std::collections::BTreeMap;

use peer_observer_event::*;

use crate::samples::hash;

fn peer_info() -> PeerInfo {
    PeerInfo {
        peer_id: Some(3),
        services: Some(u64::MAX),
        connection_type: Some("inbound".into()),
        ping_time_seconds: Some(0.25),
        inflight_heights: vec![203],
        received_bytes_by_command: BTreeMap::from([("ping".into(), 32)]),
        ..PeerInfo::default()
    }
}

fn net() -> Vec<Payload> {
    let entry = AddrmanEntry {
        bucket: 1023,
        position: 63,
        address: Some("1.2.3.4".into()),
        network: Some(Network::Ipv4.into()),
        services: Some(u64::MAX),
        ..AddrmanEntry::default()
    };
    vec![
        Payload::PeerInfos(PeerInfos {
            peers: vec![peer_info()],
            duration_ns: 400_000,
            reply_bytes: 1234,
        }),
        Payload::NetTotals(
            NetTotals {
                received_bytes: Some(5_000_000_000),
                sent_bytes: Some(7),
                time_unix_ms: Some(1_790_000_000_123),
                upload_target: Some(UploadTarget::default()),
                ..NetTotals::default()
            }
            .into(),
        ),
        Payload::NetworkInfo(
            NetworkInfo {
                user_agent: Some("/Satoshi:31.99.0/".into()),
                inbound_connections: Some(10),
                networks: vec![NetworkState::default()],
                local_addresses: vec![LocalAddress::default()],
                warnings: vec!["a warning".into()],
                ..NetworkInfo::default()
            }
            .into(),
        ),
        Payload::BanList(BanList {
            bans: vec![Ban {
                subnet: Some("1.2.3.0/24".into()),
                ..Ban::default()
            }],
            ..BanList::default()
        }),
        Payload::AddrmanInfo(AddrmanInfo {
            networks: vec![AddrmanNetwork {
                network: Some("all_networks".into()),
                total_addresses: Some(9),
                ..AddrmanNetwork::default()
            }],
            ..AddrmanInfo::default()
        }),
        Payload::RawAddrman(RawAddrman {
            new_entries: vec![entry],
            ..RawAddrman::default()
        }),
    ]
}

fn chain() -> Vec<Payload> {
    let bip9 = Bip9Deployment {
        timeout_unix_seconds: Some(i64::MAX),
        status: Some("locked_in".into()),
        statistics: Some(Bip9Statistics::default()),
        ..Bip9Deployment::default()
    };
    vec![
        Payload::BlockchainInfo(
            BlockchainInfo {
                chain: Some("regtest".into()),
                height: Some(203),
                headers_height: Some(204),
                best_block_hash: Some(hash()),
                background_validation: Some(BackgroundValidation::default()),
                other_fields: BTreeMap::from([("new".into(), "[1]".into())]),
                other_fields_dropped: Some(1),
                ..BlockchainInfo::default()
            }
            .into(),
        ),
        Payload::ChainTips(ChainTips {
            tips: vec![ChainTip {
                hash: Some(hash()),
                ..ChainTip::default()
            }],
            ..ChainTips::default()
        }),
        Payload::ChainTxStats(
            ChainTxStats {
                transaction_count: Some(500),
                window_block_count: Some(202),
                ..ChainTxStats::default()
            }
            .into(),
        ),
        Payload::MiningInfo(
            MiningInfo {
                height: Some(203),
                difficulty: Some(0.5),
                next: Some(NextBlock::default()),
                ..MiningInfo::default()
            }
            .into(),
        ),
        Payload::IndexInfo(IndexInfo {
            indexes: vec![IndexState::default(), IndexState::default()],
            ..IndexInfo::default()
        }),
        Payload::DeploymentInfo(
            DeploymentInfo {
                height: Some(203),
                deployments: vec![Deployment {
                    name: Some("testdummy".into()),
                    bip9: Some(bip9),
                    ..Deployment::default()
                }],
                ..DeploymentInfo::default()
            }
            .into(),
        ),
    ]
}

fn mempool() -> Vec<Payload> {
    vec![
        Payload::MempoolInfo(
            MempoolInfo {
                transaction_count: Some(2),
                transactions_vbytes: Some(282),
                ..MempoolInfo::default()
            }
            .into(),
        ),
        Payload::OrphanTxs(OrphanTxs {
            transactions: vec![OrphanTx {
                txid: Some(hash()),
                peer_ids: vec![3],
                ..OrphanTx::default()
            }],
            ..OrphanTxs::default()
        }),
        Payload::SmartFees(SmartFees {
            estimates: vec![
                SmartFee {
                    target_blocks: 6,
                    mode: "economical".into(),
                    feerate_btc_per_kvb: Some(0.00001),
                    ..SmartFee::default()
                },
                SmartFee {
                    target_blocks: 6,
                    mode: "conservative".into(),
                    ..SmartFee::default()
                },
            ],
            ..SmartFees::default()
        }),
    ]
}

fn node() -> Vec<Payload> {
    vec![
        Payload::Uptime(Uptime {
            uptime_seconds: Some(3600),
            ..Uptime::default()
        }),
        Payload::MemoryInfo(
            MemoryInfo {
                locked: Some(LockedMemory {
                    locked_bytes: Some(262_144),
                    ..LockedMemory::default()
                }),
                ..MemoryInfo::default()
            }
            .into(),
        ),
        Payload::RpcInfo(RpcInfo {
            active_commands: vec![RpcCommand::default()],
            ..RpcInfo::default()
        }),
    ]
}

pub(crate) fn payloads() -> Vec<Payload> {
    [net(), chain(), mempool(), node()].concat()
}
