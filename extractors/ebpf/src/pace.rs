//! How often the ring is read.

use std::time::Duration;

/// While little happens. Each look costs a wake-up of this thread and of every
/// subscriber: at 1,000 messages/s looking every 10 ms costs 0.3 % of a core more.
const CALM: Duration = Duration::from_millis(20);
/// While the messages themselves cost more than looking for them does.
const BUSY: Duration = Duration::from_millis(5);
/// From so many records a second it is busy.
const BUSY_RECORDS_PER_SECOND: f64 = 2_000.0;

/// For how long a record may wait in the ring: half of it is how late an event
/// is on average.
pub(crate) struct Pace {
    interval: Duration,
}

impl Pace {
    pub(crate) const fn new() -> Pace {
        Pace { interval: CALM }
    }

    /// `count` records were read, which had come within `elapsed`.
    pub(crate) fn read(&mut self, count: usize, elapsed: Duration) {
        let is_busy = count as f64 >= BUSY_RECORDS_PER_SECOND * elapsed.as_secs_f64();
        self.interval = if is_busy { BUSY } else { CALM };
    }

    /// How long to wait for the next ones, unless the programs wake us.
    pub(crate) const fn interval(&self) -> Duration {
        self.interval
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_more_often_when_it_is_busy_and_less_when_it_is_calm_again() {
        let mut pace = Pace::new();
        assert_eq!(pace.interval(), CALM);
        pace.read(20, CALM);
        assert_eq!(pace.interval(), CALM);
        pace.read(100, CALM);
        assert_eq!(pace.interval(), BUSY);
        pace.read(25, BUSY);
        assert_eq!(pace.interval(), BUSY);
        pace.read(5, BUSY);
        assert_eq!(pace.interval(), CALM);
    }
}
