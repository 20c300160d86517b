//! What one more page costs the server.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures_util::StreamExt;
use futures_util::future::try_join_all;
use testkit::Node;
use testkit::observer::{Observer, Process};

use super::{client, median, table};
use crate::node;
use crate::observer;

/// What the page asks for while it shows the events.
const REQUEST: &str = r#"{"events": {}, "max_per_second": 50, "snapshots": true}"#;
/// Peers that send: a node takes one message from each peer before it looks at the
/// next, so with many idle ones a single sender is slow.
const SENDERS: u32 = 50;
/// Without and with a client, in turn: what changes meanwhile is in both.
const TURNS: u32 = 3;

/// `per_second` messages, in and out together, for `duration`, while `peers` others are there.
pub(crate) async fn run(peers: u16, per_second: u32, duration: Duration) -> Result<()> {
    node::ensure()?;
    let binary = observer::build()?;
    let room = format!("-maxconnections={}", u32::from(peers) + SENDERS + 50);
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
    let per_sender = per_second / 2 / SENDERS;
    let senders =
        (0..SENDERS).map(|_| lab::load::paced_pings(node.p2p_address(), per_sender, duration));
    let (loads, shares) = tokio::join!(try_join_all(senders), shares(&observer, duration));
    let (loads, (without, with)) = (loads?, shares?);
    drop(idle);
    let rates = loads.iter().map(|load| {
        (load.sent_messages + load.received_messages) as f64 / load.elapsed.as_secs_f64()
    });
    println!(
        "\n{peers} idle peers, {:.0} messages/s, peer-observer's share of a core (medians of {TURNS}):\n",
        rates.sum::<f64>()
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
