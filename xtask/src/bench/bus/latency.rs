//! How late an event is, from publishing to receiving, at a moderate rate.

use anyhow::Result;

use super::measure::{Measured, measure};
use super::way::Way;
use crate::bench::{median, table};

/// Events a second. They come in bursts of a millisecond's.
const RATES: [u32; 2] = [5_000, 50_000];

/// For how long, in seconds.
const SECONDS: u64 = 3;

const HEAD: [&str; 5] = [
    "delay in ms",
    "p50 at 5,000/s",
    "p99",
    "p50 at 50,000/s",
    "p99",
];

pub(super) async fn run(ways: &[Way], runs: usize) -> Result<()> {
    let mut rows = Vec::new();
    for way in ways {
        let mut row = vec![way.name()];
        for rate in RATES {
            eprintln!("{} at {rate} events/s", way.name());
            let mut found = Vec::new();
            for _ in 0..runs {
                found.push(measure(*way, u64::from(rate) * SECONDS, Some(rate)).await?);
            }
            let milliseconds = |value: fn(&Measured) -> f64| {
                let values: Vec<f64> = found.iter().map(value).collect();
                format!("{:.3}", median(&values) / 1e6)
            };
            row.push(milliseconds(|run| run.p50_ns));
            row.push(milliseconds(|run| run.p99_ns));
        }
        rows.push(row);
    }
    table::print(&HEAD, &rows);
    Ok(())
}
