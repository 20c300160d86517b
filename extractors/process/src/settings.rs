//! What can be set.

use std::time::Duration;

/// What is read, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessExtractorSettings {
    /// Time between two samples of threads, memory, I/O and files.
    pub interval: Duration,
    /// Time between two readings of the proportional set size; `None`: none.
    pub memory_interval: Option<Duration>,
    /// Above so much resident memory, in bytes, the proportional set size is
    /// not read: the kernel walks all of it.
    pub memory_limit_bytes: u64,
    /// Read pressure stall information too.
    pub pressure: bool,
}

impl Default for ProcessExtractorSettings {
    /// Samples each second, memory each minute up to 4 GiB, no pressure.
    fn default() -> ProcessExtractorSettings {
        ProcessExtractorSettings {
            interval: Duration::from_secs(1),
            memory_interval: Some(Duration::from_secs(60)),
            memory_limit_bytes: 4 << 30,
            pressure: false,
        }
    }
}
