//! What of the node's messages is published.

use peer_observer_event::probe_announcement::Body as Announced;
use peer_observer_event::{Body, ProbeAnnouncement};

use crate::P2pExtractorSettings;

/// Is a message of this type published?
pub(crate) fn is_wanted(command: &str, settings: &P2pExtractorSettings) -> bool {
    match command {
        "addr" | "addrv2" => settings.addresses,
        "inv" => settings.inventory,
        "feefilter" => settings.fee_filter,
        "headers" | "cmpctblock" => settings.blocks,
        _ => false,
    }
}

/// A wanted message as it is published; `None` for a body of another type.
pub(crate) fn announcement(
    command: String,
    payload_bytes: u64,
    body: Body,
) -> Option<ProbeAnnouncement> {
    let body = match body {
        Body::Addr(addr) => Announced::Addr(addr),
        Body::Addrv2(addr) => Announced::Addrv2(addr),
        Body::Inv(inv) => Announced::Inv(inv),
        Body::Feefilter(filter) => Announced::Feefilter(filter),
        Body::Headers(headers) => Announced::Headers(headers),
        Body::Cmpctblock(block) => Announced::Cmpctblock(*block),
        Body::Undecodable(undecodable) => Announced::Undecodable(*undecodable),
        _ => return None,
    };
    Some(ProbeAnnouncement {
        command,
        payload_bytes,
        body: Some(body),
    })
}
