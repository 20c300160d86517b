//! How long a node's second is for those who make traffic.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use peer_observer_bus::wall_clock_ns;

/// How soon a sleeper looks at a driven clock again: a stalling machine makes
/// node time later than it was foreseen.
const LONGEST_NAP: Duration = Duration::from_millis(250);

/// The clock that traffic goes by: real time, or a node time that a
/// [`MockClock`](super::MockClock) drives. Clones are the same clock.
#[derive(Clone, Debug)]
pub struct Pace(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Real,
    Driven {
        speed: u32,
        /// What the nodes' clocks show, in seconds since the epoch.
        shown: Arc<AtomicU64>,
    },
}

impl Pace {
    /// Real time.
    pub fn real() -> Pace {
        Pace(Kind::Real)
    }

    pub(super) fn driven(speed: u32, shown: Arc<AtomicU64>) -> Pace {
        Pace(Kind::Driven { speed, shown })
    }

    /// How many node seconds a real one has.
    pub fn speed(&self) -> u32 {
        match &self.0 {
            Kind::Real => 1,
            Kind::Driven { speed, .. } => *speed,
        }
    }

    /// What the nodes' clocks show, in seconds since the epoch.
    pub fn now_unix_seconds(&self) -> u64 {
        match &self.0 {
            Kind::Real => wall_clock_ns() / 1_000_000_000,
            Kind::Driven { shown, .. } => shown.load(Ordering::Relaxed),
        }
    }

    /// The same as the protocol's messages have it: it ends in the year 2106.
    pub fn now_u32(&self) -> u32 {
        u32::try_from(self.now_unix_seconds()).unwrap_or(u32::MAX)
    }

    /// How long a time on the nodes' clocks really takes, as long as the machine
    /// keeps up.
    pub fn real_duration(&self, node: Duration) -> Duration {
        node / self.speed()
    }

    /// Waits for so long on the nodes' clocks, as long as the machine keeps up.
    pub async fn sleep(&self, node: Duration) {
        tokio::time::sleep(self.real_duration(node)).await;
    }

    /// Waits until the nodes' clocks show this time, in seconds since the epoch.
    pub async fn sleep_until(&self, unix_seconds: u64) {
        loop {
            let left = unix_seconds.saturating_sub(self.now_unix_seconds());
            if left == 0 {
                return;
            }
            let left = self.real_duration(Duration::from_secs(left));
            tokio::time::sleep(left.min(LONGEST_NAP)).await;
        }
    }
}
