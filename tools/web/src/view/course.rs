//! Measurements of the last ten minutes.

use std::collections::VecDeque;

/// How far back a course reaches, in bus time.
pub(super) const LENGTH_NS: u64 = 600_000_000_000;

/// Values in a course: one each second. Those that come more often reach less far back.
pub(super) const MOST_VALUES: usize = 600;

/// Values with the bus time at which they came, the latest last.
pub(super) struct Course<T>(VecDeque<(u64, T)>);

impl<T> Default for Course<T> {
    fn default() -> Course<T> {
        Course(VecDeque::new())
    }
}

impl<T> Course<T> {
    pub(super) fn push(&mut self, bus_time_ns: u64, value: T) {
        if self.0.len() == MOST_VALUES {
            self.0.pop_front();
        }
        self.0.push_back((bus_time_ns, value));
        self.forget(bus_time_ns);
    }

    /// Lets go of what is too long ago.
    pub(super) fn forget(&mut self, bus_time_ns: u64) {
        let first = bus_time_ns.saturating_sub(LENGTH_NS);
        let old = self.0.iter().take_while(|(time, _)| *time < first).count();
        self.0.drain(..old);
    }

    pub(super) fn last(&self) -> Option<&(u64, T)> {
        self.0.back()
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, value)| value)
    }

    /// When the values came, in seconds since the epoch, to the millisecond.
    pub(super) fn times(&self) -> Vec<f64> {
        self.0.iter().map(|(time, _)| unix_seconds(*time)).collect()
    }
}

/// Nanoseconds as seconds, to the millisecond.
pub(super) fn unix_seconds(time_ns: u64) -> f64 {
    (time_ns / 1_000_000) as f64 / 1e3
}
