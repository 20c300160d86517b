//! The part of the events that a client with a limit gets.

use std::num::NonZeroU16;
use std::sync::Arc;
use std::time::Duration;

use peer_observer_event::{COMMANDS, Event, Kind, LogLevel, Payload};
use serde::Serialize;
use tokio::time::Instant;

use super::budget::Budget;
use super::search::Search;
use crate::view::Command;

/// Time between two looks at the queue: a client with a limit is woken ten
/// times a second, however much happens.
const WINDOW: Duration = Duration::from_millis(100);

/// Frames for a client with a limit, in bytes per second.
const BYTES_PER_SECOND: u32 = 4 << 20;

/// The longest event for a client with a limit, in bytes: more than any of a
/// peer, less than a reply with the node's whole address manager.
pub(super) const LONGEST_SAMPLED: usize = 1 << 20;

/// Commands, those not known as one, kinds, and levels of log lines.
const CLASSES: usize = FIRST_LEVEL + LogLevel::Error as usize + 1;
const FIRST_KIND: usize = COMMANDS.len() + 1;
const FIRST_LEVEL: usize = FIRST_KIND + Kind::ALL.len() + 1;

/// What a client did not get of the kinds that it wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct LeftOut {
    /// Wanted, and more than its limit allows.
    pub(super) limit: u64,
    /// Not what its filters want.
    pub(super) filter: u64,
}

/// Picks events, at most so many per second. In each window every command, every
/// level of log lines and every other kind has the same share while there is
/// something of it, so that a flood of one hides nothing of the others.
pub(super) struct Sample {
    events: Budget,
    bytes: Budget,
    search: Option<Search>,
    next_look: Instant,
    kept: Vec<(usize, Arc<Event>)>,
    /// How many of `kept` are of which class.
    shares: [usize; CLASSES],
    pub(super) left_out: LeftOut,
}

impl Sample {
    pub(super) fn new(max_per_second: NonZeroU16, text: Option<&str>, now: Instant) -> Sample {
        Sample {
            events: Budget::new(max_per_second.get().into(), now),
            bytes: Budget::new(BYTES_PER_SECOND, now),
            search: text
                .filter(|text| !text.is_empty())
                .map(|text| Search::new(text, now)),
            next_look: now,
            kept: Vec::new(),
            shares: [0; CLASSES],
            left_out: LeftOut::default(),
        }
    }

    /// When to look at the queue again.
    pub(super) fn next_look(&self) -> Instant {
        self.next_look
    }

    /// A window begins.
    pub(super) fn begin(&mut self, now: Instant) {
        self.next_look = now + WINDOW;
        self.events.refill(now);
        self.bytes.refill(now);
        if let Some(search) = &mut self.search {
            search.refill(now);
        }
    }

    /// An event that the filter wants.
    pub(super) fn offer(&mut self, event: Arc<Event>) {
        match self.search.as_mut().map(|search| search.finds(&event)) {
            Some(None) => return self.left_out.limit += 1,
            Some(Some(false)) => return self.left_out.filter += 1,
            Some(Some(true)) | None => {}
        }
        let class = class_of(&event);
        if self.kept.len() < self.events.available() {
            self.shares[class] += 1;
            return self.kept.push((class, event));
        }
        self.left_out.limit += 1;
        let largest = (0..CLASSES).max_by_key(|class| self.shares[*class]);
        let Some(largest) =
            largest.filter(|largest| self.shares[class] + 1 < self.shares[*largest])
        else {
            return;
        };
        if let Some(place) = self.kept.iter().rposition(|(class, _)| *class == largest) {
            self.shares[largest] -= 1;
            self.shares[class] += 1;
            self.kept[place] = (class, event);
        }
    }

    /// The window ends: what was picked, in the order of the bus.
    pub(super) fn take(&mut self) -> Vec<Arc<Event>> {
        self.shares = [0; CLASSES];
        self.events.take(self.kept.len());
        let mut events: Vec<Arc<Event>> = self.kept.drain(..).map(|(_, event)| event).collect();
        events.sort_unstable_by_key(|event| event.bus_sequence);
        events
    }

    /// May another event be written?
    pub(super) fn has_bytes(&self) -> bool {
        self.bytes.available() > 0
    }

    /// So many bytes were written.
    pub(super) fn wrote(&mut self, bytes: usize) {
        self.bytes.take(bytes);
    }
}

fn class_of(event: &Event) -> usize {
    match &event.payload {
        Some(Payload::P2pMessage(message)) => Command::of(&message.command).place(),
        Some(Payload::LogLine(line)) => FIRST_LEVEL + line.level() as usize,
        _ => (FIRST_KIND + event.kind() as usize).min(FIRST_LEVEL - 1),
    }
}
