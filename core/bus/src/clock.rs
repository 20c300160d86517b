//! The machine's clocks.

use rustix::time::{ClockId, clock_gettime};

/// The time of day, in nanoseconds since the epoch.
pub fn wall_clock_ns() -> u64 {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    // A clock before 1970 is not worth an error path: everything is then "at 0".
    since_epoch.map_or(0, |elapsed| {
        elapsed.as_nanos().try_into().unwrap_or(u64::MAX)
    })
}

/// CLOCK_MONOTONIC, in nanoseconds: nobody sets it, and it stands still while
/// the machine sleeps.
pub fn monotonic_ns() -> u64 {
    now_ns(ClockId::Monotonic)
}

/// CLOCK_BOOTTIME, in nanoseconds: since the machine's start, sleep included.
pub fn boot_ns() -> u64 {
    now_ns(ClockId::Boottime)
}

/// The time of day at a moment of CLOCK_BOOTTIME, as the clock stands now.
pub fn time_of_boot_ns(moment_ns: u64) -> u64 {
    let age_ns = boot_ns().saturating_sub(moment_ns);
    wall_clock_ns().saturating_sub(age_ns)
}

fn now_ns(clock: ClockId) -> u64 {
    let now = clock_gettime(clock);
    // Both clocks start at boot and are never negative.
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}
