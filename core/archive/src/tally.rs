//! Counts events: a frame's, for its summary, or any others.

use peer_observer_event::COMMANDS;

use crate::facts::EventFacts;
use crate::lax::{Fields, Value};
use crate::summary::{CommandCount, PayloadCount, PublisherRange, Summary};

/// More publishers than these in one frame are not listed.
const MOST_PUBLISHERS: usize = 1024;
/// The names of nodes are shorter.
const MOST_NAME_BYTES: usize = 256;
/// Payload fields above are counted as unknown.
const PAYLOAD_FIELDS: usize = 256;
const DIRECTIONS: usize = 3;

#[derive(Clone, Copy, Default)]
struct Count {
    events: u64,
    bytes: u64,
}

impl Count {
    fn add(&mut self, bytes: u64) {
        self.events += 1;
        self.bytes += bytes;
    }
}

/// Counts events.
pub struct Tally {
    summary: Summary,
    payloads: Vec<(Count, u32)>,
    /// By command, the last one being `other`, and direction.
    commands: Vec<[Count; DIRECTIONS]>,
    /// Of the last event: it is often the same.
    publisher: usize,
    command: usize,
}

impl Default for Tally {
    fn default() -> Tally {
        Tally::new()
    }
}

impl Tally {
    /// Counts an encoded event.
    pub fn add_event(&mut self, event: &[u8]) {
        self.add(&EventFacts::read(event), event.len() as u64);
    }

    pub(crate) fn new() -> Tally {
        Tally {
            summary: Summary {
                first_bus_time_ns: u64::MAX,
                ..Summary::default()
            },
            payloads: vec![Default::default(); PAYLOAD_FIELDS],
            commands: vec![Default::default(); COMMANDS.len() + 1],
            publisher: 0,
            command: 0,
        }
    }

    pub(crate) fn event_bytes(&self) -> u64 {
        self.summary.event_bytes
    }

    /// Since the first event, in nanoseconds of the bus.
    pub(crate) fn span_ns(&self) -> u64 {
        self.summary
            .last_bus_time_ns
            .saturating_sub(self.summary.first_bus_time_ns)
    }

    pub(crate) fn miss(&mut self, events: u64) {
        self.summary.missed_events += events;
    }

    pub(crate) fn has_missed(&self) -> bool {
        self.summary.missed_events > 0
    }

    pub(crate) fn add(&mut self, facts: &EventFacts<'_>, bytes: u64) {
        let summary = &mut self.summary;
        summary.events += 1;
        summary.event_bytes += bytes;
        summary.first_bus_time_ns = summary.first_bus_time_ns.min(facts.bus_time_ns);
        summary.last_bus_time_ns = summary.last_bus_time_ns.max(facts.bus_time_ns);
        if facts.is_gap() {
            summary.gap_notices += 1;
            for (field, value) in Fields(facts.payload) {
                if let (2, Value::Number(count)) = (field, value) {
                    summary.gap_events = summary.gap_events.saturating_add(count);
                }
            }
        }
        let field = facts.payload_field as usize;
        let (count, kind) = &mut self.payloads[if field < PAYLOAD_FIELDS { field } else { 0 }];
        count.add(bytes);
        *kind = facts.kind as u32;
        if let Some(message) = facts.p2p_message() {
            let command = message.command;
            if !is_command(self.command, command) {
                let known = (0..COMMANDS.len()).find(|known| is_command(*known, command));
                self.command = known.unwrap_or(COMMANDS.len());
            }
            let direction = message.direction as usize;
            let direction = if direction < DIRECTIONS { direction } else { 0 };
            self.commands[self.command][direction].add(bytes);
        }
        self.add_publisher(facts, bytes);
    }

    fn add_publisher(&mut self, facts: &EventFacts<'_>, bytes: u64) {
        let publishers = &mut self.summary.publishers;
        let is_it = |known: &PublisherRange| {
            known.instance == facts.instance
                && u64::from(known.extractor) == facts.extractor
                && known.node.as_bytes() == facts.node
        };
        if !publishers.get(self.publisher).is_some_and(is_it) {
            match publishers.iter().position(is_it) {
                Some(place) => self.publisher = place,
                None => {
                    let (Ok(node), Ok(extractor)) = (
                        std::str::from_utf8(facts.node),
                        u32::try_from(facts.extractor),
                    ) else {
                        self.summary.has_more_publishers = true;
                        return;
                    };
                    if publishers.len() >= MOST_PUBLISHERS || node.len() > MOST_NAME_BYTES {
                        self.summary.has_more_publishers = true;
                        return;
                    }
                    self.publisher = publishers.len();
                    publishers.push(PublisherRange {
                        node: node.to_owned(),
                        extractor,
                        instance: facts.instance,
                        first_sequence: facts.sequence,
                        ..PublisherRange::default()
                    });
                }
            }
        }
        let publisher = &mut publishers[self.publisher];
        publisher.events += 1;
        publisher.bytes += bytes;
        publisher.first_sequence = publisher.first_sequence.min(facts.sequence);
        publisher.last_sequence = publisher.last_sequence.max(facts.sequence);
    }

    /// What was counted.
    pub fn finish(self) -> Summary {
        let mut summary = self.summary;
        if summary.events == 0 {
            summary.first_bus_time_ns = 0;
        }
        for (field, (count, kind)) in self.payloads.into_iter().enumerate() {
            if count.events > 0 {
                summary.payloads.push(PayloadCount {
                    field: field as u32,
                    kind,
                    events: count.events,
                    bytes: count.bytes,
                });
            }
        }
        for (command, by_direction) in self.commands.into_iter().enumerate() {
            for (direction, count) in by_direction.into_iter().enumerate() {
                if count.events > 0 {
                    let command = COMMANDS.get(command).copied().unwrap_or("other");
                    summary.commands.push(CommandCount {
                        command: command.to_owned(),
                        direction: direction as u32,
                        events: count.events,
                        bytes: count.bytes,
                    });
                }
            }
        }
        summary
    }
}

fn is_command(number: usize, command: &[u8]) -> bool {
    COMMANDS
        .get(number)
        .is_some_and(|known| known.as_bytes() == command)
}
