//! How many events the publisher may publish, and when.

use std::time::{Duration, Instant};

use super::part::Job;
use super::progress::Received;

/// At most so many are published together, as by the eBPF extractor.
pub(super) const BATCH: usize = 256;

/// The publisher is never further ahead of the subscriber: nothing overflows on
/// the way, so every event that is published is received.
const MOST_AHEAD: u64 = 16_384;

/// How long to wait when nothing may be published.
const PAUSE: Duration = Duration::from_millis(1);

/// What to do now.
pub(super) enum Turn {
    /// Publish so many, numbered from here.
    Publish(std::ops::Range<u64>),
    /// Wait so long, then ask again.
    Wait(Duration),
    /// All is published.
    Done,
}

/// The publisher's pace.
pub(super) struct Pace {
    events: u64,
    per_second: Option<u32>,
    began: Instant,
    published: u64,
    /// Of each subscriber.
    received: Vec<Received>,
}

impl Pace {
    /// Starts now.
    pub(super) fn new(job: &Job, received: Vec<Received>) -> Pace {
        Pace {
            events: job.events,
            per_second: job.per_second,
            began: Instant::now(),
            published: 0,
            received,
        }
    }

    pub(super) fn turn(&mut self) -> Turn {
        let left = self.events - self.published;
        if left == 0 {
            return Turn::Done;
        }
        let received = self.received.iter().map(Received::get).min();
        let room = (received.unwrap_or(0) + MOST_AHEAD).saturating_sub(self.published);
        let count = match self.per_second {
            // Batches are full, except the last.
            None if room < left.min(BATCH as u64) => 0,
            None => left.min(BATCH as u64),
            Some(per_second) => {
                let due = self.began.elapsed().as_secs_f64() * f64::from(per_second);
                let due = (due as u64).saturating_sub(self.published);
                due.min(room).min(left).min(BATCH as u64)
            }
        };
        if count == 0 {
            return Turn::Wait(PAUSE);
        }
        let first = self.published;
        self.published += count;
        Turn::Publish(first..self.published)
    }
}
