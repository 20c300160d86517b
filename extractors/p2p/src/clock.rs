//! What time it is, on all the clocks that events speak of.

use std::time::Instant;

use peer_observer_bus::{monotonic_ns, wall_clock_ns};

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
            monotonic_ns: monotonic_ns(),
            time_ns: wall_clock_ns(),
        }
    }
}
