//! `cargo xtask demo --check`: the demo without a person who looks at it.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use testkit::observer::{Observer, http};

/// What the tracepoints must have seen of the traffic.
const EXPECTED_MESSAGES: &[&str] = &[
    "version", "verack", "inv", "getdata", "tx", "addrv2", "ping", "pong", "headers",
];
/// What must have come from the other extractors: begins of series.
const EXPECTED_SERIES: &[&str] = &[
    "peerobserver_rpc_chain_tips{",
    "peerobserver_log_lines_total{",
    "peerobserver_log_tip_updates_total{",
    "peerobserver_reconstruction_blocks_total{",
    "peerobserver_probe_verified{",
    "peerobserver_probe_ping_seconds_count{",
    "peerobserver_probe_inv_items_total{",
    "peerobserver_probe_block_announcement_delay_seconds_count{",
    "peerobserver_ipc_tip_changes_total{",
    "peerobserver_ipc_echo_duration_seconds_count{",
    "peerobserver_ipc_template_weight{",
    "peerobserver_node_process_cpu_seconds_total{",
    "peerobserver_node_process_proportional_memory_bytes{",
];
const LONGEST: Duration = Duration::from_secs(120);

pub(crate) async fn run(observer: &Observer, binary: &Path) -> Result<()> {
    let page = http::get(&format!("{}/", observer.url)).await?;
    ensure!(page.contains("<html"), "the page is no HTML: {page}");
    println!("page: {} bytes", page.len());

    let metrics = wait_for_messages(observer).await?;
    for command in EXPECTED_MESSAGES {
        println!("metrics: {command}: {} messages", count(&metrics, command));
    }
    let blocks = wait_for_block(observer).await?;
    println!("metrics: block connected at height {blocks}");
    let metrics = wait_for_series(observer).await?;
    for series in EXPECTED_SERIES {
        println!(
            "metrics: {}: {}",
            series.trim_end_matches('{'),
            http::sum(&metrics, series)
        );
    }
    let dropped = http::sum(&metrics, "peerobserver_hop_dropped_total{");
    ensure!(dropped == 0, "{dropped} events were dropped");
    println!("metrics: no event lost");

    let peers: Value =
        serde_json::from_str(&http::get(&format!("{}/api/v1/peers", observer.url)).await?)?;
    let peers = peers["peers"].as_array().context("a list of peers")?;
    ensure!(!peers.is_empty(), "no peers");
    println!(
        "peers: {}, the first is {}",
        peers.len(),
        peers[0]["address"]
    );

    watch(observer, binary).await
}

fn count(metrics: &str, command: &str) -> u64 {
    let lines = metrics
        .lines()
        .filter(|line| line.contains(&format!("message=\"{command}\"")));
    let text: String = lines.flat_map(|line| [line, "\n"]).collect();
    http::sum(&text, "peerobserver_p2p_messages_total{")
}

async fn wait_for_messages(observer: &Observer) -> Result<String> {
    let started = Instant::now();
    loop {
        let metrics = http::get(&format!("{}/metrics", observer.url)).await?;
        let missing: Vec<&&str> = EXPECTED_MESSAGES
            .iter()
            .filter(|command| count(&metrics, command) == 0)
            .collect();
        if missing.is_empty() {
            return Ok(metrics);
        }
        ensure!(
            started.elapsed() < LONGEST,
            "these messages were not seen: {missing:?}"
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn wait_for_series(observer: &Observer) -> Result<String> {
    let started = Instant::now();
    loop {
        let metrics = http::get(&format!("{}/metrics", observer.url)).await?;
        let missing: Vec<&&str> = EXPECTED_SERIES
            .iter()
            .filter(|series| http::sum(&metrics, series) == 0)
            .collect();
        if missing.is_empty() {
            return Ok(metrics);
        }
        ensure!(
            started.elapsed() < LONGEST,
            "nothing came for these metrics: {missing:?}"
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn wait_for_block(observer: &Observer) -> Result<u64> {
    let started = Instant::now();
    loop {
        let metrics = http::get(&format!("{}/metrics", observer.url)).await?;
        match http::sum(
            &metrics,
            "peerobserver_validation_block_connected_latest_height{",
        ) {
            0 if started.elapsed() > LONGEST => bail!("no block was connected"),
            0 => tokio::time::sleep(Duration::from_millis(500)).await,
            height => return Ok(height),
        }
    }
}

/// Events through the websocket, with the `watch` command.
async fn watch(observer: &Observer, binary: &Path) -> Result<()> {
    let url = format!("{}/api/v1/events", observer.url.replace("http://", "ws://"));
    let output = tokio::process::Command::new(binary)
        .args([
            "watch",
            "--url",
            &url,
            "--kind",
            "p2p_message",
            "--number",
            "5",
        ])
        .stderr(Stdio::inherit())
        .output();
    let output = tokio::time::timeout(LONGEST, output)
        .await
        .context("watch saw no five events")??;
    ensure!(output.status.success(), "watch failed ({})", output.status);
    let text = String::from_utf8(output.stdout).context("watch prints text")?;
    ensure!(text.lines().count() == 5, "watch printed:\n{text}");
    println!("events:\n{text}");
    Ok(())
}
