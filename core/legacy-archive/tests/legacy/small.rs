//! Messages of a few fields, of addresses and of inventory items.

use bytes::Bytes;
use peer_observer_event::{
    Addr, AddrV2, AddressEntry, Alert, Body, FeeFilter, FilterAdd, FilterClear, FilterLoad,
    GetAddr, GetBlocks, GetCFilters, GetCfCheckpt, GetCfHeaders, GetData, GetHeaders, Inv,
    InventoryItem, Mempool, NotFound, Ping, Pong, Reject, SendAddrV2, SendCmpct, SendHeaders,
    Verack, Version, VersionAddress, WtxidRelay,
};

use crate::addresses::{addresses_v1, addresses_v2};
use crate::messages::Case;
use crate::old::message::{self as old, Msg};
use crate::old::primitives::{Address, InventoryItem as OldItem, Item, UnknownItem};
use crate::support::hash;

fn bytes(first: u8) -> Bytes {
    hash(first).into()
}

fn item(r#type: u32, first: u8) -> InventoryItem {
    InventoryItem {
        r#type,
        hash: hash(first).try_into().expect("32 bytes"),
    }
}

/// An item of each type.
fn inventory() -> (old::Items, Vec<InventoryItem>) {
    let unknown = UnknownItem {
        inv_type: 3,
        hash: hash(7),
    };
    let theirs = vec![
        Item::Transaction(hash(1)),
        Item::Block(hash(2)),
        Item::Wtx(hash(3)),
        Item::WitnessTransaction(hash(4)),
        Item::WitnessBlock(hash(5)),
        Item::CompactBlock(hash(6)),
        Item::Unknown(unknown),
        Item::Error(true),
    ];
    let items = theirs.into_iter().map(|item| OldItem { item: Some(item) });
    let ours = vec![
        item(1, 1),
        item(2, 2),
        item(5, 3),
        item(0x4000_0001, 4),
        item(0x4000_0002, 5),
        item(4, 6),
        item(3, 7),
        InventoryItem::default(),
    ];
    let items = items.collect();
    (old::Items { items }, ours)
}

fn version() -> (old::Version, Version) {
    let (receiver, ours) = addresses_v1().remove(0);
    let receiver = Address {
        timestamp: 0,
        ..receiver
    };
    let sender = Address {
        services: 1,
        ..receiver.clone()
    };
    let address = |services| VersionAddress {
        services,
        address: ours.address.clone(),
        port: 8333,
    };
    let theirs = old::Version {
        version: 70016,
        services: 0xc09,
        timestamp: -5,
        receiver,
        sender,
        nonce: u64::MAX,
        user_agent: "/Satoshi:30.0.0/".to_owned(),
        start_height: -1,
        relay: true,
    };
    let ours = Version {
        version: 70016,
        services: 0xc09,
        timestamp_unix_seconds: -5,
        receiver: Some(address(0xc09)),
        sender: Some(address(1)),
        nonce: Some(u64::MAX),
        user_agent: Some("/Satoshi:30.0.0/".to_owned()),
        user_agent_bytes: None,
        start_height: Some(-1),
        relay: Some(true),
    };
    (theirs, ours)
}

pub(crate) fn cases() -> Vec<Case> {
    let (items, our_items) = inventory();
    let v1 = addresses_v1();
    let all = [v1.clone(), addresses_v2()].concat();
    let (their_version, our_version) = version();
    let theirs = |list: &[(Address, AddressEntry)]| old::Addresses {
        addresses: list.iter().map(|(theirs, _)| theirs.clone()).collect(),
    };
    let entries = |list: &[(Address, AddressEntry)]| -> Vec<_> {
        list.iter().map(|(_, ours)| ours.clone()).collect()
    };
    let locator = old::Locator {
        version: 70016,
        locator_hashes: vec![hash(1), hash(2)],
        stop_hash: hash(3),
    };
    let reject = old::Reject {
        rejected_command: "tx".to_owned(),
        reason: 6,
        reason_details: "min relay fee not met".to_owned(),
        hash: hash(9),
    };
    let filter = old::FilterLoad {
        filter: vec![1, 2, 3],
        hash_funcs: 5,
        tweak: 6,
        flags: 2,
    };
    let range = old::FilterRange {
        filter_type: 0,
        start_height: 800_000,
        stop_hash: hash(4),
    };
    let stop = old::FilterHash {
        filter_type: 0,
        stop_hash: hash(4),
    };
    vec![
        (
            "ping",
            Msg::Ping(old::Nonce { value: u64::MAX }),
            Body::Ping(Ping {
                nonce: Some(u64::MAX),
            }),
        ),
        (
            "pong",
            Msg::Pong(old::Nonce { value: 5 }),
            Body::Pong(Pong { nonce: 5 }),
        ),
        ("ping", Msg::Oldping(true), Body::Ping(Ping { nonce: None })),
        (
            "inv",
            Msg::Inv(items.clone()),
            Body::Inv(Inv {
                items: our_items.clone(),
            }),
        ),
        (
            "getdata",
            Msg::Getdata(items.clone()),
            Body::Getdata(GetData {
                items: our_items.clone(),
            }),
        ),
        (
            "notfound",
            Msg::Notfound(items),
            Body::Notfound(NotFound { items: our_items }),
        ),
        (
            "addr",
            Msg::Addr(theirs(&v1)),
            Body::Addr(Addr {
                entries: entries(&v1),
            }),
        ),
        (
            "addrv2",
            Msg::Addrv2(theirs(&all)),
            Body::Addrv2(AddrV2 {
                entries: entries(&all),
            }),
        ),
        (
            "feefilter",
            Msg::Feefilter(old::FeeFilter { fee: -1 }),
            Body::Feefilter(FeeFilter {
                feerate_sat_per_kvb: -1,
            }),
        ),
        (
            "getheaders",
            Msg::Getheaders(locator.clone()),
            Body::Getheaders(GetHeaders {
                version: 70016,
                locator_hashes: vec![bytes(1), bytes(2)],
                stop_hash: bytes(3),
            }),
        ),
        (
            "getblocks",
            Msg::Getblocks(locator),
            Body::Getblocks(GetBlocks {
                version: 70016,
                locator_hashes: vec![bytes(1), bytes(2)],
                stop_hash: bytes(3),
            }),
        ),
        (
            "version",
            Msg::Version(their_version),
            Body::Version(Box::new(our_version)),
        ),
        (
            "sendcmpct",
            Msg::Sendcompact(old::SendCompact {
                send_compact: true,
                version: 2,
            }),
            Body::Sendcmpct(SendCmpct {
                high_bandwidth: true,
                version: 2,
            }),
        ),
        (
            "alert",
            Msg::Alert(old::Raw { bytes: vec![1, 2] }),
            Body::Alert(Alert {
                alert: Bytes::from_static(&[1, 2]),
                signature: Bytes::new(),
            }),
        ),
        (
            "filteradd",
            Msg::Filteradd(old::Raw { bytes: vec![1, 2] }),
            Body::Filteradd(FilterAdd {
                data: Bytes::from_static(&[1, 2]),
            }),
        ),
        (
            "filterload",
            Msg::Filterload(filter),
            Body::Filterload(FilterLoad {
                filter: Bytes::from_static(&[1, 2, 3]),
                hash_functions: 5,
                tweak: 6,
                flags: 2,
            }),
        ),
        (
            "getcfilters",
            Msg::Getcfilter(range.clone()),
            Body::Getcfilters(GetCFilters {
                filter_type: 0,
                start_height: 800_000,
                stop_hash: bytes(4),
            }),
        ),
        (
            "getcfheaders",
            Msg::Getcfheaders(range),
            Body::Getcfheaders(GetCfHeaders {
                filter_type: 0,
                start_height: 800_000,
                stop_hash: bytes(4),
            }),
        ),
        (
            "getcfcheckpt",
            Msg::Getcfcheckpt(stop),
            Body::Getcfcheckpt(GetCfCheckpt {
                filter_type: 0,
                stop_hash: bytes(4),
            }),
        ),
        ("verack", Msg::Verack(true), Body::Verack(Verack {})),
        (
            "sendheaders",
            Msg::Sendheaders(true),
            Body::Sendheaders(SendHeaders {}),
        ),
        ("getaddr", Msg::Getaddr(true), Body::Getaddr(GetAddr {})),
        ("mempool", Msg::Mempool(true), Body::Mempool(Mempool {})),
        (
            "wtxidrelay",
            Msg::Wtxidrelay(true),
            Body::Wtxidrelay(WtxidRelay {}),
        ),
        (
            "sendaddrv2",
            Msg::Sendaddrv2(true),
            Body::Sendaddrv2(SendAddrV2 {}),
        ),
        (
            "filterclear",
            Msg::Filterclear(true),
            Body::Filterclear(FilterClear {}),
        ),
        (
            "reject",
            Msg::Reject(reject),
            Body::Reject(Reject {
                rejected_command: "tx".to_owned(),
                code: 0x42,
                reason: "min relay fee not met".to_owned(),
                hash: Some(bytes(9)),
            }),
        ),
    ]
}
