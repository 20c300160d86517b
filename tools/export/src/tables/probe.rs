//! What our own P2P connection shows.

use peer_observer_event::probe_announcement::Body;
use peer_observer_event::{Event, Payload, ProbeAnnouncement};

use super::json::json;
use super::{Tables, p2p};
use crate::ExportError;
use crate::column::{Blob, Count, Flag, Hash, Integer, Maybe, Text, Word};
use crate::columns::columns;
use crate::output::Output;

columns! {
    /// What the probe sees.
    Events, EventRow {
        /// `connected`, `disconnected`, `ping`, `announcement`.
        event: Word,
        /// Of `connected`: where the probe listens.
        listen_address: Maybe<Text>,
        /// Of `connected`: where the node connected from.
        node_address: Maybe<Text>,
        /// Of `connected`: `v1`, `v2`.
        transport: Maybe<Word>,
        /// Of `connected`: the node's number for the probe.
        peer_id: Maybe<Count>,
        /// Of `connected`: this is certainly the right node.
        verified: Maybe<Flag>,
        /// Of `connected`: the node's version message, in JSON.
        version: Maybe<Text>,
        /// Of `connected`: how long the handshake took; of `disconnected`: how long the
        /// connection lasted; of `ping`: how long the answer took.
        duration_ns: Maybe<Count>,
        /// Of `disconnected`: why, for people.
        reason: Maybe<Text>,
        /// Of `disconnected`: messages that came over the connection.
        received_messages: Maybe<Count>,
        /// Of `announcement`, as are all columns from here: `addr`, `addrv2`, `inv`,
        /// `feefilter`, `headers` or `cmpctblock`.
        command: Maybe<Text>,
        /// Without the transport's framing.
        payload_bytes: Maybe<Count>,
        /// How many things the message lists.
        entries: Maybe<Count>,
        /// Of `cmpctblock`.
        block_hash: Hash,
        /// Of `feefilter`.
        feerate_sat_per_kvb: Maybe<Integer>,
        /// What is wrong with an undecodable message.
        error: Maybe<Text>,
        /// Where in the payload it is, in bytes.
        error_offset: Maybe<Count>,
        /// The first bytes of an undecodable message.
        first_bytes: Maybe<Blob>,
    }
}

pub(super) fn push(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    payload: &Payload,
) -> Result<(), ExportError> {
    let version;
    let row = match payload {
        Payload::ProbeConnected(connected) => {
            version = connected.version.as_ref().map(json);
            EventRow {
                event: "connected",
                listen_address: Some(&connected.listen_address),
                node_address: Some(&connected.node_address),
                transport: Some(connected.transport().word()),
                peer_id: connected.peer_id,
                verified: Some(connected.verified),
                version: version.as_deref(),
                duration_ns: Some(connected.handshake_ns),
                ..EventRow::default()
            }
        }
        Payload::ProbeDisconnected(disconnected) => EventRow {
            event: "disconnected",
            duration_ns: Some(disconnected.duration_ns),
            reason: Some(&disconnected.reason),
            received_messages: Some(disconnected.received_messages),
            ..EventRow::default()
        },
        Payload::ProbePing(ping) => EventRow {
            event: "ping",
            duration_ns: Some(ping.round_trip_ns),
            ..EventRow::default()
        },
        Payload::ProbeAnnouncement(announcement) => {
            push_parts(tables, output, event, announcement)?;
            of_announcement(announcement)
        }
        _ => return Ok(()),
    };
    tables.probe.push(output, event, row)
}

fn of_announcement(announcement: &ProbeAnnouncement) -> EventRow<'_> {
    let mut row = EventRow {
        event: "announcement",
        command: Some(&announcement.command),
        payload_bytes: Some(announcement.payload_bytes),
        ..EventRow::default()
    };
    let entries = match &announcement.body {
        Some(Body::Addr(addr)) => Some(addr.entries.len()),
        Some(Body::Addrv2(addr)) => Some(addr.entries.len()),
        Some(Body::Inv(inv)) => Some(inv.items.len()),
        Some(Body::Headers(headers)) => Some(headers.headers.len()),
        Some(Body::Feefilter(filter)) => {
            row.feerate_sat_per_kvb = Some(filter.feerate_sat_per_kvb);
            None
        }
        Some(Body::Cmpctblock(block)) => {
            let header = block.header.as_ref();
            row.block_hash = header.map_or(&[], |header| &header.hash);
            Some(block.short_ids.len() + block.prefilled.len())
        }
        Some(Body::Undecodable(undecodable)) => {
            row.error = Some(&undecodable.error);
            row.error_offset = Some(undecodable.offset);
            row.first_bytes = Some(&undecodable.first_bytes);
            None
        }
        None => None,
    };
    row.entries = entries.map(|entries| entries as u64);
    row
}

fn push_parts(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    announcement: &ProbeAnnouncement,
) -> Result<(), ExportError> {
    let addresses = &mut tables.probe_address;
    let headers = &mut tables.probe_header;
    match &announcement.body {
        Some(Body::Addr(addr)) => p2p::push_addresses(addresses, output, event, &addr.entries),
        Some(Body::Addrv2(addr)) => p2p::push_addresses(addresses, output, event, &addr.entries),
        Some(Body::Inv(inv)) => {
            p2p::push_inventory(&mut tables.probe_inventory, output, event, &inv.items)
        }
        Some(Body::Headers(list)) => p2p::push_headers(headers, output, event, &list.headers),
        Some(Body::Cmpctblock(block)) => p2p::push_headers(headers, output, event, &block.header),
        Some(Body::Feefilter(_) | Body::Undecodable(_)) | None => Ok(()),
    }
}
