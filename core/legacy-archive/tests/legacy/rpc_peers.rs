//! getpeerinfo, and the address manager.

use std::collections::{BTreeMap, HashMap};

use peer_observer_event::{AddrmanEntry, AddrmanNetwork, Network, Payload, PeerInfo};

use crate::old::rpc::{self as old, Reply};
use crate::rpc::of;

fn their_peer() -> old::PeerInfo {
    old::PeerInfo {
        id: 7,
        address: "203.0.113.5:8333".to_owned(),
        address_bind: "192.0.2.1:8333".to_owned(),
        address_local: "192.0.2.1:39000".to_owned(),
        network: "ipv4".to_owned(),
        mapped_as: 64_500,
        services: "0000000000000c09".to_owned(),
        relay_transactions: true,
        last_send: 1,
        last_received: 2,
        last_transaction: 3,
        last_block: 4,
        bytes_sent: 5,
        bytes_received: 6,
        connection_time: 7,
        time_offset: -8,
        ping_time: 0.25,
        minimum_ping: 0.125,
        ping_wait: 1.5,
        version: 70016,
        subversion: "/Satoshi:30.0.0/".to_owned(),
        inbound: true,
        bip152_hb_to: true,
        bip152_hb_from: true,
        starting_height: -1,
        synced_headers: 10,
        synced_blocks: 11,
        inflight: vec![12, 13],
        addr_relay_enabled: true,
        addr_processed: 14,
        addr_rate_limited: 15,
        permissions: vec!["noban".to_owned()],
        minfeefilter: 0.00001,
        bytes_sent_per_message: HashMap::from([("ping".to_owned(), 32)]),
        bytes_received_per_message: HashMap::from([("pong".to_owned(), 33)]),
        connection_type: "inbound".to_owned(),
        transport_protocol_type: "v2".to_owned(),
        inv_to_send: 16,
        cpu_load: 2.5,
    }
}

fn our_peer() -> PeerInfo {
    PeerInfo {
        peer_id: Some(7),
        address: Some("203.0.113.5:8333".to_owned()),
        address_bind: Some("192.0.2.1:8333".to_owned()),
        address_local: Some("192.0.2.1:39000".to_owned()),
        network: Some("ipv4".to_owned()),
        mapped_as: Some(64_500),
        services: Some(0xc09),
        relay_transactions: Some(true),
        last_inv_sequence: None,
        inv_to_send: Some(16),
        last_send_unix_seconds: Some(1),
        last_receive_unix_seconds: Some(2),
        last_transaction_unix_seconds: Some(3),
        last_block_unix_seconds: Some(4),
        sent_bytes: Some(5),
        received_bytes: Some(6),
        opened_unix_seconds: Some(7),
        time_offset_seconds: Some(-8),
        ping_time_seconds: Some(0.25),
        minimum_ping_seconds: Some(0.125),
        ping_wait_seconds: Some(1.5),
        version: Some(70016),
        user_agent: Some("/Satoshi:30.0.0/".to_owned()),
        inbound: Some(true),
        high_bandwidth_to: Some(true),
        high_bandwidth_from: Some(true),
        presynced_headers: None,
        synced_headers: Some(10),
        synced_blocks: Some(11),
        inflight_heights: vec![12, 13],
        address_relay_enabled: Some(true),
        addresses_processed: Some(14),
        addresses_rate_limited: Some(15),
        permissions: vec!["noban".to_owned()],
        minimum_feerate_btc_per_kvb: Some(0.00001),
        sent_bytes_by_command: BTreeMap::from([("ping".to_owned(), 32)]),
        received_bytes_by_command: BTreeMap::from([("pong".to_owned(), 33)]),
        connection_type: Some("inbound".to_owned()),
        transport: Some("v2".to_owned()),
        session_id: None,
        starting_height: Some(-1),
        other_fields: BTreeMap::from([("cpu_load".to_owned(), "2.5".to_owned())]),
        other_fields_dropped: None,
    }
}

#[test]
fn getpeerinfo_is_read_field_by_field() {
    // A default of their library stands for a field that the reply did not have.
    let bare = old::PeerInfo {
        address_bind: String::new(),
        address_local: String::new(),
        network: String::new(),
        mapped_as: 0,
        ping_time: 0.0,
        minimum_ping: 0.0,
        ping_wait: 0.0,
        connection_type: String::new(),
        cpu_load: 0.0,
        ..their_peer()
    };
    let our_bare = PeerInfo {
        address_bind: None,
        address_local: None,
        network: None,
        mapped_as: None,
        ping_time_seconds: None,
        minimum_ping_seconds: None,
        ping_wait_seconds: None,
        connection_type: None,
        other_fields: BTreeMap::new(),
        ..our_peer()
    };
    let infos = vec![their_peer(), bare];
    let Payload::PeerInfos(found) = of(Reply::PeerInfos(old::PeerInfos { infos })) else {
        panic!("another payload");
    };
    assert_eq!(found.peers, [our_peer(), our_bare]);
    assert_eq!((found.duration_ns, found.reply_bytes), (0, 0));
}

fn their_entry(port: u32, mapped_as: Option<u32>) -> old::AddrmanEntry {
    old::AddrmanEntry {
        address: "203.0.113.5".to_owned(),
        port,
        network: "ipv4".to_owned(),
        services: 0xc09,
        time: 1_779_000_000,
        source: "fc00::7".to_owned(),
        source_network: "cjdns".to_owned(),
        mapped_as,
        source_mapped_as: None,
    }
}

fn our_entry(bucket: u32, position: u32, port: u32, mapped_as: Option<u32>) -> AddrmanEntry {
    AddrmanEntry {
        bucket,
        position,
        address: Some("203.0.113.5".to_owned()),
        port: Some(port),
        network: Some(Network::Ipv4.into()),
        mapped_as,
        services: Some(0xc09),
        time_unix_seconds: Some(1_779_000_000),
        source: Some("fc00::7".to_owned()),
        source_network: Some(Network::Cjdns.into()),
        source_mapped_as: None,
        ..AddrmanEntry::default()
    }
}

/// Their maps come in any order, ours in that of the places.
#[test]
fn the_address_manager_is_in_order() {
    let bucket = |entries: Vec<(u32, u32)>| old::AddrmanBucket {
        entries: entries
            .into_iter()
            .map(|(position, port)| (position, their_entry(port, Some(64_500))))
            .collect(),
    };
    let addrman = old::Addrman {
        new: HashMap::from([
            (900, bucket(vec![(3, 1), (0, 2)])),
            (5, bucket(vec![(63, 3)])),
        ]),
        tried: HashMap::from([(0, bucket(vec![(0, 4)]))]),
    };
    let Payload::RawAddrman(found) = of(Reply::Addrman(addrman)) else {
        panic!("another payload");
    };
    let number = Some(64_500);
    let expected = [
        our_entry(5, 63, 3, number),
        our_entry(900, 0, 2, number),
        our_entry(900, 3, 1, number),
    ];
    assert_eq!(found.new_entries, expected);
    assert_eq!(found.tried_entries, [our_entry(0, 0, 4, number)]);

    let counts = |new| old::AddrManInfoNetwork {
        new,
        tried: 2,
        total: new + 2,
    };
    let networks = HashMap::from([
        ("onion".to_owned(), counts(1)),
        ("all_networks".to_owned(), counts(9)),
        ("ipv4".to_owned(), counts(8)),
    ]);
    let Payload::AddrmanInfo(found) = of(Reply::AddrmanInfo(old::AddrManInfo { networks })) else {
        panic!("another payload");
    };
    let ours = |name: &str, new| AddrmanNetwork {
        network: Some(name.to_owned()),
        new_addresses: Some(new),
        tried_addresses: Some(2),
        total_addresses: Some(new + 2),
        ..AddrmanNetwork::default()
    };
    let expected = [ours("all_networks", 9), ours("ipv4", 8), ours("onion", 1)];
    assert_eq!(found.networks, expected);
}
