//! Bytes of somebody else become events of ours.

use std::sync::Arc;

use peer_observer_bus::{Arrivals, Bus, Hop};
use peer_observer_event::{Event, Kind};
use prost::Message;

use super::HOP;
use crate::subject::{self, Wanted};

/// A body that takes less does not count, as with live events. In bytes.
const SMALL_BYTES: usize = 512;

/// Decodes, leaves out what is not wanted, ours, or here already, and counts.
pub(super) struct Incoming {
    pub(super) bus: Bus,
    wanted: Wanted,
    arrivals: Arrivals,
    hop: Hop,
    /// The last instance, and whether it is of this process: events come in runs.
    last_instance: (u64, bool),
    // What is not in the hop's counters yet.
    whole: u64,
    missing: u64,
    undecodable: u64,
    expired: u64,
}

impl Incoming {
    pub(super) fn new(bus: &Bus, wanted: &Wanted) -> Incoming {
        Incoming {
            bus: bus.clone(),
            wanted: wanted.clone(),
            arrivals: Arrivals::new(wanted.kinds),
            hop: bus.hop(HOP, ""),
            last_instance: (0, false),
            whole: 0,
            missing: 0,
            undecodable: 0,
            expired: 0,
        }
    }

    /// The event in a message, and the memory of its body in bytes; `None`
    /// where there is nothing for us.
    pub(super) fn decode(&mut self, subject: &str, payload: &[u8]) -> Option<(Arc<Event>, usize)> {
        let (node, kind) = subject::parse(subject)?;
        if kind == Kind::Unspecified {
            // Of a later version: it would be no event of ours.
            self.undecodable += 1;
            return None;
        }
        if !self.wanted.contains(node, kind) {
            return None;
        }
        // Decoded in place: an event is large, and moving it costs.
        let mut event = Arc::new(Event::default());
        let decoded = Arc::get_mut(&mut event)?.merge(payload);
        if decoded.is_err() || event.node != node {
            self.undecodable += 1;
            return None;
        }
        // What this process made is on its bus already.
        if self.last_instance.0 != event.instance {
            self.last_instance = (event.instance, self.bus.has_made(event.instance));
        }
        if self.last_instance.1 {
            return None;
        }
        // Ticks have no holes that would say anything.
        if kind != Kind::Tick {
            let arrival = self.arrivals.arrived(&event);
            self.missing += arrival.missing;
            if !arrival.is_new {
                return None;
            }
        }
        self.whole += 1;
        let bulk_bytes = match payload.len() {
            size if size > SMALL_BYTES => size,
            _ => 0,
        };
        Some((event, bulk_bytes))
    }

    /// So many messages had left the stream before we came back to it.
    pub(super) fn expired(&mut self, messages: u64) {
        self.expired += messages;
    }

    /// Puts the counters of a batch into the hop, and tells the subscriptions what
    /// did not come.
    pub(super) fn count(&mut self) {
        let dropped = [
            ("missing", self.missing),
            ("undecodable", self.undecodable),
            ("expired", self.expired),
        ];
        self.hop.add(self.whole, 0, &dropped);
        self.bus
            .missed(self.missing + self.undecodable + self.expired);
        (self.whole, self.missing, self.undecodable, self.expired) = (0, 0, 0, 0);
    }
}
