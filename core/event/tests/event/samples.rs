//! One filled event for every payload and every P2P message of the schema.

use std::collections::BTreeMap;

use peer_observer_event::*;
use prost::bytes::Bytes;

use crate::{extractor_samples, rpc_samples};

/// A hash that Bitcoin shows as `000102...1f`.
pub(crate) fn hash() -> Bytes {
    (0..32u8).rev().collect::<Vec<u8>>().into()
}

/// How Bitcoin shows [`hash`].
pub(crate) const HASH: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

pub(crate) fn header() -> Option<BlockHeader> {
    Some(BlockHeader {
        hash: hash(),
        version: 0x2000_0000,
        previous_block_hash: hash(),
        merkle_root_hash: hash(),
        time_unix_seconds: 1_790_000_000,
        bits: 0x207f_ffff,
        nonce: 7,
    })
}

fn transaction() -> Transaction {
    Transaction {
        txid: hash(),
        wtxid: hash(),
        size_bytes: 222,
        weight: 561,
        input_count: 1,
        output_count: 2,
        output_sat: Some(u64::MAX),
        raw: Some(Bytes::from_static(&[0xab, 0xcd])),
    }
}

pub(crate) fn entries() -> Vec<AddressEntry> {
    vec![
        AddressEntry {
            time_unix_seconds: 1_790_000_000,
            services: u64::MAX,
            address: Some(ipv4([1, 2, 3, 4])),
            port: 8333,
        },
        AddressEntry {
            time_unix_seconds: 1,
            services: 1,
            address: Some(NetworkAddress {
                network: Network::Unknown.into(),
                bytes: Bytes::from_static(&[0xff]),
                bip155_network_id: Some(99),
            }),
            port: 0,
        },
    ]
}

fn ipv4(octets: [u8; 4]) -> NetworkAddress {
    let network = Network::Ipv4.into();
    NetworkAddress {
        network,
        bytes: octets.to_vec().into(),
        bip155_network_id: None,
    }
}

fn items() -> Vec<InventoryItem> {
    [5, 5, 0x4000_0001, 77]
        .map(|r#type| InventoryItem {
            r#type,
            hash: std::array::from_fn(|index| 31 - index as u8),
        })
        .to_vec()
}

fn version() -> Version {
    Version {
        version: 70016,
        services: 1033,
        timestamp_unix_seconds: 1_790_000_000,
        receiver: Some(VersionAddress {
            services: 0,
            address: Some(ipv4([127, 0, 0, 1])),
            port: 1,
        }),
        sender: None,
        nonce: Some(u64::MAX),
        user_agent: Some("/Satoshi:31.99.0/".into()),
        user_agent_bytes: None,
        start_height: Some(-1),
        relay: Some(true),
    }
}

/// One body for every P2P message of the schema.
pub(crate) fn bodies() -> Vec<Body> {
    let locator_hashes = vec![hash(), hash()];
    let get = GetHeaders {
        version: 70016,
        locator_hashes: locator_hashes.clone(),
        stop_hash: vec![0; 32].into(),
    };
    let first_bytes = Bytes::from_static(&[0, 1, 2]);
    let block_hash = hash();
    vec![
        Body::Version(version().into()),
        Body::Verack(Verack {}),
        Body::Addr(Addr { entries: entries() }),
        Body::Addrv2(AddrV2 { entries: entries() }),
        Body::Sendaddrv2(SendAddrV2 {}),
        Body::Inv(Inv { items: items() }),
        Body::Getdata(GetData { items: items() }),
        Body::Notfound(NotFound { items: items() }),
        Body::Getblocks(GetBlocks {
            version: 70016,
            locator_hashes,
            stop_hash: hash(),
        }),
        Body::Getheaders(get),
        Body::Headers(Headers {
            headers: header().into_iter().collect(),
        }),
        Body::Sendheaders(SendHeaders {}),
        Body::Tx(transaction().into()),
        Body::Block(
            Block {
                header: header(),
                transactions: vec![transaction()],
            }
            .into(),
        ),
        Body::Getaddr(GetAddr {}),
        Body::Mempool(Mempool {}),
        Body::Ping(Ping {
            nonce: Some(u64::MAX),
        }),
        Body::Pong(Pong { nonce: u64::MAX }),
        Body::Feefilter(FeeFilter {
            feerate_sat_per_kvb: i64::MAX,
        }),
        Body::Sendcmpct(SendCmpct {
            high_bandwidth: true,
            version: u64::MAX,
        }),
        Body::Cmpctblock(
            CmpctBlock {
                header: header(),
                nonce: u64::MAX,
                short_ids: vec![0xffff_ffff_ffff],
                prefilled: vec![PrefilledTransaction {
                    index: 0,
                    transaction: Some(transaction()),
                }],
            }
            .into(),
        ),
        Body::Getblocktxn(GetBlockTxn {
            block_hash: hash(),
            indexes: vec![1, 5],
        }),
        Body::Blocktxn(BlockTxn {
            block_hash: hash(),
            transactions: vec![transaction()],
        }),
        Body::Merkleblock(
            MerkleBlock {
                header: header(),
                transaction_count: 9,
                hashes: vec![hash()],
                flags: Bytes::from_static(&[1]),
            }
            .into(),
        ),
        Body::Filterload(FilterLoad {
            filter: vec![0xff; 9].into(),
            hash_functions: 11,
            tweak: u32::MAX,
            flags: 1,
        }),
        Body::Filteradd(FilterAdd {
            data: Bytes::from_static(&[0xaa]),
        }),
        Body::Filterclear(FilterClear {}),
        Body::Getcfilters(GetCFilters {
            filter_type: 0,
            start_height: 5,
            stop_hash: hash(),
        }),
        Body::Cfilter(CFilter {
            filter_type: 0,
            block_hash,
            filter: vec![1].into(),
        }),
        Body::Getcfheaders(GetCfHeaders {
            filter_type: 0,
            start_height: 5,
            stop_hash: hash(),
        }),
        Body::Cfheaders(
            CfHeaders {
                filter_type: 0,
                stop_hash: hash(),
                previous_filter_header_hash: hash(),
                filter_hashes: vec![hash()],
            }
            .into(),
        ),
        Body::Getcfcheckpt(GetCfCheckpt {
            filter_type: 0,
            stop_hash: hash(),
        }),
        Body::Cfcheckpt(CfCheckpt {
            filter_type: 0,
            stop_hash: hash(),
            filter_header_hashes: vec![hash()],
        }),
        Body::Wtxidrelay(WtxidRelay {}),
        Body::Sendtxrcncl(SendTxRcncl {
            version: 1,
            salt: u64::MAX,
        }),
        Body::Feature(Feature {
            feature_id: "example".into(),
            feature_data: Bytes::from_static(&[0]),
        }),
        Body::Reject(Reject {
            rejected_command: "tx".into(),
            code: 0x40,
            reason: "dust".into(),
            hash: Some(hash()),
        }),
        Body::Alert(Alert {
            alert: vec![1].into(),
            signature: vec![2].into(),
        }),
        Body::Unknown(Unknown {
            first_bytes: first_bytes.clone(),
        }),
        Body::Undecodable(
            Undecodable {
                error: "count too large".into(),
                offset: 2,
                first_bytes,
            }
            .into(),
        ),
    ]
}

pub(crate) fn message(body: Option<Body>) -> P2pMessage {
    P2pMessage {
        peer_id: 3,
        address: "127.0.0.1:5000".into(),
        address_cut: false,
        network: Some(Network::NotPubliclyRoutable.into()),
        connection_type: ConnectionType::Inbound.into(),
        direction: Direction::Inbound.into(),
        command: body.as_ref().map_or("tx", Body::word).to_owned(),
        payload_bytes: 8,
        cut: None,
        trailing_bytes: None,
        body,
    }
}

fn connection() -> ConnectionClosed {
    ConnectionClosed {
        peer_id: 3,
        address: "example.onion:8333".into(),
        address_cut: false,
        network: Network::Onion.into(),
        connection_type: ConnectionType::BlockRelayOnly.into(),
        opened_unix_seconds: 1_790_000_000,
    }
}

/// One filled payload for every one of the schema; P2P messages with every body.
pub(crate) fn payloads() -> Vec<Payload> {
    let coin = UtxoSpent {
        txid: hash(),
        index: 1,
        height: 203,
        value_sat: 5_000_000_000,
        coinbase: true,
    };
    let ConnectionClosed {
        peer_id,
        address,
        network,
        connection_type,
        ..
    } = connection();
    let mut payloads: Vec<Payload> = bodies()
        .into_iter()
        .map(|body| Payload::P2pMessage(message(Some(body))))
        .collect();
    payloads.extend(rpc_samples::payloads());
    payloads.extend([
        Payload::ConnectionOpened(ConnectionOpened {
            peer_id,
            address: address.clone(),
            address_cut: false,
            network,
            connection_type,
            direction: Direction::Outbound.into(),
            existing_connections: 2,
        }),
        Payload::ConnectionClosed(connection()),
        Payload::ConnectionEvicted(ConnectionEvicted {
            peer_id,
            address,
            address_cut: false,
            network,
            connection_type,
            opened_unix_seconds: 1_790_000_000,
        }),
        Payload::ConnectionMisbehaving(ConnectionMisbehaving {
            peer_id,
            reason: "mutated block".into(),
            reason_cut: false,
        }),
        Payload::MempoolAdded(MempoolAdded {
            txid: hash(),
            size_vbytes: 141,
            fee_sat: 1000,
        }),
        Payload::MempoolRemoved(MempoolRemoved {
            txid: hash(),
            reason: "block".into(),
            size_vbytes: 141,
            fee_sat: 1000,
            entered_unix_seconds: 1_790_000_000,
        }),
        Payload::MempoolReplaced(
            MempoolReplaced {
                txid: hash(),
                size_vbytes: 141,
                fee_sat: 1000,
                entered_unix_seconds: 1_790_000_000,
                replacement_hash: hash(),
                replacement_size_vbytes: 142,
                replacement_fee_sat: 2000,
                replaced_by_transaction: true,
            }
            .into(),
        ),
        Payload::MempoolRejected(MempoolRejected {
            txid: hash(),
            reason: "dust".into(),
            reason_cut: false,
        }),
        Payload::BlockConnected(BlockConnected {
            block_hash: hash(),
            height: 203,
            transaction_count: 2,
            input_count: 1,
            sigops_cost: 404,
            duration_ns: 1_234_567,
        }),
        Payload::UtxoAdded(UtxoAdded {
            txid: hash(),
            index: coin.index,
            height: coin.height,
            value_sat: coin.value_sat,
            coinbase: coin.coinbase,
        }),
        Payload::UtxoUncached(UtxoUncached {
            txid: hash(),
            index: coin.index,
            height: coin.height,
            value_sat: coin.value_sat,
            coinbase: coin.coinbase,
        }),
        Payload::UtxoSpent(coin),
        Payload::UtxoCacheFlushed(UtxoCacheFlushed {
            duration_us: 1500,
            mode: 2,
            coins_count: 10,
            coins_memory_bytes: 4096,
            for_prune: true,
        }),
        Payload::Started(Started {
            version: "0.1.0".into(),
            detail: "12 tracepoints".into(),
            ring_bytes: Some(33_554_432),
            labels: BTreeMap::from([
                ("region".into(), "eu".into()),
                ("role".into(), "a b".into()),
            ]),
        }),
        Payload::NodeGone(NodeGone {
            pid: Some(42),
            detail: "ended".into(),
        }),
        Payload::NodeBack(NodeBack {
            pid: None,
            detail: "attached".into(),
        }),
        Payload::Gap(Gap {
            reason: GapReason::RingFull.into(),
            count: Some(12),
            first_time_ns: 1,
            last_time_ns: u64::MAX,
            detail: "net:inbound_message".into(),
        }),
        Payload::Heartbeat(Heartbeat {
            last_sequence: 12,
            kinds: vec![KindCount {
                kind: Kind::P2pMessage as u32,
                last_sequence: 10,
            }],
            hops: vec![HopCount {
                hop: "ring".into(),
                part: "net:inbound_message".into(),
                attempted: 10,
                whole: 7,
                reduced: 1,
                dropped: vec![DropCount {
                    reason: "ring_full".into(),
                    count: 2,
                }],
            }],
            labels: [("role".into(), "honeypot".into())].into(),
        }),
        Payload::Tick(Tick {}),
    ]);
    payloads.extend(extractor_samples::payloads());
    payloads
}

/// An event with everything in the envelope.
pub(crate) fn event(payload: Payload) -> Event {
    Event {
        node: "alice".into(),
        extractor: Extractor::Ebpf.into(),
        run: Some(1_790_000_000),
        instance: u64::MAX,
        sequence: 5,
        kind_sequence: 4,
        time_ns: 1_790_000_000_123_456_789,
        monotonic_ns: Some(123_456_789),
        bus_sequence: 6,
        bus_time_ns: 1_790_000_000_123_456_790,
        payload: Some(payload),
    }
}

pub(crate) fn events() -> Vec<Event> {
    payloads().into_iter().map(event).collect()
}

/// Names of the fields of a oneof in the schema.
fn schema_names(schema: &str, oneof: &str) -> Vec<String> {
    let body = schema
        .split_once(&format!("oneof {oneof} {{"))
        .expect("the oneof is there")
        .1;
    let fields = body.split_once('}').expect("the oneof ends").0.lines();
    let words = fields.filter_map(|line| line.split_whitespace().nth(1));
    words.map(str::to_owned).collect()
}

/// A payload that is added to the schema is added here too, and so tested.
#[test]
fn samples_cover_the_schema() {
    let mut words: Vec<_> = payloads()
        .iter()
        .map(|payload| payload.word().to_owned())
        .collect();
    words.sort();
    words.dedup();
    let mut expected = schema_names(
        include_str!("../../proto/peer_observer/v1/event.proto"),
        "payload",
    );
    expected.sort();
    assert_eq!(words, expected);

    let words: Vec<_> = bodies().iter().map(|body| body.word().to_owned()).collect();
    assert_eq!(
        words,
        schema_names(
            include_str!("../../proto/peer_observer/v1/p2p.proto"),
            "body"
        )
    );
    assert!(COMMANDS.iter().eq(&words[..COMMANDS.len()]));
}
