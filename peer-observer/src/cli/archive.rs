//! The command line of `archive`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use peer_observer_archive::Selection;
use peer_observer_archive_tool::replay::Speed;
use peer_observer_event::{Filter, Kind};

use super::{command, kind, wanted, worth_reading};

#[derive(Debug, Subcommand)]
pub(crate) enum ArchiveCommand {
    /// Play archives: print them, or show them on the page or as metrics.
    ///
    /// Events of several nodes come in the order of their times. Everything that
    /// a tool says of time is the recording's.
    #[command(after_help = "\
Examples:
  Print an hour of misbehaviour
    peer-observer archive replay --from 2026-11-22T14:00:00Z --to 2026-11-22T15:00:00Z --kind connection /var/lib/peer-observer/archive

  Look at it on the page, ten times as fast as it was
    peer-observer archive replay --tool web --speed 10 incident.poar

  The metrics at the end of the recording
    peer-observer archive replay --tool metrics incident.poar

  Every inv as JSON, for jq
    peer-observer archive replay --json --command inv incident.poar | jq .")]
    Replay(ReplayArgs),
    /// Say what archives hold: times, nodes, kinds, commands, gaps, compression.
    #[command(after_help = "\
Examples:
  peer-observer archive info /var/lib/peer-observer/archive
  peer-observer archive info --json incident.poar | jq '.total.kinds'")]
    Info(LookArgs),
    /// Check every checksum and every sequence, and say what is missing.
    ///
    /// Exit code 0: everything is there, 1: something is damaged or missing.
    #[command(after_help = "\
Examples:
  peer-observer archive verify /var/lib/peer-observer/archive
  peer-observer archive verify --json incident.poar | jq '.files[].damages'")]
    Verify(LookArgs),
    /// Write a part of archives into a new one.
    #[command(after_help = "\
Examples:
  The hour of an incident
    peer-observer archive cut --from 2026-11-22T14:00:00Z --to 2026-11-22T15:00:00Z --out incident.poar /var/lib/peer-observer/archive

  What one node said about its connections
    peer-observer archive cut --node alice --kind connection --out alice.poar all.poar")]
    Cut(CutArgs),
    /// Write several archives into one, in the order of their times.
    #[command(after_help = "\
Examples:
  peer-observer archive merge --out fleet.poar alice.poar bob.poar

  An archive of the existing system becomes one of ours
    peer-observer archive merge --legacy-node alice --out alice.poar archive.20260424-101500-123.bin.zst")]
    Merge(MergeArgs),
    /// Write events as Parquet tables or as lines of JSON.
    #[command(after_help = "\
Examples:
  peer-observer archive export --parquet tables incident.poar
  peer-observer archive export --jsonl incident.jsonl --kind connection incident.poar
  peer-observer archive export --jsonl - incident.poar | zstd > incident.jsonl.zst

docs/analysis.md answers ten questions from the tables, with DuckDB.")]
    Export(ExportArgs),
}

/// Which archives.
#[derive(Args, Clone, Debug)]
pub(crate) struct PlacesArgs {
    /// Archives (.poar, or .bin and .bin.zst of the existing system), and
    /// folders with archives.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub(crate) places: Vec<PathBuf>,
    /// The name of the node in archives of the existing system, which have none.
    #[arg(long, value_name = "NAME", default_value = "legacy", value_parser = node_name)]
    pub(crate) legacy_node: String,
}

/// Which of their events.
#[derive(Args, Clone, Debug)]
pub(crate) struct SelectionArgs {
    /// From this time on, as the bus had it: 2026-11-22T14:00:00Z, or seconds since the epoch.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) from: Option<u64>,
    /// Up to this time.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) to: Option<u64>,
    /// Only events of this node (may be given several times, like all filters).
    #[arg(long = "node", value_name = "NAME")]
    pub(crate) nodes: Vec<String>,
    /// Only events of this kind.
    #[arg(long = "kind", value_name = "KIND", value_parser = kind)]
    pub(crate) kinds: Vec<Kind>,
    /// Only P2P messages of this type, as it is on the wire.
    #[arg(long = "command", value_name = "COMMAND", value_parser = command)]
    pub(crate) commands: Vec<String>,
}

impl SelectionArgs {
    pub(crate) fn selection(&self) -> Selection {
        let all = Selection::default();
        Selection {
            from_ns: self.from.unwrap_or(all.from_ns),
            to_ns: self.to.unwrap_or(all.to_ns),
            nodes: wanted(&self.nodes),
            kinds: wanted(&self.kinds).map_or(all.kinds, |kinds| kinds.into_iter().collect()),
            commands: wanted(&self.commands),
        }
    }

    /// What of it is printed.
    pub(crate) fn filter(&self) -> Filter {
        Filter {
            kinds: wanted(&self.kinds).or_else(|| Some(worth_reading())),
            ..Filter::default()
        }
    }
}

#[derive(Args, Clone, Debug)]
pub(crate) struct ReplayArgs {
    #[command(flatten)]
    pub(crate) places: PlacesArgs,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// How fast: 1 as it was, 10 ten times as fast, max as fast as possible.
    /// Pauses of the recorder of more than a minute are left out. With the page
    /// it is 1 if not given, else max.
    #[arg(long, value_name = "TIMES|max", value_parser = speed)]
    pub(crate) speed: Option<Speed>,
    /// What it is played to; watch if not given.
    #[arg(long = "tool", value_name = "TOOL")]
    pub(crate) tools: Vec<ReplayTool>,
    /// End with the recording, also where something is served.
    #[arg(long)]
    pub(crate) exit: bool,
    /// Configuration; only the sections http, rpc.extra_gauges and logging are used.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print one JSON object per line.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print no events but, at the end, how many there were of what.
    #[arg(long)]
    pub(crate) count: bool,
    /// End after so many printed events.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) number: Option<u64>,
}

/// What a recording is played to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReplayTool {
    /// /metrics alone.
    Metrics,
    /// Page, API, websocket and /metrics.
    Web,
    /// Lines on standard output.
    Watch,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct LookArgs {
    #[command(flatten)]
    pub(crate) places: PlacesArgs,
    /// One JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct CutArgs {
    #[command(flatten)]
    pub(crate) places: PlacesArgs,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// The new archive, which must not be there yet.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct MergeArgs {
    #[command(flatten)]
    pub(crate) places: PlacesArgs,
    /// The new archive, which must not be there yet.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) places: PlacesArgs,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// Parquet tables in this folder, which must be new or empty.
    #[arg(long, value_name = "DIR", required_unless_present = "jsonl")]
    pub(crate) parquet: Option<PathBuf>,
    /// Lines of JSON in this file, which must not be there yet; - is standard output.
    #[arg(long, value_name = "FILE", conflicts_with = "parquet")]
    pub(crate) jsonl: Option<PathBuf>,
}

/// A time, in nanoseconds since the epoch.
fn time(text: &str) -> Result<u64, String> {
    let of_day = || {
        text.parse::<jiff::Timestamp>()
            .ok()
            .map(jiff::Timestamp::as_nanosecond)
    };
    let of_epoch = || {
        text.parse::<u32>()
            .ok()
            .map(|seconds| i128::from(seconds) * 1_000_000_000)
    };
    of_epoch()
        .or_else(of_day)
        .and_then(|time_ns| u64::try_from(time_ns).ok())
        .ok_or_else(|| "times are such as 2026-11-22T14:00:00Z, or seconds since the epoch".into())
}

fn speed(text: &str) -> Result<Speed, String> {
    if text == "max" {
        return Ok(Speed::Full);
    }
    match text.parse::<f64>() {
        Ok(times) if (0.001..=1_000_000.0).contains(&times) => Ok(Speed::Times(times)),
        _ => Err("a speed is a number of times from 0.001 to 1000000, or max".to_owned()),
    }
}

fn node_name(text: &str) -> Result<String, String> {
    let letter = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    if (1..=32).contains(&text.len()) && text.bytes().all(letter) {
        return Ok(text.to_owned());
    }
    Err("a name has 1 to 32 of the characters a-z, 0-9, _ and -".to_owned())
}
