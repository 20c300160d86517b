//! A block now and then.

use std::time::Duration;

use peer_observer_node::RpcClient;

use super::interval::random_interval;
use crate::clock::Pace;
use crate::coins;

pub(super) async fn mine(rpc: RpcClient, interval: Duration, pace: Pace) {
    let mut works = true;
    loop {
        pace.sleep(random_interval(interval)).await;
        match coins::mine(&rpc, 1).await {
            Ok(_) => works = true,
            // Said once, not at every block that does not come.
            Err(error) if works => {
                tracing::warn!(%error, "no block mined; trying again");
                works = false;
            }
            Err(_) => {}
        }
    }
}
