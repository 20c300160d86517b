//! From the kernel's clock to the time of day.

use peer_observer_bus::{monotonic_ns, wall_clock_ns};

/// The time of day at a moment of the monotonic clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    /// Time of day when the monotonic clock was 0.
    offset_ns: u64,
}

impl Clock {
    /// Compares the two clocks now. Of three tries the quickest counts: in the
    /// others the thread may have been interrupted between the two readings.
    pub(crate) fn compare() -> Clock {
        let attempts = std::array::from_fn::<_, 3, _>(|_| {
            let before = monotonic_ns();
            let time = wall_clock_ns();
            let took = monotonic_ns() - before;
            (took, time.saturating_sub(before + took / 2))
        });
        let (_, offset_ns) = attempts.into_iter().min().unwrap_or_default();
        Clock { offset_ns }
    }

    pub(crate) fn time_ns(self, monotonic_ns: u64) -> u64 {
        monotonic_ns.saturating_add(self.offset_ns)
    }
}
