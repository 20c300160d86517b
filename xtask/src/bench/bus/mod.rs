//! The bus: in process, over NATS, over JetStream, and beside each of the
//! latter what the client library alone reaches.
//!
//! Publisher and subscriber are processes of their own: this program again,
//! each with a [`Part`] of the work.

mod full_speed;
mod in_process;
mod latency;
mod library;
mod library_jetstream;
mod links;
mod measure;
mod pace;
mod part;
mod ping;
mod progress;
mod tally;
mod way;

use anyhow::Result;

pub(crate) use self::part::{Part, run as run_part};
use self::way::Way;
use crate::{packages, shell};

/// What is measured.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How often each measurement is made, in turn; medians are printed.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Leave out how late events are.
    #[arg(long)]
    without_latency: bool,
    /// Leave out NATS and JetStream.
    #[arg(long)]
    in_process: bool,
}

pub(crate) async fn run(options: Options) -> Result<()> {
    if cfg!(debug_assertions) {
        return in_release(&options);
    }
    let ways: Vec<Way> = Way::ALL
        .into_iter()
        .filter(|way| way.is_in_process() || !options.in_process)
        .collect();
    if !options.in_process {
        packages::ensure(&[packages::NATS])?;
    }
    println!(
        "Small events: a ping, {} bytes on the wire, at most {} published together\n",
        ping::wire_bytes().await?,
        pace::BATCH
    );
    full_speed::run(&ways, options.runs).await?;
    println!(
        "\nProcessor time and memory are those of publisher and subscriber together, \
         with making the events."
    );
    if !options.without_latency {
        println!();
        latency::run(&ways, options.runs).await?;
    }
    Ok(())
}

/// The same by an optimised build: the speed of another says nothing.
fn in_release(options: &Options) -> Result<()> {
    let run = ["run", "--release", "--quiet", "--package", "xtask", "--"];
    let mut command = shell::program("cargo", &run);
    command.args(["bench", "bus", "--runs", &options.runs.to_string()]);
    if options.without_latency {
        command.arg("--without-latency");
    }
    if options.in_process {
        command.arg("--in-process");
    }
    shell::run(command)
}
