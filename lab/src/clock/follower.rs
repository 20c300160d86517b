//! Sets one node's clock.

use peer_observer_node::{RpcClient, RpcError};
use serde_json::{Value, json};
use tokio::sync::watch;

/// The scheduler is moved when it is behind by so much, in seconds.
const SCHEDULER_STEP_SECONDS: u64 = 15;

/// Sets a node's clock, to seconds since the epoch.
pub(super) async fn set_clock(node: &RpcClient, unix_seconds: u64) -> Result<(), RpcError> {
    let answer: Result<Value, RpcError> = node.call_as("setmocktime", json!([unix_seconds])).await;
    answer.map(|_| ())
}

/// Sets one node's clock, each time to the latest time: a node that is busy
/// holds up no other, and its clock never goes back.
pub(super) async fn follow(node: RpcClient, mut time: watch::Receiver<u64>, speed: u32) {
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
