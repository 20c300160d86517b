//! Fifty thousand connections, no two alike: neither the metrics nor the memory
//! grow with them.

use std::net::SocketAddr;
use std::ops::Range;
use std::path::Path;

use anyhow::Result;
use lab::load::short_connections;
use testkit::observer::{Observer, http};
use testkit::{Node, wait_for};

/// Connections from one reading of the memory to the next.
const BETWEEN_READINGS: u32 = 100;

/// With pages of 2 MiB, 5 % would be one page more or less.
const WITHOUT_HUGE_PAGES: (&str, &str) = ("MIMALLOC_ALLOW_THP", "0");

#[tokio::test(flavor = "multi_thread")]
async fn series_do_not_grow() -> Result<()> {
    let (node, observer) = watched_node().await?;
    short_connections(node.p2p_address(), 0, 10_000).await?;
    let before = series_at_rest(&observer, 10_000).await?;
    short_connections(node.p2p_address(), 10_000, 40_000).await?;
    let after = series_at_rest(&observer, 50_000).await?;
    assert_within_5_percent("series", before as u64, after as u64);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_does_not_grow() -> Result<()> {
    let (node, observer) = watched_node().await?;
    short_connections(node.p2p_address(), 0, 5_000).await?;
    let before = pss_during(&observer, node.p2p_address(), 5_000..10_000).await?;
    short_connections(node.p2p_address(), 10_000, 35_000).await?;
    let after = pss_during(&observer, node.p2p_address(), 45_000..50_000).await?;
    assert_within_5_percent("bytes of memory", before, after);
    Ok(())
}

fn assert_within_5_percent(of_what: &str, before: u64, after: u64) {
    eprintln!("{of_what}: {before} until 10,000 connections, {after} until 50,000");
    assert!(
        after as f64 <= before as f64 * 1.05,
        "{before} {of_what} have become {after}"
    );
}

async fn watched_node() -> Result<(Node, Observer)> {
    let node = Node::builder().without_checks().start().await?;
    let binary = Path::new(env!("CARGO_BIN_EXE_peer-observer"));
    let environment = [WITHOUT_HUGE_PAGES];
    let observer =
        Observer::start_in(&environment, binary, "alice", node.datadir(), None, "").await?;
    Ok((node, observer))
}

/// The memory while these connections come and go: the mean of the readings.
/// When nothing happens a reading says little, because the allocator gives back
/// what a thread has freed when that thread has something to do.
async fn pss_during(
    observer: &Observer,
    address: SocketAddr,
    connections: Range<u32>,
) -> Result<u64> {
    let mut readings = Vec::new();
    for first in connections.step_by(BETWEEN_READINGS as usize) {
        short_connections(address, first, BETWEEN_READINGS).await?;
        readings.push(observer.process().pss_bytes()?);
    }
    Ok(readings.iter().sum::<u64>() / readings.len() as u64)
}

/// The series once all these connections were seen to be closed and are forgotten.
async fn series_at_rest(observer: &Observer, connections: u64) -> Result<usize> {
    let closed = async || {
        let metrics = http::get(&format!("{}/metrics", observer.url))
            .await
            .unwrap_or_default();
        http::sum(&metrics, "peerobserver_connections_closed_total{") >= connections
    };
    wait_for("all connections to be closed", closed).await?;
    let forgotten = async || {
        let peers = http::get(&format!("{}/api/v1/peers", observer.url))
            .await
            .unwrap_or_default();
        peers.contains("\"peers\":[]")
    };
    wait_for("the closed peers to be forgotten", forgotten).await?;
    let metrics = http::get(&format!("{}/metrics", observer.url)).await?;
    let series = metrics.lines().filter(|line| !line.starts_with('#'));
    Ok(series.count())
}
