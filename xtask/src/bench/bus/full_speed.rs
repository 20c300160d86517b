//! As many events as go through: rate, processor time and memory.

use anyhow::Result;

use super::measure::{Measured, measure};
use super::way::Way;
use crate::bench::{median, table};

const HEAD: [&str; 7] = [
    "at full speed",
    "events/s",
    "of the library",
    "CPU s per million",
    "of the server",
    "RSS MB",
    "of the server",
];

pub(super) async fn run(ways: &[Way], runs: usize) -> Result<()> {
    let mut found: Vec<Vec<Measured>> = vec![Vec::new(); ways.len()];
    // In turn: whatever else the machine does falls on all of them.
    for run in 1..=runs {
        for (way, found) in ways.iter().zip(&mut found) {
            eprintln!("{}, run {run} of {runs}", way.name());
            found.push(measure(*way, way.events(), None).await?);
        }
    }
    let rows: Vec<Vec<String>> = ways
        .iter()
        .zip(&found)
        .map(|(way, measured)| {
            let library = way.library().and_then(|library| {
                let place = ways.iter().position(|way| *way == library)?;
                found.get(place)
            });
            row(*way, measured, library.map(Vec::as_slice))
        })
        .collect();
    table::print(&HEAD, &rows);
    Ok(())
}

fn row(way: Way, measured: &[Measured], library: Option<&[Measured]>) -> Vec<String> {
    let of = |value: fn(&Measured) -> f64| median(&measured.iter().map(value).collect::<Vec<_>>());
    // Of each run: what the machine did at that time is in both.
    let ratios = library.map(|library| {
        let pairs = measured.iter().zip(library);
        let ratio = |(ours, theirs): (&Measured, &Measured)| {
            ours.events_per_second / theirs.events_per_second
        };
        median(&pairs.map(ratio).collect::<Vec<_>>())
    });
    let of_the_server = |text: String| match way.is_in_process() {
        true => String::new(),
        false => text,
    };
    vec![
        way.name(),
        format!("{:.0}", of(|run| run.events_per_second)),
        ratios.map_or_else(String::new, |ratio| format!("{:.0} %", ratio * 100.0)),
        format!("{:.2}", of(|run| run.cpu)),
        of_the_server(format!("{:.2}", of(|run| run.server_cpu))),
        format!("{:.0}", of(|run| run.rss_bytes) / 1e6),
        of_the_server(format!("{:.0}", of(|run| run.server_rss_bytes) / 1e6)),
    ]
}
