//! `/proc/PID/task/TID/schedstat`.

/// What the scheduler counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Schedstat {
    /// Time on a CPU, nanoseconds: what user and system time are parts of.
    pub(crate) run_ns: u64,
    /// Time ready to run, but waiting for a CPU, nanoseconds.
    pub(crate) wait_ns: u64,
    /// How often it was given a CPU.
    pub(crate) timeslices: u64,
}

impl Schedstat {
    /// Does the kernel keep these figures? Where it does not, all are 0; so
    /// they are for a thread that has never run.
    pub(crate) fn is_kept(&self) -> bool {
        self.timeslices > 0
    }
}

/// Reads the file: three numbers.
pub(crate) fn schedstat(text: &[u8]) -> Option<Schedstat> {
    let mut numbers = str::from_utf8(text).ok()?.split_ascii_whitespace();
    let mut next = || numbers.next()?.parse().ok();
    Some(Schedstat {
        run_ns: next()?,
        wait_ns: next()?,
        timeslices: next()?,
    })
}
