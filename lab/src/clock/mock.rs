//! Drives the clocks of regtest nodes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use peer_observer_bus::{monotonic_ns, wall_clock_ns};
use peer_observer_node::{RpcClient, RpcError};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::map::{ClockMap, ClockPoint};
use super::pace::Pace;

/// The highest speed: beyond it, what a node does in real time (it looks at its
/// peers ten times a second) is no longer small against what it does in node time.
pub const FASTEST: u32 = 30;

const SECOND_NS: u64 = 1_000_000_000;

/// Clocks never jump by more than this at once, in nanoseconds: a peer that is
/// just shaking hands would be thrown out otherwise. What a machine that stalls
/// makes late is not caught up with.
const LONGEST_STEP_NS: u64 = 5 * SECOND_NS;

/// The scheduler is moved when it is behind by so much, in seconds.
const SCHEDULER_STEP_SECONDS: u64 = 15;

/// A block may be so much ahead of a node's clock, in seconds (Core:
/// `MAX_FUTURE_BLOCK_TIME`).
const FUTURE_BLOCK_SECONDS: u64 = 2 * 60 * 60;

/// The host's two clocks may come apart by so much from one step to the next,
/// in nanoseconds: a busy machine takes its time between reading the one and the other.
const HOST_CLOCK_STEP_NS: u64 = 50_000_000;

/// How a [`MockClock`] runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MockClockOptions {
    /// What the nodes' clocks show at first, in seconds since the epoch.
    pub begin_unix_seconds: u64,
    /// How many seconds they move in a real one: 1 to [`FASTEST`].
    pub speed: u32,
}

/// Why clocks cannot be driven.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    /// Of course not.
    #[error("there is no node whose clock could be driven")]
    NoNodes,
    /// Too fast, or standing still.
    #[error("a node's clock cannot run {0} times as fast as real time: 1 to {FASTEST}")]
    Speed(u32),
    /// A real network's clock is nobody's to set.
    #[error("a node is on {0}: only regtest nodes have clocks that can be set")]
    NotRegtest(String),
    /// Its blocks would be in the future.
    #[error(
        "a node's best block has time {tip_unix_seconds}, more than two hours after the beginning \
         {begin_unix_seconds}: begin later, or start the node with -mocktime"
    )]
    BlocksInFuture {
        /// The best block's time, in seconds since the epoch.
        tip_unix_seconds: u64,
        /// What was asked for.
        begin_unix_seconds: u64,
    },
    /// A node could not be asked, or its clock not be set for the first time.
    #[error("a node's clock cannot be set: {0}")]
    Rpc(#[from] RpcError),
    /// Events that were recorded meanwhile cannot be put on node time.
    #[error("the host's time of day was set by {0} ms meanwhile: record again")]
    HostClockSet(u64),
    /// A bug.
    #[error("the task that drives the clocks has failed: {0}")]
    Task(#[from] JoinError),
}

/// Clocks of nodes that run faster than real time, until this is stopped or
/// dropped; then they stand still. A node that is away meanwhile is set right
/// when it is back: start it with `-mocktime`, so that it never shows real time.
pub struct MockClock {
    pace: Pace,
    driver: JoinHandle<Result<ClockMap, ClockError>>,
    stop: DropGuard,
}

impl MockClock {
    /// Sets the clocks of all nodes and lets them run from then on.
    ///
    /// # Errors
    /// When the options make no sense; when a node cannot be asked, is not on
    /// regtest, or has blocks from after the beginning.
    pub async fn start(
        nodes: Vec<RpcClient>,
        options: MockClockOptions,
    ) -> Result<MockClock, ClockError> {
        let begin = options.begin_unix_seconds;
        if nodes.is_empty() {
            return Err(ClockError::NoNodes);
        }
        if !(1..=FASTEST).contains(&options.speed) {
            return Err(ClockError::Speed(options.speed));
        }
        for node in &nodes {
            check(node, begin).await?;
        }
        for node in &nodes {
            set_clock(node, begin).await?;
        }
        let shown = Arc::new(AtomicU64::new(begin));
        let stop = CancellationToken::new();
        let driver = Driver::new(options, HostTime::now(), shown.clone());
        Ok(MockClock {
            pace: Pace::driven(options.speed, shown),
            driver: tokio::spawn(driver.run(nodes, stop.clone())),
            stop: stop.drop_guard(),
        })
    }

    /// The clock for those who make traffic.
    pub fn pace(&self) -> Pace {
        self.pace.clone()
    }

    /// Lets the clocks stand still, and tells how they ran.
    ///
    /// # Errors
    /// When somebody has set the host's clock meanwhile.
    pub async fn stop(self) -> Result<ClockMap, ClockError> {
        drop(self.stop);
        self.driver.await?
    }
}

/// Is it a regtest node that can have this time?
async fn check(node: &RpcClient, begin_unix_seconds: u64) -> Result<(), ClockError> {
    #[derive(Deserialize)]
    struct BlockchainInfo {
        chain: String,
        /// The best block's.
        time: u64,
    }
    let info: BlockchainInfo = node.call_as("getblockchaininfo", json!([])).await?;
    if info.chain != "regtest" {
        return Err(ClockError::NotRegtest(info.chain));
    }
    if info.time > begin_unix_seconds + FUTURE_BLOCK_SECONDS {
        return Err(ClockError::BlocksInFuture {
            tip_unix_seconds: info.time,
            begin_unix_seconds,
        });
    }
    Ok(())
}

async fn set_clock(node: &RpcClient, unix_seconds: u64) -> Result<(), RpcError> {
    let answer: Result<Value, RpcError> = node.call_as("setmocktime", json!([unix_seconds])).await;
    answer.map(|_| ())
}

/// Decides what time it is.
struct Driver {
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
struct HostTime {
    real_ns: u64,
    monotonic_ns: u64,
}

impl HostTime {
    /// Of three readings the quickest counts: in the others somebody else had
    /// the processor between the two clocks.
    fn now() -> HostTime {
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
    fn new(options: MockClockOptions, now: HostTime, shown: Arc<AtomicU64>) -> Driver {
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

    async fn run(
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

/// Sets one node's clock, each time to the latest time: a node that is busy
/// holds up no other, and its clock never goes back.
async fn follow(node: RpcClient, mut time: watch::Receiver<u64>, speed: u32) {
    let mut scheduled = *time.borrow_and_update();
    let mut works = true;
    while time.changed().await.is_ok() {
        let seconds = *time.borrow_and_update();
        let mut outcome = set_clock(&node, seconds).await;
        // The scheduler goes as fast as real time by itself.
        let ahead = (seconds - scheduled) * u64::from(speed - 1) / u64::from(speed);
        if ahead >= SCHEDULER_STEP_SECONDS && outcome.is_ok() {
            scheduled = seconds;
            outcome = move_scheduler(&node, ahead).await;
        }
        match outcome {
            Ok(()) => works = true,
            // A node may be stopped and started again. Said once, not each time.
            Err(error) if works => {
                tracing::warn!(%error, "a node's clock stands still; trying again");
                works = false;
            }
            Err(_) => {}
        }
    }
}

async fn move_scheduler(node: &RpcClient, seconds: u64) -> Result<(), RpcError> {
    // Core takes up to an hour.
    let seconds = seconds.min(3600);
    let answer: Result<Value, RpcError> = node.call_as("mockscheduler", json!([seconds])).await;
    answer.map(|_| ())
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
