//! From the kernel's clock to the time of day.

use peer_observer_bus::wall_clock_ns;
use rustix::time::{ClockId, clock_gettime};

/// CLOCK_MONOTONIC now, in nanoseconds: the clock of bpf_ktime_get_ns().
pub(crate) fn monotonic_ns() -> u64 {
    now_ns(ClockId::Monotonic)
}

/// CLOCK_BOOTTIME now, in nanoseconds: the clock of a process' start in /proc.
pub(crate) fn boot_ns() -> u64 {
    now_ns(ClockId::Boottime)
}

fn now_ns(clock: ClockId) -> u64 {
    let now = clock_gettime(clock);
    // Both clocks start at boot and are never negative.
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

/// The time of day at which a process started, and its start on the boot clock.
pub(crate) fn start_of(start_ticks: u64) -> (u64, u64) {
    /// USER_HZ is 100 on the architectures that our programs know.
    const TICK_NS: u64 = 10_000_000;
    let start_boot_ns = start_ticks.saturating_mul(TICK_NS);
    let age_ns = boot_ns().saturating_sub(start_boot_ns);
    (wall_clock_ns().saturating_sub(age_ns), start_boot_ns)
}

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
