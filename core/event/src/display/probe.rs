//! What our own P2P connection shows.

use std::fmt::{self, Formatter};

use super::text::{Counted, Milliseconds, Plain, Quoted, Tally};
use crate::probe_announcement::Body;
use crate::{ProbeAnnouncement, ProbeConnected, ProbeDisconnected, ProbePing, inventory_type_word};

pub(super) fn connected(f: &mut Formatter<'_>, connected: &ProbeConnected) -> fmt::Result {
    let (node, transport) = (Plain(&connected.node_address), connected.transport().word());
    write!(f, " {node} {transport}")?;
    match connected.peer_id {
        Some(peer_id) => write!(f, " peer={peer_id}")?,
        None if connected.verified => {}
        None => f.write_str(" unverified")?,
    }
    let version = connected.version.as_ref();
    if let Some(agent) = version.and_then(|version| version.user_agent.as_deref()) {
        write!(f, " {}", Quoted(agent))?;
    }
    write!(f, " in {}", Milliseconds(connected.handshake_ns))
}

pub(super) fn disconnected(f: &mut Formatter<'_>, ended: &ProbeDisconnected) -> fmt::Result {
    let (messages, seconds) = (ended.received_messages, ended.duration_ns / 1_000_000_000);
    write!(
        f,
        " after {seconds} s messages={messages} {}",
        Quoted(&ended.reason)
    )
}

pub(super) fn ping(f: &mut Formatter<'_>, ping: &ProbePing) -> fmt::Result {
    write!(f, " {}", Milliseconds(ping.round_trip_ns))
}

pub(super) fn announcement(f: &mut Formatter<'_>, announcement: &ProbeAnnouncement) -> fmt::Result {
    let command = Plain(&announcement.command);
    write!(f, " {command} {} B", announcement.payload_bytes)?;
    match &announcement.body {
        Some(Body::Addr(addr)) => write!(f, " {}", Counted(addr.entries.len(), "entry")),
        Some(Body::Addrv2(addr)) => write!(f, " {}", Counted(addr.entries.len(), "entry")),
        Some(Body::Inv(inv)) => {
            let words = inv
                .items
                .iter()
                .map(|item| inventory_type_word(item.r#type));
            let tally: Tally = words.map(|word| word.unwrap_or("unknown")).collect();
            write!(f, " {tally}")
        }
        Some(Body::Feefilter(filter)) => {
            write!(f, " {} sat/kvB", filter.feerate_sat_per_kvb)
        }
        Some(Body::Headers(headers)) => {
            write!(f, " {}", Counted(headers.headers.len(), "header"))
        }
        Some(Body::Cmpctblock(block)) => {
            let short_ids = block.short_ids.len();
            write!(f, " {}", Counted(short_ids, "short id"))
        }
        Some(Body::Undecodable(undecodable)) => write!(f, " {}", Quoted(&undecodable.error)),
        None => Ok(()),
    }
}
