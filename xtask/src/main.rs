//! The developer's commands: `cargo xtask …`.
#![allow(clippy::print_stdout)] // What these commands are for.

mod bench;
mod demo;
mod fuzz;
mod lint;
mod log_templates;
mod node;
mod observer;
mod packages;
mod record_demo;
mod shell;
mod test;

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use testkit::core::Version;

/// The one of the binary, so that a bench of its parts measures what they cost there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The developer's commands.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    after_help = "Examples:\n  \
    cargo xtask demo --archive see what it shows, from a recording\n  \
    cargo xtask demo           see it work, on two nodes of its own\n  \
    cargo xtask test           run every test\n  \
    cargo xtask bench pipeline measure what watching costs"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Two regtest nodes with ordinary traffic, peer-observer on one of them.
    Demo {
        /// Look at page, metrics and events, print what was seen, and end.
        #[arg(long)]
        check: bool,
        /// Play a recording of three nodes instead: needs no node and no rights.
        #[arg(long, conflicts_with = "check")]
        archive: bool,
    },
    /// Records the archive that the demo plays, from real nodes whose clocks run fast.
    RecordDemo(record_demo::Options),
    /// Formatting, lints, documentation, and the page's built files.
    Lint,
    /// Every test, on a real node; then the fuzz targets, a minute each.
    Test {
        /// Leave the fuzz targets out.
        #[arg(long)]
        quick: bool,
        /// Only the extractors' tests, on these versions of Bitcoin Core: 29,30,31.
        #[arg(long, value_delimiter = ',', conflicts_with = "quick")]
        nodes: Vec<Version>,
    },
    /// Runs the fuzz targets.
    Fuzz {
        /// How long each of them runs, in seconds.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// Measurements.
    Bench {
        #[command(subcommand)]
        bench: bench::Bench,
    },
    /// Makes the catalogue of log messages from a source tree of Bitcoin Core.
    LogTemplates {
        /// The directory with Core's CMakeLists.txt.
        source: PathBuf,
        /// Where to write it [default: the log extractor's catalogue of that version]
        #[arg(long)]
        output: Option<PathBuf>,
    },
    /// Builds the Bitcoin Core node that the tests use, and prints its path.
    Node {
        /// 29, 30 or 31 [default: what BITCOIN_NODE names, else 31]
        version: Option<Version>,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    match Arguments::parse().command {
        Command::Demo { archive: true, .. } => demo::archive::play(),
        Command::Demo { check, .. } => demo::run(check).await,
        Command::RecordDemo(options) => record_demo::run(options).await,
        Command::Lint => lint::run(),
        Command::Test { nodes, .. } if !nodes.is_empty() => test::extractors(&nodes),
        Command::Test { quick, .. } => test::everything(quick),
        Command::Fuzz { seconds } => fuzz::run(seconds),
        Command::LogTemplates { source, output } => log_templates::run(&source, output),
        Command::Bench { bench } => bench::run(bench).await,
        Command::Node { version } => node::run(version),
    }
}
