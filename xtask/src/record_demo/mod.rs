//! `cargo xtask record-demo`: records the archive that `cargo xtask demo --archive` plays.
//!
//! Three regtest nodes whose clocks run 30 times as fast as real time, traffic
//! as on an ordinary day, and some incidents, each as it has happened to real
//! nodes. The binary's own extractors watch. What they saw is put on node time,
//! freed of what would tell of the machine it was recorded on, looked over, and
//! written.

mod collect;
mod extractors;
mod file;
mod incidents;
mod intervals;
mod look;
mod nodes;
mod tidy;

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use lab::clock::{FASTEST, MockClock, MockClockOptions, Pace};
use lab::recording::OnNodeTime;
use lab::traffic::{self, TrafficConfig};
use peer_observer_event::Event;
use tokio_util::sync::CancellationToken;

use crate::{node, observer, packages, shell};
use collect::Collector;
use extractors::Extractors;
use nodes::Nodes;

/// Clients of each node.
const PEERS_PER_NODE: usize = 8;

/// What is to be recorded.
#[derive(Args)]
pub(crate) struct Options {
    /// Minutes on the nodes' clocks.
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u32).range(10..=600))]
    minutes_of_node_time: u32,
    /// How many times as fast as real time these run.
    #[arg(long, default_value_t = FASTEST, value_parser = clap::value_parser!(u32).range(1..=i64::from(FASTEST)))]
    speed: u32,
    /// The file to write.
    #[arg(long, default_value = "demo/demo.poar")]
    out: PathBuf,
    /// The peer-observer to record with [default: the one that is built from here]
    #[arg(long)]
    binary: Option<PathBuf>,
}

pub(crate) async fn run(options: Options) -> Result<()> {
    ensure!(
        packages::is_root(),
        "recording loads eBPF programs: run it as root (sudo -E env PATH=$PATH cargo xtask record-demo)"
    );
    node::ensure()?;
    let binary = options.binary.clone().map_or_else(observer::build, Ok)?;
    let recorded = record(&options, &binary).await?;
    let out = shell::root().join(&options.out);
    file::write(&out, &recorded)?;
    look::over(&out)?;
    file::describe(&out, &recorded)
}

/// Everything that goes into the file.
struct Recorded {
    minutes: u32,
    speed: u32,
    events: Vec<Event>,
    timetable: Vec<incidents::Happened>,
}

async fn record(options: &Options, binary: &Path) -> Result<Recorded> {
    let begin_unix_seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    println!("Starting three regtest nodes …");
    let nodes = Nodes::start(begin_unix_seconds).await?;
    let mut collector = Collector::new();
    let extractors = Extractors::start(binary, &nodes, options.speed, collector.bus())?;
    tokio::select! {
        found = collector.wait_for_extractors(&nodes) => found?,
        ended = extractors.ended() => return Err(ended),
    }

    println!(
        "Recording {} minutes of node time, {} times as fast …",
        options.minutes_of_node_time, options.speed
    );
    let clock = MockClockOptions {
        begin_unix_seconds,
        speed: options.speed,
    };
    let clock = MockClock::start(nodes.clients(), clock)
        .await
        .context("driving the nodes' clocks")?;
    let timetable = tokio::select! {
        timetable = perform(&nodes, &mut collector, clock.pace(), options.minutes_of_node_time) => timetable?,
        ended = extractors.ended() => return Err(ended),
    };
    let map = clock.stop().await.context("driving the nodes' clocks")?;
    extractors.stop().await;

    let directories = nodes.directories();
    let mut on_node_time = OnNodeTime::new(&map);
    let mut events = Vec::new();
    for mut event in collector.finish() {
        tidy::tidy(&mut event, &directories);
        on_node_time.push(event, &mut events);
    }
    on_node_time.finish(&mut events);
    tidy::check(&events, &directories)?;
    Ok(Recorded {
        minutes: options.minutes_of_node_time,
        speed: options.speed,
        events,
        timetable,
    })
}

/// What happens while it is recorded; when what happened.
async fn perform(
    nodes: &Nodes,
    collector: &mut Collector,
    pace: Pace,
    minutes: u32,
) -> Result<Vec<incidents::Happened>> {
    let begin = pace.now_unix_seconds();
    nodes.connect().await?;
    tokio::select! {
        probed = collector.wait_for_probes(nodes) => probed?,
        dialling = nodes.keep_dialling() => return Err(dialling),
    }
    let config = TrafficConfig {
        peers_per_node: PEERS_PER_NODE,
        ..TrafficConfig::ordinary(nodes.for_traffic(), pace.clone())
    };
    let script = async {
        let timetable = incidents::run(nodes, &pace, begin, minutes).await?;
        pace.sleep_until(begin + u64::from(minutes) * 60).await;
        // While the traffic goes on: the recording does not end with everybody gone.
        collector.settle(nodes).await?;
        Ok(timetable)
    };
    tokio::select! {
        ended = traffic::run(config, CancellationToken::new()) => {
            ended.context("making traffic")?;
            bail!("the traffic has ended by itself")
        }
        timetable = script => timetable,
    }
}
