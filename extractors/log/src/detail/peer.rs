//! Peers that come and misbehave.

use peer_observer_event::log_line::Detail;
use peer_observer_event::{LogPeerConnected, LogPeerMisbehaving};

use super::scan::Scan;

/// `New ... peer connected: ...` (net_processing.cpp), which is written
///
/// * `New outbound peer connected: version: 70016, blocks=1, peer=2 (TYPE)` up to Core 24,
/// * `New TYPE v2 peer connected: version: ...` up to Core 29,
/// * `New TYPE peer connected: transport: v2, version: 70016, blocks=1 peer=2` in Core 30,
/// * `New TYPE peer connected: transport: v2, version: 70016, peer=2` since Core 31.
pub(super) fn connected(mut rest: Scan<'_>) -> Option<Detail> {
    let mut kind = Scan(rest.until("peer connected: ")?.trim_end());
    let (connection_type, mut transport) = match kind.until(" ") {
        Some(connection_type) => (connection_type, Some(kind.0)),
        None => (kind.0, None),
    };
    let mut connected = LogPeerConnected {
        connection_type: Some(connection_type.to_owned()),
        ..LogPeerConnected::default()
    };
    if connection_type == "outbound"
        && let Some((_, kind)) = rest.0.rsplit_once(" (")
    {
        connected.connection_type = kind.strip_suffix(')').map(str::to_owned);
    }
    let mut peer_id = None;
    // `name: value` or `name=value`, with or without a comma between them.
    let mut label = None;
    for word in rest.0.split([' ', ',']).filter(|word| !word.is_empty()) {
        let (name, value) = match (label.take(), word.strip_suffix(':'), word.split_once('=')) {
            (Some(name), _, _) => (name, word),
            (None, Some(name), _) => {
                label = Some(name);
                continue;
            }
            (None, None, Some(pair)) => pair,
            (None, None, None) => continue,
        };
        let mut number = Scan(value);
        match name {
            "transport" => transport = Some(value),
            "version" => connected.version = number.number(),
            "blocks" => connected.start_height = number.number(),
            "peer" => peer_id = number.number(),
            "peeraddr" => connected.address = Some(value.to_owned()),
            _ => {}
        }
    }
    connected.peer_id = peer_id?;
    connected.transport = transport.map(str::to_owned);
    Some(Detail::PeerConnected(connected))
}

/// `Misbehaving: peer=1: REASON`, or up to Core 27 `Misbehaving: peer=1
/// (0 -> 100) DISCOURAGE THRESHOLD EXCEEDED: REASON` (net_processing.cpp).
pub(super) fn misbehaving(mut rest: Scan<'_>) -> Option<Detail> {
    let peer_id = rest.field("peer=")?;
    let reason = rest.until(": ").map(|_| rest.0).unwrap_or_default();
    Some(Detail::PeerMisbehaving(LogPeerMisbehaving {
        peer_id,
        reason: reason.to_owned(),
    }))
}
