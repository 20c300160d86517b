//! As much as the node takes.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use peer_observer_event::{AddrV2, Body, Inv, InventoryItem};
use rand::Rng;
use tokio::task::JoinSet;

use super::LoadReport;
use super::connection::{LoadConnection, ping};
use super::frames::Frames;
use crate::addresses;

/// How much one write has. Messages beyond that repeat, so that the memory
/// that a flood takes does not depend on its length.
const WRITE_BYTES: usize = 256 * 1024;

/// How many different messages of a kind are made at most.
const DIFFERENT_MESSAGES: u64 = 64;

/// Core's `MSG_WTX` (BIP339).
const WTX: u32 = 5;

/// Sends `count` pings, divided among `peers` connections, and waits for all pongs.
pub async fn ping_flood(address: SocketAddr, count: u64, peers: u64) -> Result<LoadReport> {
    ensure!(peers > 0, "a flood needs a connection");
    let mut connections = JoinSet::new();
    for peer in 0..peers {
        let share = count / peers + u64::from(peer < count % peers);
        let connection = LoadConnection::open(address).await?;
        connections.spawn(flood(connection, share, |index| Ok(ping(index))));
    }
    let mut total = LoadReport::default();
    while let Some(report) = connections.join_next().await {
        total.absorb(report??);
    }
    Ok(total)
}

/// Sends `count` inv messages with `items` announcements of transactions that
/// do not exist, over one connection. A node disconnects for more than 50,000
/// items in one message.
pub async fn inv_flood(address: SocketAddr, count: u64, items: usize) -> Result<LoadReport> {
    ensure!(
        items <= 50_000,
        "{items} items in one inv are more than a node takes"
    );
    let connection = LoadConnection::open(address).await?;
    let announce = move |_| {
        let mut random = rand::rng();
        let items = (0..items)
            .map(|_| InventoryItem {
                r#type: WTX,
                hash: random.random(),
            })
            .collect();
        Ok(Body::Inv(Inv { items }))
    };
    flood(connection, count, announce).await
}

/// Sends `count` addrv2 messages with `entries` addresses over one connection.
/// A node disconnects for more than 1,000 entries in one message.
pub async fn addrv2_flood(address: SocketAddr, count: u64, entries: usize) -> Result<LoadReport> {
    ensure!(
        entries <= 1000,
        "{entries} entries in one addrv2 are more than a node takes"
    );
    let connection = LoadConnection::open(address).await?;
    let gossip = move |_| {
        let mut random = rand::rng();
        let entries = (0..entries)
            .map(|_| addresses::random_entry(&mut random))
            .collect();
        Ok(Body::Addrv2(AddrV2 { entries }))
    };
    flood(connection, count, gossip).await
}

/// Makes a write's worth of messages and sends it until there were `count`.
async fn flood(
    connection: LoadConnection,
    count: u64,
    message: impl Fn(u64) -> Result<Body> + Send + 'static,
) -> Result<LoadReport> {
    tokio::task::spawn_blocking(move || flood_blocking(connection, count, message)).await?
}

fn flood_blocking(
    mut connection: LoadConnection,
    count: u64,
    message: impl Fn(u64) -> Result<Body>,
) -> Result<LoadReport> {
    let mut batch = Frames::default();
    let mut single = Vec::new();
    for index in 0..count.min(DIFFERENT_MESSAGES) {
        let mut frame = Frames::default();
        frame.push(&message(index)?)?;
        single.push(frame);
    }
    let mut index = 0;
    while batch.messages() < count && batch.bytes().len() < WRITE_BYTES {
        batch.append(&single[index % single.len()]);
        index += 1;
    }
    connection.restart_clock();
    let mut left = count;
    while left > 0 && left >= batch.messages() {
        connection.send(&batch)?;
        left -= batch.messages();
    }
    for frame in single.iter().cycle().take(usize::try_from(left)?) {
        connection.send(frame)?;
    }
    connection.finish()
}
