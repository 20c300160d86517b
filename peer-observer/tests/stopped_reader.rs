//! peer-observer stopped for a while: what the ring could not hold is counted
//! to the last event, at every hop, and said in gap notices.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use testkit::observer::{Observer, http};
use testkit::{Node, wait_for};

const PINGS: u64 = 200_000;

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_process_stopped_during_a_flood() -> Result<()> {
    for variant in ["kfunc", "dynptr", "basic"] {
        let node = Node::builder().without_checks().start().await?;
        let binary = Path::new(env!("CARGO_BIN_EXE_peer-observer"));
        let config = format!("[ebpf]\nvariant = \"{variant}\"\nring_bytes = \"1 MiB\"\n");
        let observer = Observer::start(binary, "alice", node.datadir(), None, &config).await?;
        signal(&observer, "-STOP")?;
        lab::load::ping_flood(node.p2p_address(), PINGS, 2).await?;
        signal(&observer, "-CONT")?;

        let metrics = counted(&observer).await?;
        let hop = |what: &str, hop: &str| sum_of_hop(&metrics, what, hop);
        for name in ["ring", "decoder", "subscription"] {
            let sum = hop("whole", name) + hop("reduced", name) + hop("dropped", name);
            assert_eq!(hop("attempted", name), sum, "{variant}: hop {name}");
        }
        assert!(
            hop("dropped", "ring") > 0,
            "{variant}: a ring of 1 MiB cannot hold the flood"
        );
        assert_eq!(
            hop("attempted", "decoder"),
            hop("whole", "ring") + hop("reduced", "ring")
        );
        assert_eq!(
            http::sum(&metrics, "peerobserver_lost_events_total{"),
            hop("dropped", "ring"),
            "{variant}: the gap notices"
        );
    }
    Ok(())
}

/// The metrics, once the whole flood is accounted for, both ways.
async fn counted(observer: &Observer) -> Result<String> {
    let mut metrics = String::new();
    wait_for("the flood to be counted", async || {
        metrics = http::get(&format!("{}/metrics", observer.url))
            .await
            .unwrap_or_default();
        let ring =
            "peerobserver_hop_attempted_total{node=\"alice\",extractor=\"ebpf\",hop=\"ring\"";
        let lost = http::sum(&metrics, "peerobserver_lost_events_total{");
        let seen = http::sum(&metrics, "peerobserver_p2p_messages_total{");
        let connections = http::sum(&metrics, "peerobserver_connections_opened_total{")
            + http::sum(&metrics, "peerobserver_connections_closed_total{");
        let attempted = http::sum(&metrics, ring);
        // Heartbeats say how far the reader was a moment ago.
        let read = sum_of_hop(&metrics, "attempted", "decoder");
        attempted >= 2 * PINGS && attempted == lost + read && read == seen + connections
    })
    .await?;
    Ok(metrics)
}

fn sum_of_hop(metrics: &str, what: &str, hop: &str) -> u64 {
    let label = format!("hop=\"{hop}\"");
    let of_hop = metrics.lines().filter(|line| line.contains(&label));
    let text: String = of_hop.flat_map(|line| [line, "\n"]).collect();
    http::sum(&text, &format!("peerobserver_hop_{what}_total{{"))
}

fn signal(observer: &Observer, signal: &str) -> Result<()> {
    let pid = observer.process().0.to_string();
    let status = Command::new("kill").args([signal, &pid]).status()?;
    ensure!(status.success(), "kill {signal} {pid}: {status}");
    Ok(())
}
