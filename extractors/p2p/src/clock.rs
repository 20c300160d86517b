//! What time it is, on all the clocks that events speak of.

use std::time::Instant;

use peer_observer_bus::wall_clock_ns;
use peer_observer_node::Process;
use rustix::time::{ClockId, clock_gettime};

/// One moment on three clocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// Nanoseconds since the epoch.
    pub(crate) time_ns: u64,
    /// CLOCK_MONOTONIC, in nanoseconds.
    pub(crate) monotonic_ns: u64,
    /// For intervals.
    pub(crate) instant: Instant,
}

impl Moment {
    pub(crate) fn now() -> Moment {
        Moment {
            instant: Instant::now(),
            monotonic_ns: now_ns(ClockId::Monotonic),
            time_ns: wall_clock_ns(),
        }
    }
}

/// The time of day at which a process started, in nanoseconds since the epoch.
pub(crate) fn start_of(process: &Process) -> u64 {
    /// USER_HZ is 100 on every architecture that Bitcoin Core is released for.
    const TICK_NS: u64 = 10_000_000;
    let start_boot_ns = process.start_ticks().saturating_mul(TICK_NS);
    let age_ns = now_ns(ClockId::Boottime).saturating_sub(start_boot_ns);
    wall_clock_ns().saturating_sub(age_ns)
}

fn now_ns(clock: ClockId) -> u64 {
    let now = clock_gettime(clock);
    // Both clocks start at boot and are never negative.
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}
