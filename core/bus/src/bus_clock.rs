//! The bus's time: never goes back, and never stands still.

use tracing::{info, warn};

use crate::clock::{monotonic_ns, wall_clock_ns};

/// Smaller corrections of the clock are nobody's business, in nanoseconds.
const WORTH_TELLING_NS: u64 = 1_000_000_000;

/// Follows the time of day. When that is set back, the bus's time goes on half
/// as fast until the time of day has caught up: windows and timeouts still end,
/// and it comes right again by itself.
#[derive(Debug, Default)]
pub(crate) struct BusClock {
    last_ns: u64,
    last_monotonic_ns: u64,
    /// Time comes from a recording alone.
    is_replayed: bool,
    /// The time of day has been set back, and has not caught up.
    is_behind: bool,
}

impl BusClock {
    /// A clock that stands where the last event of a recording has put it.
    pub(crate) fn replayed() -> BusClock {
        BusClock {
            is_replayed: true,
            ..BusClock::default()
        }
    }

    /// Does time come from a recording?
    pub(crate) fn is_replayed(&self) -> bool {
        self.is_replayed
    }

    /// The bus's time now, in nanoseconds since the epoch.
    pub(crate) fn now_ns(&mut self) -> u64 {
        match self.is_replayed {
            true => self.last_ns,
            false => {
                let wall_clock_ns = wall_clock_ns();
                let now_ns = self.at(wall_clock_ns, monotonic_ns());
                self.tell(now_ns.saturating_sub(wall_clock_ns));
                now_ns
            }
        }
    }

    /// The time of a recorded event, or the last one where that is later.
    pub(crate) fn not_before(&mut self, time_ns: u64) -> u64 {
        self.last_ns = self.last_ns.max(time_ns);
        self.last_ns
    }

    /// Says it once when the time of day has been set back, and when it has caught up.
    fn tell(&mut self, behind_ns: u64) {
        let was_behind = self.is_behind;
        self.is_behind = behind_ns > if was_behind { 0 } else { WORTH_TELLING_NS };
        match (was_behind, self.is_behind) {
            (false, true) => warn!(
                "the host's clock was set back by {} s: the bus's time goes half as fast until it has caught up",
                behind_ns / 1_000_000_000
            ),
            (true, false) => info!("the host's clock has caught up with the bus's time"),
            _ => {}
        }
    }

    fn at(&mut self, wall_clock_ns: u64, monotonic_ns: u64) -> u64 {
        let elapsed_ns = monotonic_ns.saturating_sub(self.last_monotonic_ns);
        // Of an odd number of nanoseconds one half is kept for the next time.
        let slow_ns = self.last_ns.saturating_add(elapsed_ns / 2);
        self.last_monotonic_ns = monotonic_ns - elapsed_ns % 2;
        self.last_ns = match self.last_ns {
            0 => wall_clock_ns,
            _ => wall_clock_ns.max(slow_ns),
        };
        self.last_ns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn a_clock_that_is_set_back_slows_the_bus_until_it_has_caught_up() {
        let mut clock = BusClock::default();
        let start = 1_700_000_000 * SECOND;
        let monotonic = 77 * SECOND;
        assert_eq!(clock.at(start, monotonic), start);
        assert_eq!(clock.at(start + SECOND, monotonic + SECOND), start + SECOND);
        // An hour back, seen each second: two hours later all is well again.
        let mut last = start + SECOND;
        let mut caught_up_after = None;
        for elapsed in 1..=8000 {
            let wall = start + SECOND - 3600 * SECOND + elapsed * SECOND;
            let now = clock.at(wall, monotonic + SECOND + elapsed * SECOND);
            assert!(now >= last + SECOND / 2 - 1, "after {elapsed} s");
            if now == wall && caught_up_after.is_none() {
                caught_up_after = Some(elapsed);
            }
            last = now;
        }
        assert_eq!(caught_up_after, Some(7200));
    }

    #[test]
    fn a_clock_that_is_set_back_is_told_once() {
        let mut clock = BusClock::default();
        let mut told = Vec::new();
        for behind_ns in [0, SECOND / 2, 3600 * SECOND, 3599 * SECOND, SECOND / 2, 0] {
            let before = clock.is_behind;
            clock.tell(behind_ns);
            told.push(clock.is_behind != before);
        }
        assert_eq!(told, [false, false, true, false, false, true]);
    }

    #[test]
    fn time_passes_between_events_that_follow_each_other_at_once() {
        let mut clock = BusClock::default();
        clock.at(1000 * SECOND, SECOND);
        let before = clock.at(10 * SECOND, SECOND);
        let after = (1..=1000).fold(0, |_, step| clock.at(10 * SECOND, SECOND + step));
        assert_eq!(after - before, 500);
    }
}
