//! Connections, mempool, validation, and the tracepoints that nobody has any more.

use peer_observer_event::{
    BlockConnected, ConnectionClosed, ConnectionEvicted, ConnectionMisbehaving, ConnectionOpened,
    ConnectionType, Direction, MempoolAdded, MempoolRejected, MempoolRemoved, MempoolReplaced,
    Network, Payload,
};

use crate::old::ebpf::{
    self, Added, AddrmanEvent, Connected, Connection, ConnectionEvent, InsertNew, InsertTried,
    Inserted, Kind, Mempool, MempoolEvent, Misbehaving, Rejected, Removed, Replaced,
    ValidationEvent, WithConnection,
};
use crate::support::{hash, items, payload};

const ADDRESS: &str = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion:8333";

fn of_kind(kind: Kind) -> Payload {
    payload(kind.event().event.expect("it was made with one"))
}

fn with(conn_type: i32, network: u32) -> WithConnection {
    let conn = Connection {
        peer_id: 7,
        addr: ADDRESS.to_owned(),
        conn_type,
        network,
    };
    WithConnection { conn, number: 11 }
}

fn connected(event: Connected) -> Payload {
    let event = Some(event);
    of_kind(Kind::Connection(ConnectionEvent { event }))
}

fn opened(connection_type: ConnectionType, network: Network, direction: Direction) -> Payload {
    Payload::ConnectionOpened(ConnectionOpened {
        peer_id: 7,
        address: ADDRESS.to_owned(),
        address_cut: false,
        network: network.into(),
        connection_type: connection_type.into(),
        direction: direction.into(),
        existing_connections: 11,
    })
}

#[test]
fn connections_open_in_both_directions() {
    assert_eq!(
        connected(Connected::Inbound(with(1, 3))),
        opened(ConnectionType::Inbound, Network::Onion, Direction::Inbound)
    );
    assert_eq!(
        connected(Connected::Outbound(with(2, 1))),
        opened(
            ConnectionType::OutboundFullRelay,
            Network::Ipv4,
            Direction::Outbound
        )
    );
}

#[test]
fn networks_and_connection_types_are_those_of_core() {
    let networks = [
        Network::NotPubliclyRoutable,
        Network::Ipv4,
        Network::Ipv6,
        Network::Onion,
        Network::I2p,
        Network::Cjdns,
        Network::Internal,
        Network::Unknown,
    ];
    for (number, network) in networks.into_iter().enumerate() {
        let found = connected(Connected::Inbound(with(1, number as u32)));
        assert_eq!(
            found,
            opened(ConnectionType::Inbound, network, Direction::Inbound)
        );
    }
    // 0 stands for Core's manual, addr-fetch and private-broadcast.
    let types = [
        ConnectionType::Unspecified,
        ConnectionType::Inbound,
        ConnectionType::OutboundFullRelay,
        ConnectionType::BlockRelayOnly,
        ConnectionType::Feeler,
    ];
    for (number, connection_type) in types.into_iter().enumerate() {
        let found = connected(Connected::Outbound(with(number as i32, 1)));
        assert_eq!(
            found,
            opened(connection_type, Network::Ipv4, Direction::Outbound)
        );
    }
}

#[test]
fn connections_end() {
    let closed = ConnectionClosed {
        peer_id: 7,
        address: ADDRESS.to_owned(),
        address_cut: false,
        network: Network::Onion.into(),
        connection_type: ConnectionType::BlockRelayOnly.into(),
        opened_unix_seconds: 11,
    };
    let found = connected(Connected::Closed(with(3, 3)));
    assert_eq!(found, Payload::ConnectionClosed(closed));
    let evicted = ConnectionEvicted {
        peer_id: 7,
        address: ADDRESS.to_owned(),
        address_cut: false,
        network: Network::Onion.into(),
        connection_type: ConnectionType::Inbound.into(),
        opened_unix_seconds: 11,
    };
    let found = connected(Connected::InboundEvicted(with(1, 3)));
    assert_eq!(found, Payload::ConnectionEvicted(evicted));
    let misbehaving = Misbehaving {
        id: 9,
        message: "headers message size = 2001".to_owned(),
    };
    let expected = ConnectionMisbehaving {
        peer_id: 9,
        reason: misbehaving.message.clone(),
        reason_cut: false,
    };
    let found = connected(Connected::Misbehaving(misbehaving));
    assert_eq!(found, Payload::ConnectionMisbehaving(expected));
}

fn mempool(event: Mempool) -> Payload {
    let event = Some(event);
    of_kind(Kind::Mempool(MempoolEvent { event }))
}

#[test]
fn the_mempool_changes() {
    let added = Added {
        txid: hash(1),
        vsize: 250,
        fee: -3,
    };
    let expected = MempoolAdded {
        txid: hash(1).into(),
        size_vbytes: 250,
        fee_sat: -3,
    };
    assert_eq!(
        mempool(Mempool::Added(added)),
        Payload::MempoolAdded(expected)
    );

    let rejected = Rejected {
        txid: hash(1),
        reason: "min relay fee not met".to_owned(),
    };
    let expected = MempoolRejected {
        txid: hash(1).into(),
        reason: rejected.reason.clone(),
        reason_cut: false,
    };
    assert_eq!(
        mempool(Mempool::Rejected(rejected)),
        Payload::MempoolRejected(expected)
    );

    let replaced = Replaced {
        replaced_txid: hash(1),
        replaced_vsize: 2,
        replaced_fee: 3,
        replaced_entry_time: 4,
        replacement_id: hash(5),
        replacement_vsize: 6,
        replacement_fee: 7,
        replaced_by_transaction: true,
    };
    let expected = MempoolReplaced {
        txid: hash(1).into(),
        size_vbytes: 2,
        fee_sat: 3,
        entered_unix_seconds: 4,
        replacement_hash: hash(5).into(),
        replacement_size_vbytes: 6,
        replacement_fee_sat: 7,
        replaced_by_transaction: true,
    };
    let expected = Payload::MempoolReplaced(Box::new(expected));
    assert_eq!(mempool(Mempool::Replaced(replaced)), expected);
}

/// Their buffer cuts one of Core's words.
#[test]
fn reasons_of_removal_are_cores_words() {
    for (theirs, ours) in [("expiry", "expiry"), ("sizelimi", "sizelimit"), ("", "")] {
        let removed = Removed {
            txid: hash(1),
            reason: theirs.to_owned(),
            vsize: 2,
            fee: 3,
            entry_time: 4,
        };
        let expected = MempoolRemoved {
            txid: hash(1).into(),
            reason: ours.to_owned(),
            size_vbytes: 2,
            fee_sat: 3,
            entered_unix_seconds: 4,
        };
        assert_eq!(
            mempool(Mempool::Removed(removed)),
            Payload::MempoolRemoved(expected)
        );
    }
}

#[test]
fn a_block_is_connected() {
    let block_connected = ebpf::BlockConnected {
        hash: hash(1),
        height: 900_000,
        transactions: 3_000,
        inputs: 7_000,
        sigops: 80_000,
        connection_time: 123_456_789,
    };
    let expected = BlockConnected {
        block_hash: hash(1).into(),
        height: 900_000,
        transaction_count: 3_000,
        input_count: 7_000,
        sigops_cost: 80_000,
        duration_ns: 123_456_789,
    };
    let block_connected = Some(block_connected);
    let found = of_kind(Kind::Validation(ValidationEvent { block_connected }));
    assert_eq!(found, Payload::BlockConnected(expected));
}

/// Tracepoints that Bitcoin Core never had.
#[test]
fn insertions_into_addrman_are_counted() {
    let addrman = |event| {
        let event = Some(event);
        Kind::Addrman(AddrmanEvent { event }).event()
    };
    let inserted = InsertNew {
        inserted: true,
        bucket: 5,
    };
    let tried = Inserted::Tried(InsertTried { bucket: 6 });
    let file = crate::old::file(&[
        addrman(Inserted::New(inserted)),
        addrman(tried.clone()),
        addrman(tried),
    ]);
    let (items, reader) = items(&file);
    assert_eq!(items, []);
    let skipped: Vec<_> = reader.skipped().iter().collect();
    assert_eq!(
        skipped,
        [(&"addrman_insert_new", &1), (&"addrman_insert_tried", &2)]
    );
}
