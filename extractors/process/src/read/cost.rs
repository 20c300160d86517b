//! What reading costs ourselves.

use rustix::time::{ClockId, clock_gettime};

/// CPU time of the current thread since a moment.
pub(crate) struct Stopwatch(u64);

impl Stopwatch {
    pub(crate) fn start() -> Stopwatch {
        Stopwatch(thread_cpu_ns())
    }

    /// Nanoseconds of CPU time since the start, which was on this thread.
    pub(crate) fn cost_ns(&self) -> u64 {
        thread_cpu_ns().saturating_sub(self.0)
    }
}

fn thread_cpu_ns() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // Never negative: the clock counts from the thread's start.
    let parts = [time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs()];
    parts[0] * 1_000_000_000 + parts[1]
}
