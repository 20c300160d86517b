//! `getpeerinfo`.

use peer_observer_event::{Event, PeerInfo, PeerInfos};

use crate::ExportError;
use crate::column::{Count, Flag, Integer, Maybe, Number, Text, Unsigned};
use crate::columns::columns;
use crate::output::Output;
use crate::tables::Tables;
use crate::tables::address::split;
use crate::tables::json::{json_list, json_map};

columns! {
    /// Peers, as in `bitcoin-cli help getpeerinfo`. What a version of the node does not tell is NULL.
    Peers, PeerRow {
        /// The node's number for the peer.
        peer_id: Maybe<Count>,
        /// Address and port, or the host name of `-addnode`.
        address: Maybe<Text>,
        /// What `address` has before the port, without brackets.
        host: Maybe<Text>,
        /// The port in `address`.
        port: Maybe<Count>,
        /// The node's own end of the connection.
        address_bind: Maybe<Text>,
        /// The node's address as the peer says it.
        address_local: Maybe<Text>,
        /// `ipv4`, `ipv6`, `onion`, `i2p`, `cjdns`, `not_publicly_routable`.
        network: Maybe<Text>,
        /// Autonomous system, with `-asmap`.
        mapped_as: Maybe<Count>,
        /// `inbound`, `outbound-full-relay`, ...
        connection_type: Maybe<Text>,
        /// Did the peer connect to the node?
        inbound: Maybe<Flag>,
        /// `detecting`, `v1`, `v2`.
        transport: Maybe<Text>,
        /// Of v2 connections.
        session_id: Maybe<Text>,
        /// Protocol version.
        version: Maybe<Integer>,
        /// The peer's name and version of its software. Chosen by the peer.
        user_agent: Maybe<Text>,
        /// The bit field of what the peer offers.
        services: Maybe<Unsigned>,
        /// Does the peer want transactions?
        relay_transactions: Maybe<Flag>,
        /// The peer's lowest fee rate (`feefilter`).
        minimum_feerate_btc_per_kvb: Maybe<Number>,
        /// Of the mempool when the node last sent an `inv`.
        last_inv_sequence: Maybe<Integer>,
        /// Transactions that wait to be announced to the peer.
        inv_to_send: Maybe<Count>,
        /// When the connection was made.
        opened_unix_seconds: Maybe<Integer>,
        /// When the node last sent something.
        last_send_unix_seconds: Maybe<Integer>,
        /// When the node last received something.
        last_receive_unix_seconds: Maybe<Integer>,
        /// When the peer last sent a transaction that the node took.
        last_transaction_unix_seconds: Maybe<Integer>,
        /// When the peer last sent a block that the node took.
        last_block_unix_seconds: Maybe<Integer>,
        /// Framing included.
        sent_bytes: Maybe<Count>,
        /// Framing included.
        received_bytes: Maybe<Count>,
        /// `sent_bytes` by message type, in JSON.
        sent_bytes_by_command: Maybe<Text>,
        /// `received_bytes` by message type, in JSON.
        received_bytes_by_command: Maybe<Text>,
        /// The peer's clock against the node's.
        time_offset_seconds: Maybe<Integer>,
        /// Round trip of the last ping that was answered.
        ping_time_seconds: Maybe<Number>,
        /// The shortest so far.
        minimum_ping_seconds: Maybe<Number>,
        /// How long a ping waits for its answer.
        ping_wait_seconds: Maybe<Number>,
        /// The node wants compact blocks unasked from the peer.
        high_bandwidth_to: Maybe<Flag>,
        /// The peer wants compact blocks unasked from the node.
        high_bandwidth_from: Maybe<Flag>,
        /// Height of the peer's chain at the handshake.
        starting_height: Maybe<Integer>,
        /// Height to which headers were checked before they are kept; -1 when none are.
        presynced_headers: Maybe<Integer>,
        /// Last header that both have.
        synced_headers: Maybe<Integer>,
        /// Last block that both have.
        synced_blocks: Maybe<Integer>,
        /// Heights of the blocks that were asked for, a list in JSON.
        inflight_heights: Maybe<Text>,
        /// Are addresses relayed to and from the peer?
        address_relay_enabled: Maybe<Flag>,
        /// Addresses from the peer that were taken.
        addresses_processed: Maybe<Count>,
        /// Addresses from the peer that were dropped as too many.
        addresses_rate_limited: Maybe<Count>,
        /// Special permissions, a list in JSON.
        permissions: Maybe<Text>,
        /// What this version of peer-observer does not know of the reply, in JSON.
        other_fields: Maybe<Text>,
    }
}

pub(super) fn push(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    reply: &PeerInfos,
) -> Result<(), ExportError> {
    for peer in &reply.peers {
        push_peer(tables, output, event, peer)?;
    }
    Ok(())
}

fn push_peer(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    peer: &PeerInfo,
) -> Result<(), ExportError> {
    let parts = peer.address.as_deref().map(split);
    let sent = json_map(&peer.sent_bytes_by_command);
    let received = json_map(&peer.received_bytes_by_command);
    let inflight = json_list(&peer.inflight_heights);
    let permissions = json_list(&peer.permissions);
    let other = json_map(&peer.other_fields);
    let row = PeerRow {
        peer_id: peer.peer_id,
        address: peer.address.as_deref(),
        host: parts.map(|(host, _)| host),
        port: parts.and_then(|(_, port)| port),
        address_bind: peer.address_bind.as_deref(),
        address_local: peer.address_local.as_deref(),
        network: peer.network.as_deref(),
        mapped_as: peer.mapped_as.map(u64::from),
        connection_type: peer.connection_type.as_deref(),
        inbound: peer.inbound,
        transport: peer.transport.as_deref(),
        session_id: peer.session_id.as_deref(),
        version: peer.version,
        user_agent: peer.user_agent.as_deref(),
        services: peer.services,
        relay_transactions: peer.relay_transactions,
        minimum_feerate_btc_per_kvb: peer.minimum_feerate_btc_per_kvb,
        last_inv_sequence: peer.last_inv_sequence,
        inv_to_send: peer.inv_to_send,
        opened_unix_seconds: peer.opened_unix_seconds,
        last_send_unix_seconds: peer.last_send_unix_seconds,
        last_receive_unix_seconds: peer.last_receive_unix_seconds,
        last_transaction_unix_seconds: peer.last_transaction_unix_seconds,
        last_block_unix_seconds: peer.last_block_unix_seconds,
        sent_bytes: peer.sent_bytes,
        received_bytes: peer.received_bytes,
        sent_bytes_by_command: sent.as_deref(),
        received_bytes_by_command: received.as_deref(),
        time_offset_seconds: peer.time_offset_seconds,
        ping_time_seconds: peer.ping_time_seconds,
        minimum_ping_seconds: peer.minimum_ping_seconds,
        ping_wait_seconds: peer.ping_wait_seconds,
        high_bandwidth_to: peer.high_bandwidth_to,
        high_bandwidth_from: peer.high_bandwidth_from,
        starting_height: peer.starting_height,
        presynced_headers: peer.presynced_headers,
        synced_headers: peer.synced_headers,
        synced_blocks: peer.synced_blocks,
        inflight_heights: inflight.as_deref(),
        address_relay_enabled: peer.address_relay_enabled,
        addresses_processed: peer.addresses_processed,
        addresses_rate_limited: peer.addresses_rate_limited,
        permissions: permissions.as_deref(),
        other_fields: other.as_deref(),
    };
    tables.rpc_peer.push(output, event, row)
}
