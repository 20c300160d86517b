//! A recording to measure on: ordinary traffic, and floods of every kind.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use lab::load;
use lab::traffic::{self, TrafficConfig, TrafficNode};
use peer_observer_archive::ArchiveReader;
use testkit::Node;
use testkit::observer::Observer;
use tokio_util::sync::CancellationToken;

use crate::node;

/// Messages of a flood; then another kind has its turn, with other contents.
const PINGS: u64 = 20_000;
const INVS: u64 = 2_000;
const ADDRESSES: u64 = 5_000;

/// Records until there are so many event bytes; returns the file.
pub(super) async fn record(binary: &Path, folder: &Path, event_bytes: u64) -> Result<PathBuf> {
    node::ensure()?;
    println!("Recording {} MB of events …", event_bytes / 1_000_000);
    let node = Node::builder()
        .name("alice")
        .without_checks()
        .arguments(["-debug=net", "-debug=mempool", "-debug=validation"])
        .start()
        .await?;
    let config = format!(
        "[ebpf]\nutxocache = true\n[archive]\ndirectory = \"{}\"\n",
        folder.join("archive").display()
    );
    let observer = Observer::start(binary, "alice", node.datadir(), None, &config).await?;
    let stop = CancellationToken::new();
    let traffic_node = TrafficNode {
        p2p_address: node.p2p_address(),
        rpc: node.client().clone(),
    };
    let config = TrafficConfig::new(vec![traffic_node]).faster(5.0)?;
    let traffic = tokio::spawn(traffic::run(config, stop.clone()));
    let archive = loop {
        load::ping_flood(node.p2p_address(), PINGS, 2).await?;
        load::inv_flood(node.p2p_address(), INVS, 35).await?;
        load::addrv2_flood(node.p2p_address(), ADDRESSES, 10).await?;
        let archive = only_file(&folder.join("archive"))?;
        let recorded = event_bytes_of(&archive)?;
        println!("  {} MB", recorded / 1_000_000);
        if recorded >= event_bytes {
            break archive;
        }
    };
    stop.cancel();
    traffic.await.context("the traffic panicked")??;
    observer.stop().await?;
    Ok(archive)
}

fn only_file(folder: &Path) -> Result<PathBuf> {
    let entries = std::fs::read_dir(folder).context("the archive's folder is not there")?;
    let mut files = entries.filter_map(|entry| Some(entry.ok()?.path()));
    files
        .find(|path| {
            path.extension()
                .is_some_and(|extension| extension == "poar")
        })
        .context("nothing was recorded")
}

/// As the heads of the file's blocks say it.
fn event_bytes_of(archive: &Path) -> Result<u64> {
    let mut reader = ArchiveReader::open(std::fs::File::open(archive)?)?;
    let frames = reader.frames()?;
    let finished = frames.iter().filter_map(|frame| frame.summary.as_ref());
    Ok(finished.map(|summary| summary.event_bytes).sum())
}
