//! So much per second, and not more.

use tokio::time::Instant;

/// A token bucket that holds what one second allows.
pub(super) struct Budget {
    per_second: f64,
    left: f64,
    refilled: Instant,
}

impl Budget {
    /// A full one.
    pub(super) fn new(per_second: u32, now: Instant) -> Budget {
        let per_second = f64::from(per_second);
        Budget {
            per_second,
            left: per_second,
            refilled: now,
        }
    }

    /// Adds what has become free since the last time.
    pub(super) fn refill(&mut self, now: Instant) {
        let passed = now.duration_since(self.refilled).as_secs_f64();
        self.left = (self.left + passed * self.per_second).min(self.per_second);
        self.refilled = now;
    }

    /// What may be used at once.
    pub(super) fn available(&self) -> usize {
        self.left.max(0.0) as usize
    }

    /// Uses it; more than is available is owed, and has to become free first.
    pub(super) fn take(&mut self, amount: usize) {
        self.left -= amount as f64;
    }
}
