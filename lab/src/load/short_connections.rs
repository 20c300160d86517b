//! Many short connections, no two alike.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};
use peer_observer_p2p::{Options, Transport, magic};
use tokio::task::JoinSet;

use crate::loopback;

/// Connections open at the same time: well below what a node takes.
const AT_ONCE: usize = 16;

/// Opens connections number `first` to `first + count`, shakes hands and hangs
/// up. Each has its own address in 127.0.0.0/8, user agent and services.
pub async fn short_connections(address: SocketAddr, first: u32, count: u32) -> Result<()> {
    let next = Arc::new(AtomicU32::new(first));
    let mut workers = JoinSet::new();
    for _ in 0..AT_ONCE.min(count as usize) {
        let next = Arc::clone(&next);
        workers.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= first + count {
                    return Ok(());
                }
                connect(address, number)
                    .await
                    .with_context(|| format!("connection {number}"))?;
            }
        });
    }
    while let Some(worker) = workers.join_next().await {
        let result: Result<()> = worker?;
        result?;
    }
    Ok(())
}

async fn connect(address: SocketAddr, number: u32) -> Result<()> {
    let mut options = Options::new(Transport::V1, magic::REGTEST);
    let [_, high, middle, low] = number.to_be_bytes();
    options.local_address = Some(IpAddr::V4(Ipv4Addr::new(127, high + 1, middle, low)));
    options.version.user_agent = format!("/short:{number}/");
    options.version.services = u64::from(number) << 8;
    let mut connection = loopback::connect(address, &options).await?;
    connection.handshake(&options).await?;
    Ok(())
}
