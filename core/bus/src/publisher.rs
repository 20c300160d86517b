//! Publishing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use peer_observer_event::{Event, Extractor, Heartbeat, HopCount, Kind, KindCount, Payload};

use crate::bus::Bus;
use crate::queue::Outgoing;
use crate::wall_clock_ns;

/// The labels are in the tenth heartbeat, the twentieth and so on.
const LABELS_EVERY: u64 = 10;
const LABELS_BEFORE: u64 = LABELS_EVERY - 1;

/// What an extractor knows of an event; the publisher adds who and where.
#[derive(Debug)]
pub struct Draft {
    /// When it happened, in nanoseconds since the epoch.
    pub time_ns: u64,
    /// The same moment on CLOCK_MONOTONIC, where known.
    pub monotonic_ns: Option<u64>,
    /// What happened.
    pub payload: Payload,
    /// Memory that the payload holds on the heap, in bytes; an estimate, used
    /// to bound queues. 0 for what is always small.
    pub bulk_bytes: usize,
}

impl Draft {
    /// Something small that happened just now.
    pub fn now(payload: Payload) -> Draft {
        Draft {
            time_ns: wall_clock_ns(),
            monotonic_ns: None,
            payload,
            bulk_bytes: 0,
        }
    }
}

/// One instance of an extractor on the bus: numbers its events without holes.
pub struct Publisher {
    bus: Bus,
    node: String,
    extractor: Extractor,
    run: Option<u64>,
    instance: u64,
    sequence: u64,
    kind_sequences: [u64; Kind::ALL.len() + 1],
    /// Of the last started notice.
    labels: BTreeMap<String, String>,
}

impl Publisher {
    pub(crate) fn new(bus: Bus, node: &str, extractor: Extractor) -> Publisher {
        Publisher {
            bus,
            node: node.to_owned(),
            extractor,
            run: None,
            instance: new_instance(),
            sequence: 0,
            kind_sequences: [0; Kind::ALL.len() + 1],
            labels: BTreeMap::new(),
        }
    }

    /// From now on events belong to the life of the node that began at `start`
    /// (seconds since the epoch); `None` where nobody knows.
    pub fn set_run(&mut self, start: Option<u64>) {
        self.run = start.map(|start| self.bus.adopt_run(&self.node, start, None));
    }

    /// The same where the node's process is visible: `process` is its start in
    /// ticks of the host's boot clock, which tells lives apart that follow each
    /// other within a second.
    pub fn set_life(&mut self, start: u64, process: u64) {
        self.run = Some(self.bus.adopt_run(&self.node, start, Some(process)));
    }

    /// The run that events belong to.
    pub fn run(&self) -> Option<u64> {
        self.run
    }

    pub(crate) fn instance(&self) -> u64 {
        self.instance
    }

    /// Publishes one event.
    pub fn publish(&mut self, draft: Draft) {
        let event = self.event(draft);
        self.bus.deliver(&mut [event]);
    }

    /// Publishes all drafts in their order and empties the vector.
    pub fn publish_all(&mut self, drafts: &mut Vec<Draft>) {
        let events = drafts.drain(..).map(|draft| self.event(draft));
        let mut events: Vec<Outgoing> = events.collect();
        self.bus.deliver(&mut events);
    }

    /// Publishes a heartbeat with these counters; once a second. Every tenth one
    /// repeats the labels of the started notice.
    pub fn heartbeat(&mut self, hops: Vec<HopCount>) {
        let counted = Kind::ALL
            .into_iter()
            .filter(|kind| self.kind_sequences[*kind as usize] > 0);
        let kinds = counted
            .map(|kind| KindCount {
                kind: kind as u32,
                last_sequence: self.kind_sequences[kind as usize],
            })
            .collect();
        let earlier = self.kind_sequences[Kind::Heartbeat as usize];
        let labels = match earlier % LABELS_EVERY {
            LABELS_BEFORE => self.labels.clone(),
            _ => BTreeMap::new(),
        };
        let heartbeat = Heartbeat {
            last_sequence: self.sequence,
            kinds,
            hops,
            labels,
        };
        self.publish(Draft::now(Payload::Heartbeat(heartbeat)));
    }

    fn event(&mut self, draft: Draft) -> Outgoing {
        if let Payload::Started(started) = &draft.payload {
            self.labels.clone_from(&started.labels);
        }
        self.sequence += 1;
        let kind_sequence = &mut self.kind_sequences[draft.payload.kind() as usize];
        *kind_sequence += 1;
        let event = Event {
            node: self.node.clone(),
            extractor: self.extractor.into(),
            run: self.run,
            instance: self.instance,
            sequence: self.sequence,
            kind_sequence: *kind_sequence,
            time_ns: draft.time_ns,
            monotonic_ns: draft.monotonic_ns,
            bus_sequence: 0,
            bus_time_ns: 0,
            payload: Some(draft.payload),
        };
        Outgoing::new(Arc::new(event), draft.bulk_bytes)
    }
}

/// A number that no earlier instance had: the time, or one more than the last.
fn new_instance() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = wall_clock_ns();
    let last = LAST.fetch_max(now, Ordering::Relaxed);
    if now > last {
        now
    } else {
        LAST.fetch_add(1, Ordering::Relaxed) + 1
    }
}
