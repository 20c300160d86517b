//! What one more page costs the server.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures_util::StreamExt;
use testkit::Node;
use testkit::observer::{Observer, Process};

use super::{client, median, table};
use crate::node;
use crate::observer;

/// What the page asks for while it shows the events.
const REQUEST: &str = r#"{"events": {}, "max_per_second": 50, "snapshots": true}"#;
/// Without and with a client, in turn: what changes meanwhile is in both.
const TURNS: u32 = 3;

/// `per_second` messages, in and out together, for `duration`, while `peers` others are there.
pub(crate) async fn run(peers: u16, per_second: u32, duration: Duration) -> Result<()> {
    node::ensure()?;
    let binary = observer::build()?;
    let room = format!("-maxconnections={}", u32::from(peers) + 50);
    let node = Node::builder()
        .without_checks()
        .argument(room)
        .start()
        .await?;
    node.mine(1).await?;
    let observer = Observer::start(&binary, "bench", node.datadir(), None, "").await?;
    eprintln!("connecting {peers} peers");
    let idle = lab::load::idle_peers(node.p2p_address(), peers).await?;
    eprintln!("{per_second} messages/s for {} s", duration.as_secs());
    // Each ping is answered: half as many make the rate.
    let load = lab::load::paced_pings(node.p2p_address(), per_second / 2, duration);
    let (load, shares) = tokio::join!(load, shares(&observer, duration));
    let (load, (without, with)) = (load?, shares?);
    drop(idle);
    let messages = load.sent_messages + load.received_messages;
    println!(
        "\n{peers} peers, {:.0} messages/s, peer-observer's share of a core (medians of {TURNS}):\n",
        messages as f64 / load.elapsed.as_secs_f64()
    );
    let (without, with) = (median(&without), median(&with));
    let percent = |value: f64| format!("{value:.1} %");
    table::print(
        &["without a page", "with one", "difference"],
        &[vec![
            percent(without),
            percent(with),
            percent(with - without),
        ]],
    );
    Ok(())
}

/// Shares of a core in percent, without a client and with one.
async fn shares(observer: &Observer, duration: Duration) -> Result<(Vec<f64>, Vec<f64>)> {
    // The load may begin a little later and end a little earlier.
    let turn = duration.mul_f64(0.95) / (2 * TURNS);
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        without.push(share(observer.process(), turn).await?);
        let mut socket = client::connect(&observer.url, REQUEST).await?;
        let reader = tokio::spawn(async move { while let Some(Ok(_)) = socket.next().await {} });
        with.push(share(observer.process(), turn).await?);
        anyhow::ensure!(!reader.is_finished(), "the server has closed the websocket");
        reader.abort();
    }
    Ok((without, with))
}

async fn share(process: Process, turn: Duration) -> Result<f64> {
    let cpu = || process.cpu().context("peer-observer has ended");
    let (before, began) = (cpu()?, Instant::now());
    tokio::time::sleep(turn).await;
    let used = cpu()?.saturating_sub(before);
    Ok(used.as_secs_f64() / began.elapsed().as_secs_f64() * 100.0)
}
