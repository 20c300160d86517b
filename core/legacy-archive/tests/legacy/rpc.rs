//! Replies of the node's RPC interface.

use peer_observer_event::{
    BlockchainInfo, ChainTxStats, LocalAddress, LockedMemory, MempoolInfo, NetTotals, NetworkInfo,
    NetworkState, OrphanTx, Payload, SmartFee, UploadTarget,
};

use crate::old::primitives::Transaction;
use crate::old::rpc::{self as old, Reply};
use crate::old::{Event, Source};
use crate::support::{hash, hash_text, items, payload};

fn source(reply: Reply) -> Source {
    let event = Some(reply);
    Source::Rpc(Box::new(old::Rpc { event }))
}

pub(crate) fn of(reply: Reply) -> Payload {
    payload(source(reply))
}

#[test]
fn getmempoolinfo_has_fee_rates_in_cores_unit() {
    let theirs = old::MempoolInfo {
        loaded: true,
        size: 1,
        bytes: 2,
        usage: 3,
        total_fee: 0.5,
        max_mempool: 300_000_000,
        mempoolminfee: 2.5,
        minrelaytxfee: 1.0,
        incrementalrelayfee: 0.1,
        unbroadcastcount: 4,
        fullrbf: true,
    };
    let ours = MempoolInfo {
        loaded: Some(true),
        transaction_count: Some(1),
        transactions_vbytes: Some(2),
        memory_bytes: Some(3),
        maximum_memory_bytes: Some(300_000_000),
        total_fee_btc: Some(0.5),
        minimum_feerate_btc_per_kvb: Some(0.000_025),
        minimum_relay_feerate_btc_per_kvb: Some(0.000_01),
        incremental_relay_feerate_btc_per_kvb: Some(0.000_001),
        unbroadcast_count: Some(4),
        full_rbf: Some(true),
        ..MempoolInfo::default()
    };
    assert_eq!(
        of(Reply::MempoolInfo(theirs)),
        Payload::MempoolInfo(Box::new(ours))
    );
}

#[test]
fn uptime_and_totals_are_read() {
    let Payload::Uptime(uptime) = of(Reply::Uptime(99)) else {
        panic!("another payload");
    };
    assert_eq!(uptime.uptime_seconds, Some(99));

    let theirs = old::NetTotals {
        total_bytes_received: 1,
        total_bytes_sent: 2,
        time_millis: 3,
        upload_target: old::UploadTarget {
            timeframe: 86_400,
            target: 5,
            target_reached: true,
            serve_historical_blocks: true,
            bytes_left_in_cycle: 6,
            time_left_in_cycle: 7,
        },
    };
    let ours = NetTotals {
        received_bytes: Some(1),
        sent_bytes: Some(2),
        time_unix_ms: Some(3),
        upload_target: Some(UploadTarget {
            cycle_seconds: Some(86_400),
            target_bytes: Some(5),
            target_reached: Some(true),
            serves_historical_blocks: Some(true),
            left_bytes: Some(6),
            left_seconds: Some(7),
            ..UploadTarget::default()
        }),
        ..NetTotals::default()
    };
    assert_eq!(
        of(Reply::NetTotals(theirs)),
        Payload::NetTotals(Box::new(ours))
    );

    let theirs = old::MemoryInfo {
        used: 1,
        free: 2,
        total: 3,
        locked: 4,
        chunks_used: 5,
        chunks_free: 6,
    };
    let ours = LockedMemory {
        used_bytes: Some(1),
        free_bytes: Some(2),
        total_bytes: Some(3),
        locked_bytes: Some(4),
        chunks_used: Some(5),
        chunks_free: Some(6),
        ..LockedMemory::default()
    };
    let Payload::MemoryInfo(found) = of(Reply::MemoryInfo(theirs)) else {
        panic!("another payload");
    };
    assert_eq!(found.locked, Some(ours));
}

#[test]
fn getnetworkinfo_is_read_field_by_field() {
    let theirs = old::NetworkInfo {
        version: 310_000,
        subversion: "/Satoshi:31.0.0/".to_owned(),
        protocol_version: 70016,
        local_services: "0000000000000c09".to_owned(),
        local_services_names: vec!["NETWORK".to_owned()],
        local_relay: true,
        time_offset: -1,
        connections: 3,
        connections_in: 1,
        connections_out: 2,
        network_active: true,
        networks: vec![old::NetworkInfoNetwork {
            name: "onion".to_owned(),
            limited: true,
            reachable: true,
            proxy: "127.0.0.1:9050".to_owned(),
            proxy_randomize_credentials: true,
        }],
        relay_fee: 1.0,
        incremental_fee: 1.0,
        local_addresses: vec![old::NetworkInfoLocalAddress {
            address: "203.0.113.9".to_owned(),
            port: 8333,
            score: 4,
        }],
        warnings: vec![String::new(), "pre-release".to_owned()],
    };
    let ours = NetworkInfo {
        version: Some(310_000),
        user_agent: Some("/Satoshi:31.0.0/".to_owned()),
        protocol_version: Some(70016),
        services: Some(0xc09),
        relay_transactions: Some(true),
        time_offset_seconds: Some(-1),
        connections: Some(3),
        inbound_connections: Some(1),
        outbound_connections: Some(2),
        network_active: Some(true),
        networks: vec![NetworkState {
            network: Some("onion".to_owned()),
            limited: Some(true),
            reachable: Some(true),
            proxy: Some("127.0.0.1:9050".to_owned()),
            proxy_randomize_credentials: Some(true),
            ..NetworkState::default()
        }],
        minimum_relay_feerate_btc_per_kvb: Some(0.000_01),
        incremental_relay_feerate_btc_per_kvb: Some(0.000_01),
        local_addresses: vec![LocalAddress {
            address: Some("203.0.113.9".to_owned()),
            port: Some(8333),
            score: Some(4),
            ..LocalAddress::default()
        }],
        warnings: vec!["pre-release".to_owned()],
        ..NetworkInfo::default()
    };
    assert_eq!(
        of(Reply::NetworkInfo(theirs)),
        Payload::NetworkInfo(Box::new(ours))
    );
}

fn their_chain() -> old::BlockchainInfo {
    old::BlockchainInfo {
        chain: "bitcoin".to_owned(),
        blocks: 900_000,
        headers: 900_001,
        bestblockhash: hash_text(1),
        difficulty: 1.5,
        time: 2,
        mediantime: 3,
        verificationprogress: 0.75,
        initialblockdownload: true,
        chainwork: "65536".to_owned(),
        size_on_disk: 4,
        pruned: true,
        prune_height: 800_000,
        prune_target_size: 550,
        warnings: vec!["pre-release".to_owned()],
    }
}

#[test]
fn getblockchaininfo_has_cores_words_and_forms() {
    let ours = BlockchainInfo {
        chain: Some("main".to_owned()),
        height: Some(900_000),
        headers_height: Some(900_001),
        best_block_hash: Some(hash(1).into()),
        difficulty: Some(1.5),
        time_unix_seconds: Some(2),
        median_time_unix_seconds: Some(3),
        verification_progress: Some(0.75),
        initial_block_download: Some(true),
        chain_work: Some(format!("{:064x}", 65_536)),
        size_on_disk_bytes: Some(4),
        pruned: Some(true),
        prune_height: Some(800_000),
        prune_target_bytes: Some(550),
        warnings: vec!["pre-release".to_owned()],
        ..BlockchainInfo::default()
    };
    let expected = Payload::BlockchainInfo(Box::new(ours.clone()));
    assert_eq!(of(Reply::BlockchainInfo(their_chain())), expected);

    let theirs = old::BlockchainInfo {
        chain: "testnet4".to_owned(),
        pruned: false,
        prune_height: 0,
        prune_target_size: 0,
        warnings: Vec::new(),
        ..their_chain()
    };
    let ours = BlockchainInfo {
        chain: Some("testnet4".to_owned()),
        pruned: Some(false),
        prune_height: None,
        prune_target_bytes: None,
        warnings: Vec::new(),
        ..ours
    };
    let expected = Payload::BlockchainInfo(Box::new(ours));
    assert_eq!(of(Reply::BlockchainInfo(theirs)), expected);
}

#[test]
fn getchaintxstats_is_read_field_by_field() {
    let theirs = old::ChainTxStats {
        time: 1,
        tx_count: 2,
        window_final_block_hash: hash_text(1),
        window_final_block_height: 3,
        window_block_count: 4,
        window_tx_count: Some(5),
        window_interval: None,
        tx_rate: Some(3.5),
    };
    let ours = ChainTxStats {
        time_unix_seconds: Some(1),
        transaction_count: Some(2),
        window_final_block_hash: Some(hash(1).into()),
        window_final_block_height: Some(3),
        window_block_count: Some(4),
        window_transaction_count: Some(5),
        window_seconds: None,
        transactions_per_second: Some(3.5),
        ..ChainTxStats::default()
    };
    assert_eq!(
        of(Reply::ChainTxStats(theirs)),
        Payload::ChainTxStats(Box::new(ours))
    );
}

#[test]
fn getorphantxs_leaves_the_transactions_out_and_counts_them() {
    let orphan = old::OrphanTx {
        txid: hash_text(1),
        wtxid: hash_text(2),
        bytes: 3,
        vsize: 4,
        weight: 5,
        from: vec![6, 7],
        transaction: Transaction {
            txid: hash(1),
            wtxid: hash(2),
            raw: Some(vec![0; 300]),
        },
    };
    let ours = OrphanTx {
        txid: Some(hash(1).into()),
        wtxid: Some(hash(2).into()),
        size_bytes: Some(3),
        size_vbytes: Some(4),
        weight: Some(5),
        peer_ids: vec![6, 7],
        ..OrphanTx::default()
    };
    let reply = Reply::OrphanTxs(old::OrphanTxs {
        orphans: vec![orphan; 2],
    });
    let Payload::OrphanTxs(found) = of(reply.clone()) else {
        panic!("another payload");
    };
    assert_eq!(found.transactions, [ours.clone(), ours]);
    let file = crate::old::file(&[Event::new(source(reply))]);
    let (_, reader) = items(&file);
    assert_eq!(reader.skipped().get("orphan_transaction_bytes"), Some(&2));
}

#[test]
fn estimates_are_events_of_their_own() {
    let theirs = old::EstimateSmartFee {
        fee_rate: Some(10.0),
        blocks: 2,
        requested_blocks: 1,
        mode: 2,
        errors: Vec::new(),
    };
    let ours = SmartFee {
        target_blocks: 1,
        mode: "conservative".to_owned(),
        feerate_btc_per_kvb: Some(0.0001),
        estimate_blocks: Some(2),
        ..SmartFee::default()
    };
    let failed = old::EstimateSmartFee {
        fee_rate: None,
        mode: 1,
        errors: vec!["Insufficient data".to_owned()],
        ..theirs.clone()
    };
    let our_failed = SmartFee {
        feerate_btc_per_kvb: None,
        mode: "economical".to_owned(),
        errors: vec!["Insufficient data".to_owned()],
        ..ours.clone()
    };
    for (theirs, ours) in [(theirs, ours), (failed, our_failed)] {
        let Payload::SmartFees(found) = of(Reply::EstimateSmartFee(theirs)) else {
            panic!("another payload");
        };
        assert_eq!(found.estimates, [ours]);
    }
}
