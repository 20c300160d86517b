//! Counts of events and bytes, by kind, command and node.

use std::collections::BTreeMap;

use peer_observer_archive::Summary;
use peer_observer_event::{Direction, Extractor, Kind};
use serde::{Serialize, Serializer};

/// A name in a hostile file must not make the tables endless.
const MOST_NODES: usize = 1024;

/// Events and their bytes, as they are before compression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Events.
    pub events: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// What some events are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Events.
    pub events: u64,
    /// Their bytes before compression.
    pub event_bytes: u64,
    /// Bytes of the files.
    pub file_bytes: u64,
    /// The least `bus_time_ns`; absent without events.
    #[serde(serialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub first_bus_time_ns: Option<u64>,
    /// The greatest `bus_time_ns`.
    #[serde(serialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub last_bus_time_ns: Option<u64>,
    /// By kind; `unspecified` for kinds of later versions.
    pub kinds: BTreeMap<&'static str, Count>,
    /// P2P messages by direction and type; unknown types are `other`.
    pub commands: BTreeMap<&'static str, BTreeMap<String, Count>>,
    /// By node and extractor; the empty name is the bus.
    pub nodes: BTreeMap<String, BTreeMap<&'static str, Count>>,
    /// Gap notices: losses before the bus.
    pub gap_notices: u64,
    /// Events that the gap notices say are lost, as far as they can tell.
    pub gap_events: u64,
    /// Events that the recorder has missed.
    pub missed_events: u64,
}

impl Counts {
    /// Adds what a frame holds.
    pub(crate) fn add_frame(&mut self, frame: &Summary) {
        self.events += frame.events;
        self.event_bytes += frame.event_bytes;
        if frame.events > 0 {
            self.add_time(Some(frame.first_bus_time_ns));
            self.add_time(Some(frame.last_bus_time_ns));
        }
        self.gap_notices += frame.gap_notices;
        self.gap_events = self.gap_events.saturating_add(frame.gap_events);
        self.missed_events = self.missed_events.saturating_add(frame.missed_events);
        for payload in &frame.payloads {
            let kind = value(payload.kind, Kind::Unspecified);
            self.kinds
                .entry(kind.word())
                .or_default()
                .add(payload.events, payload.bytes);
        }
        for command in &frame.commands {
            let direction = value(command.direction, Direction::Unspecified);
            let of_direction = self.commands.entry(direction.word()).or_default();
            let count = of_direction.entry(command.command.clone()).or_default();
            count.add(command.events, command.bytes);
        }
        for publisher in &frame.publishers {
            if self.nodes.len() >= MOST_NODES && !self.nodes.contains_key(&publisher.node) {
                continue;
            }
            let of_node = self.nodes.entry(publisher.node.clone()).or_default();
            let extractor = value(publisher.extractor, Extractor::Unspecified);
            let count = of_node.entry(extractor.word()).or_default();
            count.add(publisher.events, publisher.bytes);
        }
    }

    /// Adds what others are.
    pub(crate) fn add(&mut self, other: &Counts) {
        self.events += other.events;
        self.event_bytes += other.event_bytes;
        self.file_bytes += other.file_bytes;
        self.add_time(other.first_bus_time_ns);
        self.add_time(other.last_bus_time_ns);
        self.gap_notices += other.gap_notices;
        self.gap_events = self.gap_events.saturating_add(other.gap_events);
        self.missed_events = self.missed_events.saturating_add(other.missed_events);
        for (kind, count) in &other.kinds {
            self.kinds
                .entry(kind)
                .or_default()
                .add(count.events, count.bytes);
        }
        for (direction, commands) in &other.commands {
            let of_direction = self.commands.entry(direction).or_default();
            for (command, count) in commands {
                let known = of_direction.entry(command.clone()).or_default();
                known.add(count.events, count.bytes);
            }
        }
        for (node, extractors) in &other.nodes {
            let of_node = self.nodes.entry(node.clone()).or_default();
            for (extractor, count) in extractors {
                of_node
                    .entry(extractor)
                    .or_default()
                    .add(count.events, count.bytes);
            }
        }
    }

    fn add_time(&mut self, time_ns: Option<u64>) {
        let Some(time_ns) = time_ns else {
            return;
        };
        let first = self.first_bus_time_ns.get_or_insert(time_ns);
        *first = time_ns.min(*first);
        let last = self.last_bus_time_ns.get_or_insert(time_ns);
        *last = time_ns.max(*last);
    }
}

impl Count {
    fn add(&mut self, events: u64, bytes: u64) {
        self.events += events;
        self.bytes += bytes;
    }
}

/// The enum's value; a later version may have more of them.
fn value<T: TryFrom<i32>>(number: u32, unknown: T) -> T {
    let number = i32::try_from(number).ok();
    number
        .and_then(|number| T::try_from(number).ok())
        .unwrap_or(unknown)
}

/// JavaScript cannot hold nanoseconds.
#[expect(clippy::ref_option, reason = "serde wants it so")]
fn text<S: Serializer>(value: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_some(&value.map(|value| value.to_string()))
}
