//! A reply of every method but getpeerinfo, as a node gives it.

use peer_observer_event::*;

fn text(word: &str) -> Option<String> {
    Some(word.to_owned())
}

fn hash(byte: u8) -> Option<prost::bytes::Bytes> {
    Some(vec![byte; 32].into())
}

/// Replies about transactions in no block yet.
pub(crate) fn mempool() -> Vec<Payload> {
    let fee = |target_blocks, mode: &str, feerate| SmartFee {
        target_blocks,
        mode: mode.to_owned(),
        feerate_btc_per_kvb: feerate,
        estimate_blocks: Some(target_blocks.max(2)),
        ..SmartFee::default()
    };
    vec![
        Payload::MempoolInfo(Box::new(MempoolInfo {
            loaded: Some(true),
            transaction_count: Some(1234),
            transactions_vbytes: Some(400_000),
            memory_bytes: Some(2_000_000),
            maximum_memory_bytes: Some(300_000_000),
            total_fee_btc: Some(0.1),
            minimum_feerate_btc_per_kvb: Some(0.000_001),
            minimum_relay_feerate_btc_per_kvb: Some(0.000_001),
            incremental_relay_feerate_btc_per_kvb: Some(0.000_001),
            unbroadcast_count: Some(2),
            full_rbf: Some(true),
            permit_bare_multisig: Some(true),
            maximum_datacarrier_bytes: Some(100_000),
            maximum_cluster_count: Some(64),
            maximum_cluster_vbytes: Some(101_000),
            optimal: Some(true),
            ..MempoolInfo::default()
        })),
        orphans(&[(1, &[7, 8]), (2, &[7])]),
        Payload::SmartFees(SmartFees {
            estimates: vec![
                fee(1, "economical", Some(0.000_012_34)),
                fee(6, "conservative", None),
                fee(99, "economical", Some(1.0)),
            ],
            ..SmartFees::default()
        }),
    ]
}

/// Orphans of 100 bytes each, by a byte of their hash, and who announced them.
pub(crate) fn orphans(orphans: &[(u8, &[u64])]) -> Payload {
    let orphans = orphans.iter().map(|(byte, peers)| OrphanTx {
        txid: hash(*byte),
        wtxid: hash(*byte),
        size_bytes: Some(100),
        size_vbytes: Some(90),
        weight: Some(360),
        peer_ids: peers.to_vec(),
        ..OrphanTx::default()
    });
    Payload::OrphanTxs(OrphanTxs {
        transactions: orphans.collect(),
        ..OrphanTxs::default()
    })
}

/// Replies about the node's networking.
pub(crate) fn network() -> Vec<Payload> {
    let state = |network: &str, proxy: &str| NetworkState {
        network: text(network),
        limited: Some(false),
        reachable: Some(true),
        proxy: text(proxy),
        ..NetworkState::default()
    };
    let known = |network: &str, new, tried| AddrmanNetwork {
        network: text(network),
        new_addresses: Some(new),
        tried_addresses: Some(tried),
        total_addresses: Some(new + tried),
        ..AddrmanNetwork::default()
    };
    let ban = |subnet: &str, remaining| Ban {
        subnet: text(subnet),
        remaining_seconds: Some(remaining),
        ..Ban::default()
    };
    vec![
        Payload::NetTotals(Box::new(NetTotals {
            received_bytes: Some(5000),
            sent_bytes: Some(7000),
            upload_target: Some(UploadTarget {
                cycle_seconds: Some(86_400),
                target_bytes: Some(0),
                target_reached: Some(false),
                serves_historical_blocks: Some(true),
                left_bytes: Some(0),
                left_seconds: Some(0),
                ..UploadTarget::default()
            }),
            ..NetTotals::default()
        })),
        Payload::NetworkInfo(Box::new(NetworkInfo {
            version: Some(319_900),
            protocol_version: Some(70016),
            services: Some(0b1001),
            relay_transactions: Some(true),
            time_offset_seconds: Some(-1),
            inbound_connections: Some(115),
            outbound_connections: Some(10),
            network_active: Some(true),
            networks: vec![
                state("ipv4", ""),
                state("onion", "127.0.0.1:9050"),
                state("x", ""),
            ],
            minimum_relay_feerate_btc_per_kvb: Some(0.000_001),
            incremental_relay_feerate_btc_per_kvb: Some(0.000_001),
            local_addresses: vec![LocalAddress::default()],
            warnings: vec!["This is a pre-release test build".to_owned()],
            ..NetworkInfo::default()
        })),
        Payload::BanList(BanList {
            bans: vec![
                ban("1.2.3.4/32", 3000),
                ban("10.0.0.0/8", 100_000),
                ban("fc00::1/128", 1),
                ban("2001:db8::/32", 1),
                ban("hostile", -1),
            ],
            ..BanList::default()
        }),
        Payload::AddrmanInfo(AddrmanInfo {
            networks: vec![
                known("ipv4", 100, 20),
                known("onion", 7, 0),
                known("all_networks", 107, 20),
            ],
            ..AddrmanInfo::default()
        }),
        addrman(vec![
            entry(0, "1.2.3.4", 1_789_996_500),
            entry(1, "5.6.7.8", 1_790_000_101),
            entry(2, "5.6.7.9", 1_790_009_000),
            entry(3, "5.6.7.10", 1_700_000_000),
        ]),
    ]
}

/// A table of addresses that were heard of.
pub(crate) fn addrman(new_entries: Vec<AddrmanEntry>) -> Payload {
    Payload::RawAddrman(RawAddrman {
        new_entries,
        ..RawAddrman::default()
    })
}

/// An address at a place of the table.
pub(crate) fn entry(position: u32, address: &str, time_unix_seconds: i64) -> AddrmanEntry {
    AddrmanEntry {
        bucket: 5,
        position,
        address: text(address),
        port: Some(if position == 0 { 8333 } else { 1000 + position }),
        network: Some(Network::Ipv4.into()),
        mapped_as: Some(64_500),
        services: Some(0b1001),
        time_unix_seconds: Some(time_unix_seconds),
        source: text("9.9.9.9"),
        source_network: Some(Network::Onion.into()),
        ..AddrmanEntry::default()
    }
}

/// Replies about the chain.
pub(crate) fn chain() -> Vec<Payload> {
    let tip = |status: &str, height, branch| ChainTip {
        height: Some(height),
        branch_blocks: Some(branch),
        status: text(status),
        ..ChainTip::default()
    };
    let index = |name: &str, synced, height| IndexState {
        name: text(name),
        synced: Some(synced),
        best_block_height: Some(height),
        ..IndexState::default()
    };
    vec![
        Payload::BlockchainInfo(Box::new(BlockchainInfo {
            chain: text("signet"),
            height: Some(900_000),
            headers_height: Some(900_001),
            difficulty: Some(1.5e14),
            time_unix_seconds: Some(1_790_000_000),
            median_time_unix_seconds: Some(1_789_999_000),
            verification_progress: Some(0.999),
            initial_block_download: Some(false),
            size_on_disk_bytes: Some(800_000_000_000),
            pruned: Some(true),
            prune_height: Some(700_000),
            automatic_pruning: Some(true),
            prune_target_bytes: Some(550 << 20),
            background_validation: Some(BackgroundValidation {
                snapshot_height: Some(880_000),
                height: Some(500_000),
                verification_progress: Some(0.5),
                ..BackgroundValidation::default()
            }),
            ..BlockchainInfo::default()
        })),
        Payload::ChainTips(ChainTips {
            tips: vec![
                tip("active", 900_000, 0),
                tip("valid-fork", 899_000, 1),
                tip("valid-fork", 800_000, 2),
                tip("made up", 1, 1),
            ],
            ..ChainTips::default()
        }),
        Payload::ChainTxStats(Box::new(ChainTxStats {
            time_unix_seconds: Some(1_790_000_000),
            transaction_count: Some(1_200_000_000),
            window_final_block_height: Some(900_000),
            window_block_count: Some(4320),
            window_transaction_count: Some(15_000_000),
            window_seconds: Some(2_592_000),
            transactions_per_second: Some(5.8),
            ..ChainTxStats::default()
        })),
        Payload::MiningInfo(Box::new(MiningInfo {
            network_hashes_per_second: Some(1e21),
            template_weight: Some(3_990_000),
            template_transaction_count: Some(4000),
            minimum_block_feerate_btc_per_kvb: Some(0.000_000_01),
            next: Some(NextBlock {
                difficulty: Some(1.6e14),
                ..NextBlock::default()
            }),
            ..MiningInfo::default()
        })),
        Payload::IndexInfo(IndexInfo {
            indexes: vec![
                index("txindex", true, 900_000),
                index("one", true, 8),
                index("two", false, 7),
            ],
            ..IndexInfo::default()
        }),
        Payload::DeploymentInfo(Box::new(DeploymentInfo {
            deployments: vec![buried(), signalled()],
            ..DeploymentInfo::default()
        })),
    ]
}

fn buried() -> Deployment {
    Deployment {
        name: text("segwit"),
        deployment_type: text("buried"),
        height: Some(481_824),
        active: Some(true),
        ..Deployment::default()
    }
}

fn signalled() -> Deployment {
    Deployment {
        name: text("testdummy"),
        deployment_type: text("bip9"),
        active: Some(false),
        bip9: Some(Bip9Deployment {
            status: text("started"),
            status_next: text("started"),
            statistics: Some(Bip9Statistics {
                period_blocks: Some(144),
                threshold_blocks: Some(108),
                elapsed_blocks: Some(20),
                signalling_blocks: Some(3),
                ..Bip9Statistics::default()
            }),
            ..Bip9Deployment::default()
        }),
        ..Deployment::default()
    }
}

/// Replies about the node's process.
pub(crate) fn process() -> Vec<Payload> {
    let command = |method: &str, duration_us| RpcCommand {
        method: text(method),
        duration_us: Some(duration_us),
        ..RpcCommand::default()
    };
    vec![
        Payload::Uptime(Uptime {
            uptime_seconds: Some(3600),
            ..Uptime::default()
        }),
        Payload::MemoryInfo(Box::new(MemoryInfo {
            locked: Some(LockedMemory {
                used_bytes: Some(1000),
                free_bytes: Some(3096),
                total_bytes: Some(4096),
                locked_bytes: Some(4096),
                chunks_used: Some(10),
                chunks_free: Some(1),
                ..LockedMemory::default()
            }),
            ..MemoryInfo::default()
        })),
        Payload::RpcInfo(RpcInfo {
            active_commands: vec![
                command("getrpcinfo", 50),
                command("scantxoutset", 60_000_000),
            ],
            ..RpcInfo::default()
        }),
    ]
}
