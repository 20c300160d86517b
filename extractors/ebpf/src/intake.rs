//! Records in, events out: what happens between the ring and the bus.

use peer_observer_bus::{Draft, Publisher, monotonic_ns};
use peer_observer_event::{DropCount, Gap, GapReason, HopCount, Payload};
use peer_observer_node::Process;
use tracing::warn;

use crate::clock::Clock;
use crate::convert::Converter;
use crate::record::Record;

/// Events are published in batches of so many...
const BATCH_EVENTS: usize = 256;
/// ...or when their bodies hold so much memory.
const BATCH_BYTES: usize = 1 << 20;

/// Takes records off the ring and publishes events.
pub(crate) struct Intake {
    pub(crate) publisher: Publisher,
    converter: Converter,
    batch: Vec<Draft>,
    batch_bytes: usize,
    received: u64,
    invalid: Invalid,
}

/// Records that were none.
#[derive(Default)]
struct Invalid {
    total: u64,
    reported: u64,
    /// When the last report was made, on the monotonic clock.
    since_ns: u64,
}

impl Intake {
    pub(crate) fn new(publisher: Publisher, converter: Converter) -> Intake {
        Intake {
            publisher,
            converter,
            batch: Vec::with_capacity(BATCH_EVENTS),
            batch_bytes: 0,
            received: 0,
            invalid: Invalid {
                since_ns: monotonic_ns(),
                ..Invalid::default()
            },
        }
    }

    /// Takes one record.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        self.received += 1;
        match Record::parse(bytes) {
            Ok(record) => {
                let draft = self.converter.draft(&record);
                self.batch_bytes += draft.bulk_bytes;
                self.batch.push(draft);
            }
            Err(error) => {
                if self.invalid.total == 0 {
                    warn!("the eBPF programs wrote something that is no record: {error}");
                }
                self.invalid.total += 1;
            }
        }
        if self.batch.len() >= BATCH_EVENTS || self.batch_bytes >= BATCH_BYTES {
            self.flush();
        }
    }

    /// Publishes what was taken.
    pub(crate) fn flush(&mut self) {
        self.publisher.publish_all(&mut self.batch);
        self.batch_bytes = 0;
    }

    /// Publishes something of ours, behind all that was taken before.
    pub(crate) fn publish(&mut self, payload: Payload) {
        self.flush();
        self.publisher.publish(Draft::now(payload));
    }

    /// The time of day at a moment of the monotonic clock.
    pub(crate) fn time_ns(&self, monotonic_ns: u64) -> u64 {
        self.converter.clock.time_ns(monotonic_ns)
    }

    /// Once a second: the time of day may have been corrected.
    pub(crate) fn compare_clocks(&mut self) {
        self.converter.clock = Clock::compare();
    }

    /// What comes now belongs to another life of the node.
    pub(crate) fn new_life(&mut self, process: &Process) {
        self.flush();
        self.converter.forget_peers();
        self.publisher
            .set_life(process.start_unix_seconds(), process.start_ticks());
    }

    /// Publishes a gap when there were records that are none.
    pub(crate) fn report_invalid(&mut self) {
        let count = self.invalid.total - self.invalid.reported;
        let now = monotonic_ns();
        if count > 0 {
            self.publish(Payload::Gap(Gap {
                reason: GapReason::Record.into(),
                count: Some(count),
                first_time_ns: self.time_ns(self.invalid.since_ns),
                last_time_ns: self.time_ns(now),
                detail: "ring buffer".to_owned(),
            }));
        }
        self.invalid.reported = self.invalid.total;
        self.invalid.since_ns = now;
    }

    /// The hop from the ring to the event, in the form of the heartbeat.
    pub(crate) fn hop(&self) -> HopCount {
        let invalid = self.invalid.total;
        HopCount {
            hop: "decoder".to_owned(),
            part: String::new(),
            attempted: self.received,
            whole: self.received - invalid,
            reduced: 0,
            dropped: (invalid > 0)
                .then(|| DropCount {
                    reason: "record".to_owned(),
                    count: invalid,
                })
                .into_iter()
                .collect(),
        }
    }
}
