//! `cargo xtask bench`.

mod pipeline;
mod table;

use anyhow::Result;
use clap::Subcommand;

/// What can be measured.
#[derive(Subcommand)]
pub(crate) enum Bench {
    /// The whole way from the node's tracepoints to metrics and page: loss,
    /// processor time, memory, and what the node loses in speed.
    Pipeline {
        /// How often each measurement is made; medians are printed.
        #[arg(long, default_value_t = 5)]
        runs: usize,
    },
}

pub(crate) async fn run(bench: Bench) -> Result<()> {
    match bench {
        Bench::Pipeline { runs } => pipeline::run(runs).await,
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
