//! As much as was asked for.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Result;

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
    let connection = LoadConnection::open(address).await?;
    tokio::task::spawn_blocking(move || paced(connection, per_second, duration)).await?
}

fn paced(
    mut connection: LoadConnection,
    per_second: u32,
    duration: Duration,
) -> Result<LoadReport> {
    let total = (f64::from(per_second) * duration.as_secs_f64()).round() as u64;
    let slice_count = duration.as_nanos().div_ceil(SLICE.as_nanos()).max(1) as u64;
    let started = Instant::now();
    let mut sent = 0;
    for slice in 1..=slice_count {
        let at = SLICE.mul_f64(slice as f64);
        std::thread::sleep(at.saturating_sub(started.elapsed()));
        // By the end of each slice its part of the total is out, so rounding
        // does not add up.
        let due = (u128::from(total) * u128::from(slice) / u128::from(slice_count)) as u64;
        let mut frames = Frames::default();
        for nonce in sent..due {
            frames.push(&ping(nonce))?;
        }
        sent = due;
        connection.send(&frames)?;
    }
    connection.finish()
}
