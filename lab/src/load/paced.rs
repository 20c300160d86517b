//! As much as was asked for.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use tokio::time::MissedTickBehavior;

use super::LoadReport;
use super::connection::{LoadConnection, ping};
use super::frames::Frames;

/// How often something is sent: what falls into one such time goes in one write.
const SLICE: Duration = Duration::from_millis(10);

/// Sends `per_second` pings each second for `duration`, evenly, over one
/// connection, and waits for the last pong. What a busy machine makes late is
/// caught up with.
pub async fn paced_pings(
    address: SocketAddr,
    per_second: u32,
    duration: Duration,
) -> Result<LoadReport> {
    let mut connection = LoadConnection::open(address).await?;
    let mut slices = tokio::time::interval(SLICE);
    slices.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let total = (f64::from(per_second) * duration.as_secs_f64()).round() as u64;
    let slice_count = duration.as_nanos().div_ceil(SLICE.as_nanos()).max(1) as u64;
    let mut sent = 0;
    for slice in 1..=slice_count {
        slices.tick().await;
        // By the end of each slice its part of the total is out, so rounding
        // does not add up.
        let due = (u128::from(total) * u128::from(slice) / u128::from(slice_count)) as u64;
        let mut frames = Frames::default();
        for nonce in sent..due {
            frames.push(&ping(nonce))?;
        }
        sent = due;
        connection.send(&frames).await?;
    }
    connection.finish().await
}
