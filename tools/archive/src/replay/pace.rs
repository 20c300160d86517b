//! When an event is due.

use std::time::{Duration, Instant};

/// A pause in the recording that is longer is not waited for: nobody recorded,
/// or there would have been a tick each second. In nanoseconds.
const LONGEST_PAUSE_NS: u64 = 60_000_000_000;
/// What is left of a longer one.
const SHORT_PAUSE_NS: u64 = 1_000_000_000;

/// How fast a recording is played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    /// So many times as fast as it was recorded; more than 0.
    Times(f64),
    /// As fast as the tools take it.
    Full,
}

/// Maps the recording's time to ours.
pub(crate) struct Pace {
    times: Option<f64>,
    /// The recording's time at the beginning, and ours.
    begin: Option<(u64, Instant)>,
    last_ns: u64,
}

impl Pace {
    pub(crate) fn new(speed: Speed) -> Pace {
        let times = match speed {
            Speed::Times(times) => Some(times),
            Speed::Full => None,
        };
        Pace {
            times,
            begin: None,
            last_ns: 0,
        }
    }

    /// When the event with this `bus_time_ns` is due; `None`: at once.
    pub(crate) fn due(&mut self, bus_time_ns: u64, now: Instant) -> Option<Instant> {
        let times = self.times?;
        let (begin_ns, begin) = self.begin.get_or_insert((bus_time_ns, now));
        let pause_ns = bus_time_ns.saturating_sub(self.last_ns);
        if self.last_ns > 0 && pause_ns > LONGEST_PAUSE_NS {
            *begin_ns += pause_ns - SHORT_PAUSE_NS;
        }
        self.last_ns = self.last_ns.max(bus_time_ns);
        let elapsed = Duration::from_nanos(self.last_ns.saturating_sub(*begin_ns));
        // Beyond what a clock can show: years from now.
        begin.checked_add(elapsed.div_f64(times))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn ten_times_as_fast_takes_a_tenth_of_the_time() {
        let now = Instant::now();
        let mut pace = Pace::new(Speed::Times(10.0));
        assert_eq!(pace.due(100 * SECOND, now), Some(now));
        let due = |pace: &mut Pace, seconds: u64| {
            pace.due(seconds * SECOND, now)
                .map(|due| due.duration_since(now))
        };
        assert_eq!(due(&mut pace, 120), Some(Duration::from_secs(2)));
        // A time that goes back is not before.
        assert_eq!(due(&mut pace, 110), Some(Duration::from_secs(2)));
        // An hour without a tick is a second.
        assert_eq!(
            due(&mut pace, 120 + 3600),
            Some(Duration::from_millis(2100))
        );
        assert_eq!(
            due(&mut pace, 130 + 3600),
            Some(Duration::from_millis(3100))
        );
    }

    #[test]
    fn at_full_speed_everything_is_due() {
        let mut pace = Pace::new(Speed::Full);
        assert_eq!(pace.due(SECOND, Instant::now()), None);
    }
}
