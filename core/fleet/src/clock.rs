//! The clock that an extractor's events have their times from, against the
//! bus's clock.
//!
//! A heartbeat is published the moment it is made. Its time on the bus less its
//! own time is how far the bus's clock is ahead of the extractor's, plus the
//! delay of the way. The way is never shorter than its shortest delay, so the
//! smallest difference in a window is the best one: it is off by the shortest
//! delay alone, tens of microseconds within a process, at least half a round
//! trip between hosts. Ways in one direction cannot show how long they are.

use std::collections::VecDeque;

use crate::moment::Moment;

/// The window is made of slots of so many nanoseconds...
const SLOT_NS: u64 = 15_000_000_000;
/// ...and so many slots: two minutes, in which an undisciplined clock of 50 ppm
/// drifts by 6 ms and a disciplined one by microseconds.
const SLOTS: u64 = 8;
/// With fewer heartbeats there is no estimate.
const FEWEST_HEARTBEATS: u32 = 3;
/// How far a time may be off that is only known to the bus, in nanoseconds:
/// extractors publish at least once a second.
const WITHOUT_ESTIMATE_NS: u64 = 1_000_000_000;

/// How far a clock is ahead of the bus's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockOffset {
    /// Nanoseconds; negative where it is behind. Too small by the shortest delay
    /// of the way to the bus.
    pub ahead_ns: i64,
    /// By how much the estimates within the last two minutes differ, in
    /// nanoseconds: what delays that vary and a clock that drifts do to it.
    pub spread_ns: u64,
}

/// What is known of one clock.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    /// The latest last.
    slots: VecDeque<Slot>,
    heartbeats: u32,
    offset: Option<ClockOffset>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    number: u64,
    /// Of the heartbeat that was quickest, in nanoseconds...
    most_ahead_ns: i64,
    /// ...and of the slowest.
    least_ahead_ns: i64,
}

impl Clock {
    pub(crate) fn heartbeat(&mut self, time_ns: u64, bus_time_ns: u64) {
        let number = bus_time_ns / SLOT_NS;
        let ahead_ns = signed(time_ns).saturating_sub(signed(bus_time_ns));
        self.slots
            .retain(|slot| slot.number + SLOTS > number && slot.number <= number);
        match self.slots.back_mut() {
            Some(slot) if slot.number == number => {
                slot.most_ahead_ns = slot.most_ahead_ns.max(ahead_ns);
                slot.least_ahead_ns = slot.least_ahead_ns.min(ahead_ns);
            }
            _ => self.slots.push_back(Slot {
                number,
                most_ahead_ns: ahead_ns,
                least_ahead_ns: ahead_ns,
            }),
        }
        self.heartbeats = self.heartbeats.saturating_add(1);
        self.offset = (self.heartbeats >= FEWEST_HEARTBEATS).then(|| self.estimate());
    }

    fn estimate(&self) -> ClockOffset {
        let ahead_ns = self.slots.iter().map(|slot| slot.most_ahead_ns).max();
        let ahead_ns = ahead_ns.unwrap_or_default();
        // The last slot is not full: its best heartbeat may still come.
        let full = self.slots.len().saturating_sub(1);
        let least = match full {
            0 => self.slots.iter().map(|slot| slot.least_ahead_ns).min(),
            full => self
                .slots
                .iter()
                .take(full)
                .map(|slot| slot.most_ahead_ns)
                .min(),
        };
        ClockOffset {
            ahead_ns,
            spread_ns: ahead_ns.abs_diff(least.unwrap_or(ahead_ns)),
        }
    }

    pub(crate) fn offset(&self) -> Option<ClockOffset> {
        self.offset
    }

    /// Was there a heartbeat in the window that ends now?
    pub(crate) fn is_alive(&self, bus_time_ns: u64) -> bool {
        let last = self.slots.back();
        last.is_some_and(|slot| slot.number + SLOTS > bus_time_ns / SLOT_NS)
    }

    /// A time of this clock on the bus's clock. The bus knows of nothing before
    /// it happens.
    pub(crate) fn moment(&self, time_ns: u64, uncertainty_ns: u64, bus_time_ns: u64) -> Moment {
        let now_ns = signed(bus_time_ns);
        match self.offset {
            Some(offset) => Moment {
                time_ns: signed(time_ns).saturating_sub(offset.ahead_ns).min(now_ns),
                uncertainty_ns: uncertainty_ns.saturating_add(offset.spread_ns),
            },
            None => Moment {
                time_ns: now_ns,
                uncertainty_ns: uncertainty_ns.max(WITHOUT_ESTIMATE_NS),
            },
        }
    }
}

/// Times since the epoch, of which only foreign ones do not fit.
pub(crate) fn signed(time_ns: u64) -> i64 {
    i64::try_from(time_ns).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;
    const MILLISECOND: u64 = 1_000_000;
    const START: u64 = 1_790_000_000 * SECOND;

    /// A clock that is `ahead` for seconds, with the delays going round.
    fn clock(ahead_ns: i64, seconds: u64, delays_ns: &[u64]) -> (Clock, u64) {
        let mut clock = Clock::default();
        let mut bus_ns = START;
        for second in 0..seconds {
            let made_ns = START + second * SECOND;
            bus_ns = made_ns + delays_ns[second as usize % delays_ns.len()];
            clock.heartbeat(made_ns.saturating_add_signed(ahead_ns), bus_ns);
        }
        (clock, bus_ns)
    }

    #[test]
    fn the_offset_is_that_of_the_quickest_heartbeat() {
        for ahead_ns in [-3 * SECOND as i64, 0, 40_000_000] {
            let delays = [30, 5, 90, 12].map(|delay| delay * MILLISECOND);
            let (clock, bus_ns) = clock(ahead_ns, 200, &delays);
            let offset = clock.offset().unwrap();
            assert_eq!(offset.ahead_ns, ahead_ns - 5_000_000);
            assert_eq!(offset.spread_ns, 0);
            // An event of its own clock, on the bus's: late by the smallest delay.
            let happened = START + 150 * SECOND;
            let moment = clock.moment(happened.saturating_add_signed(ahead_ns), 7, bus_ns);
            assert_eq!(moment.time_ns, (happened + 5 * MILLISECOND) as i64);
            assert_eq!(moment.uncertainty_ns, 7);
        }
    }

    #[test]
    fn a_clock_that_is_set_is_followed_within_two_minutes() {
        let (mut clock, _) = clock(0, 100, &[MILLISECOND]);
        let mut settled = None;
        for second in 100..400 {
            let bus_ns = START + second * SECOND;
            clock.heartbeat(bus_ns - 2 * SECOND, bus_ns);
            let offset = clock.offset().unwrap();
            if offset.ahead_ns == -2 * SECOND as i64 {
                settled.get_or_insert(second - 100);
            } else {
                // Meanwhile the estimate says that it does not hold.
                assert!(offset.spread_ns > SECOND || second < 130, "{second}");
            }
        }
        assert!(settled.is_some_and(|after| (90..=120).contains(&after)));
    }

    #[test]
    fn without_an_estimate_the_bus_says_when() {
        let clock = Clock::default();
        let moment = clock.moment(5, 0, START);
        assert_eq!(moment.time_ns, START as i64);
        assert_eq!(moment.uncertainty_ns, WITHOUT_ESTIMATE_NS);
    }
}
