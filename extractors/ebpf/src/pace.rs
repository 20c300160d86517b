//! How often the ring is read.

use std::time::Duration;

/// While little happens. Each look costs a wake-up of this thread and of every
/// subscriber: at 1,000 messages/s looking every 10 ms costs 0.3 % of a core more.
const CALM: Duration = Duration::from_millis(20);
/// While the messages themselves cost more than looking for them does.
const BUSY: Duration = Duration::from_millis(5);
/// From so many records a second it is busy.
const BUSY_RECORDS_PER_SECOND: f64 = 2_000.0;

/// Peers send in bursts: how busy it is shows only over some time.
const WINDOW: Duration = Duration::from_millis(100);

/// For how long a record may wait in the ring: half of it is how late an event
/// is on average.
pub(crate) struct Pace {
    interval: Duration,
    /// What was read within the window so far.
    count: usize,
    elapsed: Duration,
}

impl Pace {
    pub(crate) const fn new() -> Pace {
        Pace {
            interval: CALM,
            count: 0,
            elapsed: Duration::ZERO,
        }
    }

    /// `count` records were read, which had come within `elapsed`.
    pub(crate) fn read(&mut self, count: usize, elapsed: Duration) {
        self.count += count;
        self.elapsed += elapsed;
        if self.elapsed < WINDOW {
            return;
        }
        let rate = self.count as f64 / self.elapsed.as_secs_f64();
        *self = Pace {
            interval: if rate < BUSY_RECORDS_PER_SECOND {
                CALM
            } else {
                BUSY
            },
            ..Pace::new()
        };
    }

    /// How long to wait for the next ones, unless the programs wake us.
    pub(crate) const fn interval(&self) -> Duration {
        self.interval
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A window with a burst every 10 ms.
    fn window(pace: &mut Pace, burst: usize) -> Duration {
        for _ in 0..10 {
            pace.read(burst, Duration::from_millis(5));
            pace.read(0, Duration::from_millis(5));
        }
        pace.interval()
    }

    #[test]
    fn looks_more_often_when_it_is_busy_and_less_when_it_is_calm_again() {
        let mut pace = Pace::new();
        assert_eq!(pace.interval(), CALM);
        assert_eq!(window(&mut pace, 10), CALM);
        assert_eq!(window(&mut pace, 50), BUSY);
        assert_eq!(window(&mut pace, 50), BUSY);
        assert_eq!(window(&mut pace, 10), CALM);
    }
}
