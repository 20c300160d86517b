//! Drives the clocks of regtest nodes.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use peer_observer_node::{RpcClient, RpcError};
use serde::Deserialize;
use serde_json::json;
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::driver::{Driver, HostTime};
use super::follower::set_clock;
use super::map::ClockMap;
use super::pace::Pace;

/// The highest speed: beyond it, what a node does in real time (it looks at its
/// peers ten times a second) is no longer small against what it does in node time.
pub const FASTEST: u32 = 30;

/// A block may be so much ahead of a node's clock, in seconds (Core:
/// `MAX_FUTURE_BLOCK_TIME`).
const FUTURE_BLOCK_SECONDS: u64 = 2 * 60 * 60;

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
