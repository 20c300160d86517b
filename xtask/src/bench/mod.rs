//! `cargo xtask bench`.

mod archive;
mod bus;
mod client;
mod latency;
mod log;
mod page;
mod pipeline;
mod table;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Subcommand;

/// What can be measured.
#[derive(Subcommand)]
pub(crate) enum Bench {
    /// The archive: speed of writing and replay, bytes per event.
    Archive(archive::Options),
    /// The bus, in process, over NATS and over JetStream: events a second, processor
    /// time, memory, and how late events are.
    Bus(bus::Options),
    /// One of the processes of `bus`.
    #[command(hide = true)]
    BusPart(bus::Part),
    /// The whole way from the node's tracepoints to metrics and page: loss,
    /// processor time, memory, and what the node loses in speed.
    Pipeline {
        /// How often each measurement is made; medians are printed.
        #[arg(long, default_value_t = 5)]
        runs: usize,
    },
    /// How late an event is: from the node's tracepoint to a websocket client.
    Latency {
        /// Messages a second, in and out together.
        #[arg(long, default_value_t = 5_000)]
        per_second: u32,
        /// For how long, in seconds.
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
        seconds: u64,
    },
    /// How many of a log's lines get the right template, and how fast.
    Log {
        /// A debug.log; the judge are its source locations, if it has them
        /// (`-logsourcelocations=1`) [default: one that nodes write for this]
        file: Option<PathBuf>,
        /// The templates, as `cargo xtask log-templates` makes them [default: the
        /// built-in ones]
        #[arg(long)]
        catalogue: Option<PathBuf>,
    },
    /// What one more page costs the server, with many peers and a flood.
    Page {
        /// Peers that are connected.
        #[arg(long, default_value_t = 1_000)]
        peers: u16,
        /// Messages a second, in and out together.
        #[arg(long, default_value_t = 10_000)]
        per_second: u32,
        /// For how long, in seconds.
        #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(6..=3600))]
        seconds: u64,
    },
}

pub(crate) async fn run(bench: Bench) -> Result<()> {
    match bench {
        Bench::Archive(options) => archive::run(options).await,
        Bench::Bus(options) => bus::run(options).await,
        Bench::BusPart(part) => bus::run_part(part).await,
        Bench::Pipeline { runs } => pipeline::run(runs).await,
        Bench::Latency {
            per_second,
            seconds,
        } => latency::run(per_second, Duration::from_secs(seconds)).await,
        Bench::Log { file, catalogue } => log::run(file, catalogue).await,
        Bench::Page {
            peers,
            per_second,
            seconds,
        } => page::run(peers, per_second, Duration::from_secs(seconds)).await,
    }
}

/// The middle value; of an even number the mean of the two in the middle.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => sorted[length / 2],
        length => (sorted[length / 2 - 1] + sorted[length / 2]) / 2.0,
    }
}
