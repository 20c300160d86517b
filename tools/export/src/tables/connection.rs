//! Connections.

use peer_observer_event::{Event, Payload};

use super::Tables;
use super::address::{network_word, split};
use crate::ExportError;
use crate::column::{Count, Flag, Maybe, Text, Word};
use crate::columns::columns;
use crate::output::Output;

columns! {
    /// What happens to connections.
    Connections, ConnectionRow {
        /// `opened`, `closed`, `evicted` (had to make room for another), `misbehaving`.
        event: Word,
        /// The peer, by the node's number for it.
        peer_id: Count,
        /// The peer as the node names it: address and port, or the host name of `-addnode`.
        /// NULL for `misbehaving`, as are all columns to `connection_type`.
        address: Maybe<Text>,
        /// The end of `address` is missing.
        address_cut: Maybe<Flag>,
        /// What `address` has before the port, without brackets.
        host: Maybe<Text>,
        /// The port in `address`.
        port: Maybe<Count>,
        /// `ipv4`, `ipv6`, `onion`, `i2p`, `cjdns`, `not_publicly_routable`.
        network: Maybe<Word>,
        /// As in `p2p_message`.
        connection_type: Maybe<Word>,
        /// Of `opened`: `inbound`, `outbound`.
        direction: Maybe<Word>,
        /// Of `opened`: how many connections of this direction there are, with this one.
        existing_connections: Maybe<Count>,
        /// Of `closed` and `evicted`: when the connection was opened.
        opened_unix_seconds: Maybe<Count>,
        /// Of `misbehaving`: Core's description of what the peer did.
        reason: Maybe<Text>,
        /// The end of `reason` is missing.
        reason_cut: Maybe<Flag>,
    }
}

pub(super) fn push(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    payload: &Payload,
) -> Result<(), ExportError> {
    let row = match payload {
        Payload::ConnectionOpened(opened) => ConnectionRow {
            event: "opened",
            network: Some(network_word(opened.network)),
            connection_type: Some(opened.connection_type().word()),
            direction: Some(opened.direction().word()),
            existing_connections: Some(opened.existing_connections),
            ..of_peer(opened.peer_id, &opened.address, opened.address_cut)
        },
        Payload::ConnectionClosed(closed) => ConnectionRow {
            event: "closed",
            network: Some(network_word(closed.network)),
            connection_type: Some(closed.connection_type().word()),
            opened_unix_seconds: Some(closed.opened_unix_seconds),
            ..of_peer(closed.peer_id, &closed.address, closed.address_cut)
        },
        Payload::ConnectionEvicted(evicted) => ConnectionRow {
            event: "evicted",
            network: Some(network_word(evicted.network)),
            connection_type: Some(evicted.connection_type().word()),
            opened_unix_seconds: Some(evicted.opened_unix_seconds),
            ..of_peer(evicted.peer_id, &evicted.address, evicted.address_cut)
        },
        Payload::ConnectionMisbehaving(misbehaving) => ConnectionRow {
            event: "misbehaving",
            peer_id: misbehaving.peer_id,
            reason: Some(&misbehaving.reason),
            reason_cut: Some(misbehaving.reason_cut),
            ..ConnectionRow::default()
        },
        _ => return Ok(()),
    };
    tables.connection.push(output, event, row)
}

fn of_peer(peer_id: u64, address: &str, address_cut: bool) -> ConnectionRow<'_> {
    let (host, port) = match address_cut {
        true => (address, None),
        false => split(address),
    };
    ConnectionRow {
        peer_id,
        address: Some(address),
        address_cut: Some(address_cut),
        host: Some(host),
        port,
        ..ConnectionRow::default()
    }
}
