//! How fast an archive is played into metrics by the binary, and in what memory.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::Recorded;

pub(super) const HEAD: [&str; 5] = [
    "replay into metrics",
    "events",
    "events per CPU second",
    "events/s",
    "peak RSS MB",
];

/// The recording, four of it one behind the other, and small events.
pub(super) fn replays(
    binary: &Path,
    archive: &Path,
    small: &Path,
    folder: &Path,
) -> Result<Vec<Vec<String>>> {
    let config = folder.join("replay.toml");
    std::fs::write(&config, "[http]\nlisten = \"127.0.0.1:0\"\n")?;
    let mut copies = Vec::new();
    for number in 1..=4 {
        let copy = folder.join(format!("copy-{number}.poar"));
        std::fs::copy(archive, &copy)?;
        copies.push(copy);
    }
    let rows = vec![
        replay(binary, &config, "the recording", &[archive.to_owned()])?,
        replay(binary, &config, "four of it, merged", &copies)?,
        replay(binary, &config, "pings", &[small.to_owned()])?,
    ];
    for copy in copies {
        std::fs::remove_file(copy)?;
    }
    Ok(rows)
}

fn replay(binary: &Path, config: &Path, name: &str, places: &[PathBuf]) -> Result<Vec<String>> {
    let mut events = 0;
    for place in places {
        events += Recorded::look(place)?.events;
    }
    let mut child = Command::new(binary)
        .args([
            "archive", "replay", "--tool", "metrics", "--exit", "--config",
        ])
        .arg(config)
        .args(places)
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
