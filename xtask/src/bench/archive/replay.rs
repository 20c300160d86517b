//! How fast an archive is played into metrics by the binary, and in what memory.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use peer_observer_archive::{ArchiveWriter, Header, Options};

use super::{Recorded, each_event};

pub(super) const HEAD: [&str; 5] = [
    "replay into metrics",
    "events",
    "events per CPU second",
    "events/s",
    "peak RSS MB",
];

/// The recording, its first tenth, which should take no less memory, and small events.
pub(super) fn replays(
    binary: &Path,
    archive: &Path,
    small: &Path,
    folder: &Path,
) -> Result<Vec<Vec<String>>> {
    let config = folder.join("replay.toml");
    std::fs::write(&config, "[http]\nlisten = \"127.0.0.1:0\"\n")?;
    let tenth = folder.join("tenth.poar");
    write_tenth(archive, &tenth)?;
    Ok(vec![
        replay(binary, &config, "the recording", archive)?,
        replay(binary, &config, "a tenth of it", &tenth)?,
        replay(binary, &config, "pings", small)?,
    ])
}

fn write_tenth(archive: &Path, to: &Path) -> Result<()> {
    let events = Recorded::look(archive)?.events / 10;
    let file = std::fs::File::create(to).context("cannot make a file")?;
    let mut writer = ArchiveWriter::new(file, &Header::default(), Options::default())?;
    let mut number = 0;
    each_event(archive, |event| {
        number += 1;
        if number <= events {
            writer.push(event)?;
        }
        Ok(())
    })?;
    writer.finish()?;
    Ok(())
}

fn replay(binary: &Path, config: &Path, name: &str, archive: &Path) -> Result<Vec<String>> {
    let events = Recorded::look(archive)?.events;
    let mut child = Command::new(binary)
        .args([
            "archive", "replay", "--tool", "metrics", "--exit", "--config",
        ])
        .arg(config)
        .arg(archive)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("peer-observer does not start")?;
    let begin = Instant::now();
    let process = testkit::observer::Process(child.id());
    let (mut cpu, mut peak) = (std::time::Duration::ZERO, 0);
    while child.try_wait()?.is_none() {
        // What is read last is a moment before the end.
        cpu = process.cpu().unwrap_or(cpu).max(cpu);
        peak = process.peak_rss_bytes().unwrap_or(peak).max(peak);
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let elapsed = begin.elapsed().as_secs_f64();
    ensure!(child.wait()?.success(), "the replay has failed");
    Ok(vec![
        name.to_owned(),
        events.to_string(),
        format!("{:.0}", events as f64 / cpu.as_secs_f64()),
        format!("{:.0}", events as f64 / elapsed),
        format!("{:.0}", peak as f64 / 1e6),
    ])
}
