//! The plain stream of events, each with its length before it, in one zstd frame.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};

use super::{Recorded, each_event};

pub(super) const HEAD: [&str; 4] = ["size", "bytes", "bytes per event", "MB/s"];

/// Compresses as the `zstd` program does with this level.
pub(super) fn compressed(archive: &Path, recorded: &Recorded, level: i32) -> Result<Vec<String>> {
    println!("Compressing the plain stream with level {level} …");
    let begin = Instant::now();
    let mut encoder = zstd::Encoder::new(Counter(0), level).context("zstd does not start")?;
    let mut frame = Vec::new();
    let mut done = 0;
    let mut told = begin;
    each_event(archive, |event| {
        frame.clear();
        prost::encode_length_delimiter(event.len(), &mut frame)?;
        encoder.write_all(&frame)?;
        encoder.write_all(event)?;
        done += event.len() as u64;
        if told.elapsed().as_secs() >= 30 {
            told = Instant::now();
            println!("  {} %", 100 * done / recorded.event_bytes);
        }
        Ok(())
    })?;
    let bytes = encoder.finish()?.0;
    let speed = recorded.event_bytes as f64 / begin.elapsed().as_secs_f64() / 1e6;
    Ok(vec![
        format!("one frame of zstd {level}"),
        bytes.to_string(),
        format!("{:.2}", bytes as f64 / recorded.events as f64),
        format!("{speed:.1}"),
    ])
}

/// Counts what is written to it.
struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
