//! Fifty thousand connections, no two alike: neither the metrics nor the memory
//! grow with them.

use std::path::Path;

use anyhow::Result;
use testkit::observer::{Observer, http};
use testkit::{Node, wait_for};

/// What grows, if anything does.
#[derive(Debug)]
struct Size {
    series: usize,
    pss_bytes: u64,
}

impl Size {
    fn within_5_percent_of(&self, before: &Size) -> bool {
        let close = |now: f64, before: f64| (now - before).abs() <= before * 0.05;
        // Less memory is fine: the allocator returns what an earlier burst needed when it gets to it.
        close(self.series as f64, before.series as f64)
            && self.pss_bytes as f64 <= before.pss_bytes as f64 * 1.05
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_thousand_connections() -> Result<()> {
    let node = Node::builder().without_checks().start().await?;
    let binary = Path::new(env!("CARGO_BIN_EXE_peer-observer"));
    let observer = Observer::start(binary, "alice", node.datadir(), None, "").await?;
    lab::load::short_connections(node.p2p_address(), 0, 10_000).await?;
    let before = at_rest(&observer, 10_000).await?;
    lab::load::short_connections(node.p2p_address(), 10_000, 40_000).await?;
    let after = at_rest(&observer, 50_000).await?;
    eprintln!("after 10,000 connections: {before:?}, after 50,000: {after:?}");
    assert!(
        after.within_5_percent_of(&before),
        "{before:?} has become {after:?}"
    );
    Ok(())
}

/// The size once all these connections were seen to be closed and are forgotten.
async fn at_rest(observer: &Observer, connections: u64) -> Result<Size> {
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
    let series = metrics
        .lines()
        .filter(|line| !line.starts_with('#'))
        .count();
    Ok(Size {
        series,
        pss_bytes: observer.process().pss_bytes()?,
    })
}
