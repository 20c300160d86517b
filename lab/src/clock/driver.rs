//! Decides what time it is for the nodes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use peer_observer_bus::{monotonic_ns, wall_clock_ns};
use peer_observer_node::RpcClient;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::follower::follow;
use super::map::{ClockMap, ClockPoint};
use super::mock::{ClockError, MockClockOptions};

const SECOND_NS: u64 = 1_000_000_000;

/// Clocks never jump by more than this at once, in nanoseconds: a peer that is
/// just shaking hands would be thrown out otherwise. What a machine that stalls
/// makes late is not caught up with.
const LONGEST_STEP_NS: u64 = 5 * SECOND_NS;

/// The host's two clocks may come apart by so much from one step to the next,
/// in nanoseconds: a busy machine takes its time between reading the one and the other.
const HOST_CLOCK_STEP_NS: u64 = 50_000_000;

/// Decides what time it is.
pub(super) struct Driver {
    speed: u32,
    shown: Arc<AtomicU64>,
    points: Vec<ClockPoint>,
    /// Where node time is, exactly: nodes take whole seconds only.
    node_ns: u64,
    /// By how much the host's clock was set, in nanoseconds, if it was.
    set_by_ns: Option<u64>,
}

/// The host's two clocks at a moment.
#[derive(Clone, Copy)]
pub(super) struct HostTime {
    real_ns: u64,
    monotonic_ns: u64,
}

impl HostTime {
    /// Of three readings the quickest counts: in the others somebody else had
    /// the processor between the two clocks.
    pub(super) fn now() -> HostTime {
        let readings = (0..3).map(|_| {
            let before = monotonic_ns();
            let real_ns = wall_clock_ns();
            let took_ns = monotonic_ns() - before;
            let monotonic_ns = before + took_ns / 2;
            (
                took_ns,
                HostTime {
                    real_ns,
                    monotonic_ns,
                },
            )
        });
        let quickest = readings.min_by_key(|(took_ns, _)| *took_ns);
        quickest.expect("three readings have a quickest").1
    }
}

impl Driver {
    pub(super) fn new(options: MockClockOptions, now: HostTime, shown: Arc<AtomicU64>) -> Driver {
        let node_ns = options.begin_unix_seconds * SECOND_NS;
        Driver {
            speed: options.speed,
            shown,
            points: vec![ClockPoint {
                real_ns: now.real_ns,
                monotonic_ns: now.monotonic_ns,
                node_ns,
            }],
            node_ns,
            set_by_ns: None,
        }
    }

    pub(super) async fn run(
        mut self,
        nodes: Vec<RpcClient>,
        stop: CancellationToken,
    ) -> Result<ClockMap, ClockError> {
        let (time, _) = watch::channel(self.node_ns / SECOND_NS);
        let mut followers = JoinSet::new();
        for node in nodes {
            followers.spawn(follow(node, time.subscribe(), self.speed));
        }
        // A step for each second of the nodes.
        let mut steps = tokio::time::interval(Duration::from_secs(1) / self.speed);
        steps.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last_ns = self.points[0].monotonic_ns;
        loop {
            tokio::select! {
                _ = steps.tick() => {}
                () = stop.cancelled() => break,
            }
            let now = HostTime::now();
            self.advance(now.monotonic_ns.saturating_sub(last_ns));
            last_ns = now.monotonic_ns;
            if self.mark(now) {
                time.send_replace(self.node_ns / SECOND_NS);
            }
        }
        // The followers end with the channel, after the call they are at.
        drop(time);
        while followers.join_next().await.is_some() {}
        if let Some(apart_ns) = self.set_by_ns {
            return Err(ClockError::HostClockSet(apart_ns / 1_000_000));
        }
        let map = ClockMap::try_from(self.points);
        Ok(map.expect("`mark` adds a point only where all of its times are later"))
    }

    fn advance(&mut self, real_ns: u64) {
        let step_ns = real_ns.saturating_mul(self.speed.into());
        self.node_ns += step_ns.min(LONGEST_STEP_NS);
    }

    /// Notes the time where it is another second; says whether it is.
    fn mark(&mut self, now: HostTime) -> bool {
        let seconds = self.node_ns / SECOND_NS;
        let last = self.points[self.points.len() - 1];
        if seconds * SECOND_NS <= last.node_ns {
            return false;
        }
        let passed_ns = now.monotonic_ns.saturating_sub(last.monotonic_ns);
        let apart_ns = now.real_ns.abs_diff(last.real_ns + passed_ns);
        if apart_ns > HOST_CLOCK_STEP_NS {
            self.set_by_ns.get_or_insert(apart_ns);
        }
        self.points.push(ClockPoint {
            // A clock that is slowed down a little may seem to stand still.
            real_ns: now.real_ns.max(last.real_ns + 1),
            monotonic_ns: now.monotonic_ns.max(last.monotonic_ns + 1),
            node_ns: seconds * SECOND_NS,
        });
        self.shown.store(seconds, Ordering::Relaxed);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: HostTime = HostTime {
        real_ns: 5_000 * SECOND_NS,
        monotonic_ns: 50 * SECOND_NS,
    };

    fn driver(speed: u32) -> Driver {
        let options = MockClockOptions {
            begin_unix_seconds: 1_000,
            speed,
        };
        Driver::new(options, START, Arc::default())
    }

    fn later(real_ns: u64, monotonic_ns: u64) -> HostTime {
        HostTime {
            real_ns: START.real_ns + real_ns,
            monotonic_ns: START.monotonic_ns + monotonic_ns,
        }
    }

    #[test]
    fn a_stalling_machine_makes_no_jump() {
        let mut driver = driver(30);
        driver.advance(SECOND_NS / 10);
        assert_eq!(driver.node_ns, 1_003 * SECOND_NS);
        driver.advance(10 * SECOND_NS);
        assert_eq!(driver.node_ns, 1_008 * SECOND_NS);
    }

    #[test]
    fn only_another_second_is_a_moment() {
        let mut driver = driver(7);
        let tenth = SECOND_NS / 10;
        driver.advance(tenth);
        assert!(!driver.mark(later(tenth, tenth)));
        driver.advance(tenth);
        assert!(driver.mark(later(2 * tenth, 2 * tenth)));
        assert_eq!(driver.points[1].node_ns, 1_001 * SECOND_NS);
        assert_eq!(driver.shown.load(Ordering::Relaxed), 1_001);
        assert_eq!(driver.set_by_ns, None);
    }

    #[test]
    fn a_host_clock_that_is_set_is_noticed() {
        let mut driver = driver(30);
        driver.advance(SECOND_NS);
        assert!(driver.mark(later(3_601 * SECOND_NS, SECOND_NS)));
        assert_eq!(driver.set_by_ns, Some(3_600 * SECOND_NS));
    }
}
