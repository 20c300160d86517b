//! How far a replay has come, for whoever shows it.

use std::sync::atomic::{AtomicU64, Ordering};

/// How far a replay has come. Shared with the replay, which writes it.
#[derive(Debug, Default)]
pub struct Progress {
    bytes_read: AtomicU64,
    events: AtomicU64,
    bus_time_ns: AtomicU64,
}

impl Progress {
    /// Bytes of the files that have been read, skipped ones included.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }

    /// Events that were published.
    pub fn events(&self) -> u64 {
        self.events.load(Ordering::Relaxed)
    }

    /// The recording's time, in nanoseconds since the epoch; 0 at the beginning.
    pub fn bus_time_ns(&self) -> u64 {
        self.bus_time_ns.load(Ordering::Relaxed)
    }

    pub(crate) fn read(&self, bytes: u64) {
        self.bytes_read.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn published(&self, events: u64, bus_time_ns: u64) {
        self.events.fetch_add(events, Ordering::Relaxed);
        self.bus_time_ns.store(bus_time_ns, Ordering::Relaxed);
    }
}
