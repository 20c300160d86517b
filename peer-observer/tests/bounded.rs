//! Fifty thousand connections, no two alike: neither the metrics nor the memory
//! grow with them.

use std::ops::Range;
use std::path::Path;

use anyhow::Result;
use testkit::observer::{Observer, http};
use testkit::{Node, wait_for};

/// Connections from one reading of the memory to the next.
const BETWEEN_READINGS: u32 = 100;

/// With pages of 2 MiB, 5 % would be one page more or less.
const WITHOUT_HUGE_PAGES: (&str, &str) = ("MIMALLOC_ALLOW_THP", "0");

/// What grows, if anything does.
#[derive(Debug)]
struct Size {
    series: usize,
    pss_bytes: u64,
}

impl Size {
    fn within_5_percent_of(&self, before: &Size) -> bool {
        let close = |now: f64, before: f64| (now - before).abs() <= before * 0.05;
        // Less memory is fine.
        close(self.series as f64, before.series as f64)
            && self.pss_bytes as f64 <= before.pss_bytes as f64 * 1.05
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_thousand_connections() -> Result<()> {
    let node = Node::builder().without_checks().start().await?;
    let binary = Path::new(env!("CARGO_BIN_EXE_peer-observer"));
    let observer = Observer::start_in(
        &[WITHOUT_HUGE_PAGES],
        binary,
        "alice",
        node.datadir(),
        None,
        "",
    )
    .await?;
    lab::load::short_connections(node.p2p_address(), 0, 5_000).await?;
    let before = during(&node, &observer, 5_000..10_000).await?;
    lab::load::short_connections(node.p2p_address(), 10_000, 35_000).await?;
    let after = during(&node, &observer, 45_000..50_000).await?;
    eprintln!("until 10,000 connections: {before:?}, until 50,000: {after:?}");
    assert!(
        after.within_5_percent_of(&before),
        "{before:?} has become {after:?}"
    );
    Ok(())
}

/// The size while these connections come and go: the mean of the readings.
/// When nothing happens a reading says little, because the allocator gives back
/// what a thread has freed when that thread has something to do.
async fn during(node: &Node, observer: &Observer, connections: Range<u32>) -> Result<Size> {
    let mut readings = Vec::new();
    let last = connections.end;
    for first in connections.step_by(BETWEEN_READINGS as usize) {
        lab::load::short_connections(node.p2p_address(), first, BETWEEN_READINGS).await?;
        readings.push(observer.process().pss_bytes()?);
    }
    Ok(Size {
        series: series_at_rest(observer, u64::from(last)).await?,
        pss_bytes: readings.iter().sum::<u64>() / readings.len() as u64,
    })
}

/// Once all these connections were seen to be closed and are forgotten.
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
