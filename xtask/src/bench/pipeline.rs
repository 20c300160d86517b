//! What watching costs: with and without peer-observer in turn, medians.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use lab::load::LoadReport;
use testkit::Node;
use testkit::observer::{Observer, Process, http};
use tokio_util::sync::CancellationToken;

use super::{median, table};
use crate::node;
use crate::observer;

const NODE_THREADS: &[&str] = &["b-msghand", "b-net"];
const PACE_PER_SECOND: u32 = 1_000;
const PACE_DURATION: Duration = Duration::from_secs(10);

/// A load and its name.
#[derive(Clone, Copy)]
enum Load {
    Pings,
    Invs,
    Addresses,
}

impl Load {
    const ALL: [Load; 3] = [Load::Pings, Load::Invs, Load::Addresses];

    fn name(self) -> &'static str {
        match self {
            Load::Pings => "200,000 pings",
            Load::Invs => "100,000 inv of 35",
            Load::Addresses => "100,000 addrv2 of 10",
        }
    }

    async fn run(self, node: &Node) -> Result<LoadReport> {
        let address = node.p2p_address();
        match self {
            Load::Pings => lab::load::ping_flood(address, 200_000, 2).await,
            Load::Invs => lab::load::inv_flood(address, 100_000, 35).await,
            Load::Addresses => lab::load::addrv2_flood(address, 100_000, 10).await,
        }
    }
}

/// One flood, watched.
struct Watched {
    rate: f64,
    messages: u64,
    lost: u64,
    cpu: Duration,
    peak_pss_bytes: u64,
}

pub(crate) async fn run(runs: usize) -> Result<()> {
    node::ensure()?;
    let binary = observer::build()?;
    let node = Node::builder().without_checks().start().await?;
    node.mine(1).await?;
    floods(&binary, &node, runs).await?;
    paced(&binary, &node, runs).await
}

async fn floods(binary: &Path, node: &Node, runs: usize) -> Result<()> {
    let mut rows = Vec::new();
    for load in Load::ALL {
        let (mut bare, mut watched) = (Vec::new(), Vec::new());
        for run in 1..=runs {
            eprintln!("{}: run {run} of {runs}", load.name());
            let report = load.run(node).await?;
            bare.push(rate(&report));
            watched.push(watch(binary, node, load).await?);
        }
        rows.push(row(load, &bare, &watched));
    }
    println!("\nFloods on 2 cores, node and load generator included (medians of {runs} runs):\n");
    let head = [
        "load",
        "events",
        "lost",
        "CPU s per million",
        "peak PSS MB",
        "node msg/s bare",
        "watched",
        "ratio",
    ];
    table::print(&head, &rows);
    Ok(())
}

fn rate(report: &LoadReport) -> f64 {
    report.sent_messages as f64 / report.elapsed.as_secs_f64()
}

fn row(load: Load, bare: &[f64], watched: &[Watched]) -> Vec<String> {
    let of = |value: fn(&Watched) -> f64| median(&watched.iter().map(value).collect::<Vec<_>>());
    let (bare, with_us) = (median(bare), of(|run| run.rate));
    vec![
        load.name().to_owned(),
        format!("{:.0}", of(|run| run.messages as f64)),
        watched.iter().map(|run| run.lost).sum::<u64>().to_string(),
        format!(
            "{:.2}",
            of(|run| run.cpu.as_secs_f64() / run.messages as f64 * 1e6)
        ),
        format!("{:.1}", of(|run| run.peak_pss_bytes as f64 / 1e6)),
        format!("{bare:.0}"),
        format!("{with_us:.0}"),
        format!("{:.2}", with_us / bare),
    ]
}

async fn watch(binary: &Path, node: &Node, load: Load) -> Result<Watched> {
    let observer = Observer::start(binary, "bench", node.datadir(), None, "").await?;
    let process = observer.process();
    let cpu_before = process.cpu()?;
    let stop = CancellationToken::new();
    let sampler = tokio::spawn(peak_pss(process, stop.clone()));
    let report = load.run(node).await?;
    let (metrics, cpu) = settled(&observer, process).await?;
    stop.cancel();
    Ok(Watched {
        rate: rate(&report),
        messages: http::sum(&metrics, "peerobserver_p2p_messages_total{"),
        lost: http::sum(&metrics, "peerobserver_hop_dropped_total{"),
        cpu: cpu.saturating_sub(cpu_before),
        peak_pss_bytes: sampler.await.context("the memory sampler panicked")?,
    })
}

/// Samples until told to stop; the largest value.
async fn peak_pss(process: Process, stop: CancellationToken) -> u64 {
    let mut peak = 0;
    loop {
        peak = peak.max(process.pss_bytes().unwrap_or_default());
        tokio::select! {
            () = stop.cancelled() => return peak,
            () = tokio::time::sleep(Duration::from_millis(100)) => {}
        }
    }
}

/// The metrics once two heartbeats in turn have added no message, and the
/// processor time up to the moment when the last one was there.
async fn settled(observer: &Observer, process: Process) -> Result<(String, Duration)> {
    let mut last = (0, Instant::now(), Duration::ZERO);
    loop {
        // Seldom: serving the metrics costs processor time too.
        tokio::time::sleep(Duration::from_millis(250)).await;
        let cpu = process.cpu()?;
        let metrics = http::get(&format!("{}/metrics", observer.url)).await?;
        let messages = http::sum(&metrics, "peerobserver_p2p_messages_total{");
        if messages != last.0 {
            last = (messages, Instant::now(), cpu);
        } else if last.1.elapsed() > Duration::from_millis(2_500) {
            return Ok((metrics, last.2));
        }
    }
}

/// An ordinary rate: what the node's threads and ours take of a core.
async fn paced(binary: &Path, node: &Node, runs: usize) -> Result<()> {
    let (mut bare, mut watched, mut ours) = (Vec::new(), Vec::new(), Vec::new());
    for run in 1..=runs {
        eprintln!("{PACE_PER_SECOND} messages/s: run {run} of {runs}");
        bare.push(paced_share(node, None).await?.0);
        let observer = Observer::start(binary, "bench", node.datadir(), None, "").await?;
        let (node_share, our_share) = paced_share(node, Some(observer.process())).await?;
        watched.push(node_share);
        ours.push(our_share);
    }
    println!(
        "\n{PACE_PER_SECOND} messages/s (in and out together), shares of a core (medians of {runs} runs):\n"
    );
    let percent = |value: f64| format!("{value:.2} %");
    let (bare, watched) = (median(&bare), median(&watched));
    table::print(
        &[
            "",
            "node bare",
            "node watched",
            "difference",
            "peer-observer",
        ],
        &[vec![
            "share of a core".to_owned(),
            percent(bare),
            percent(watched),
            percent(watched - bare),
            percent(median(&ours)),
        ]],
    );
    Ok(())
}

/// Shares of a core in percent: the node's threads, and the other process.
async fn paced_share(node: &Node, other: Option<Process>) -> Result<(f64, f64)> {
    let process = Process(node.pid()?);
    let other_cpu = || other.map_or(Ok(Duration::ZERO), Process::cpu);
    let before = (
        process.threads_cpu(NODE_THREADS)?,
        other_cpu()?,
        Instant::now(),
    );
    // Each ping is answered: half as many make the rate.
    lab::load::paced_pings(node.p2p_address(), PACE_PER_SECOND / 2, PACE_DURATION).await?;
    let elapsed = before.2.elapsed().as_secs_f64();
    let share = |cpu: Duration| cpu.as_secs_f64() / elapsed * 100.0;
    let node_cpu = process.threads_cpu(NODE_THREADS)?.saturating_sub(before.0);
    Ok((
        share(node_cpu),
        share(other_cpu()?.saturating_sub(before.1)),
    ))
}
