//! What the archive takes and gives: speed of writing, reading and replay, and
//! bytes per event, beside the plain stream in one zstd frame.

mod plain;
mod record;
mod replay;
mod write;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use peer_observer_archive::{ArchiveReader, BlockItem, Selection};

use super::table;
use crate::observer;

/// What is measured, and on what.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// An archive to measure on [default: one that is recorded for this, of a node
    /// with ordinary traffic and floods].
    archive: Option<PathBuf>,
    /// Event bytes to record, in millions.
    #[arg(long, default_value_t = 500)]
    megabytes: u64,
    /// Leave out zstd's level 22, which takes a quarter of an hour.
    #[arg(long)]
    without_level_22: bool,
}

pub(crate) async fn run(options: Options) -> Result<()> {
    let binary = observer::build()?;
    let folder = tempfile::tempdir().context("cannot make a temporary directory")?;
    let archive = match options.archive {
        Some(archive) => archive,
        None => record::record(&binary, folder.path(), options.megabytes * 1_000_000).await?,
    };
    let recorded = Recorded::look(&archive)?;
    println!(
        "\n{} events, {:.1} MB, {:.0} bytes per event before compression\n",
        recorded.events,
        recorded.event_bytes as f64 / 1e6,
        recorded.event_bytes as f64 / recorded.events as f64
    );
    let small = folder.path().join("small.poar");
    let writing = [write::recording(&archive)?, write::pings(&small)?];
    table::print(&write::HEAD, &writing);
    println!();
    let replays = replay::replays(&binary, &archive, &small, folder.path())?;
    table::print(&replay::HEAD, &replays);
    println!();
    let levels = if options.without_level_22 {
        &[3][..]
    } else {
        &[3, 22]
    };
    let mut sizes = vec![recorded.row()];
    for level in levels {
        sizes.push(plain::compressed(&archive, &recorded, *level)?);
    }
    table::print(&plain::HEAD, &sizes);
    println!("\nThe existing system writes one zstd frame, at level 22 by default.");
    Ok(())
}

/// What an archive holds.
struct Recorded {
    events: u64,
    event_bytes: u64,
    file_bytes: u64,
}

impl Recorded {
    fn look(archive: &Path) -> Result<Recorded> {
        let mut recorded = Recorded {
            events: 0,
            event_bytes: 0,
            file_bytes: std::fs::metadata(archive)?.len(),
        };
        each_event(archive, |event| {
            recorded.events += 1;
            recorded.event_bytes += event.len() as u64;
            Ok(())
        })?;
        ensure!(recorded.events > 0, "{} has no events", archive.display());
        Ok(recorded)
    }

    fn row(&self) -> Vec<String> {
        let each = self.file_bytes as f64 / self.events as f64;
        vec![
            "the archive, as recorded".to_owned(),
            self.file_bytes.to_string(),
            format!("{each:.2}"),
            String::new(),
        ]
    }
}

fn open(archive: &Path) -> Result<ArchiveReader<std::fs::File>> {
    let opened = std::fs::File::open(archive);
    let file = opened.with_context(|| format!("cannot open {}", archive.display()))?;
    ArchiveReader::open(file).with_context(|| format!("cannot read {}", archive.display()))
}

fn each_event(archive: &Path, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let mut reader = open(archive)?;
    let mut events = reader.events(Selection::default())?;
    while let Some(item) = events.next_block()? {
        match item {
            BlockItem::Events(block) => {
                block.iter().try_for_each(&mut take)?;
                events.recycle(block);
            }
            BlockItem::Damage(damage) => anyhow::bail!("{}: {damage}", archive.display()),
        }
    }
    Ok(())
}
