//! What a subscriber has received.

use anyhow::Result;
use peer_observer_bus::monotonic_ns;

use super::part::Job;
use super::progress::{Progress, Told};

/// Counts events and remembers how late each was.
pub(super) struct Tally {
    expected: u64,
    received: u64,
    progress: Progress,
    /// In nanoseconds; only where the publisher keeps to a pace.
    delays_ns: Option<Vec<u64>>,
}

impl Tally {
    /// From now on events come.
    pub(super) fn new(job: &Job, told: Told) -> Result<Tally> {
        Ok(Tally {
            expected: job.events,
            received: 0,
            progress: Progress::new(told)?,
            delays_ns: job
                .per_second
                .map(|_| Vec::with_capacity(job.events as usize)),
        })
    }

    /// These events have come now; their times of publishing, on CLOCK_MONOTONIC.
    pub(super) fn take(&mut self, published_ns: impl Iterator<Item = u64>) -> Result<()> {
        match &mut self.delays_ns {
            None => self.received += published_ns.count() as u64,
            Some(delays_ns) => {
                let before = delays_ns.len();
                let now_ns = monotonic_ns();
                delays_ns.extend(published_ns.map(|then_ns| now_ns.saturating_sub(then_ns)));
                self.received += (delays_ns.len() - before) as u64;
            }
        }
        self.progress.received(self.received)
    }

    /// Have all come?
    pub(super) fn is_complete(&self) -> bool {
        self.received >= self.expected
    }

    /// How late they were, in nanoseconds; nothing at full speed.
    pub(super) fn into_delays_ns(self) -> Vec<u64> {
        self.delays_ns.unwrap_or_default()
    }
}
