//! The command line.

pub(crate) mod archive;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use peer_observer_event::{Direction, Filter, Kind};

use crate::config::{BusSource, ServerAddress, Source};
use crate::extractor_name::ExtractorName;
use crate::version;

const EXAMPLES: &str = "\
Examples:
  Watch the node that has its data in /var/lib/bitcoind; the page is at http://127.0.0.1:8480/
    peer-observer run --datadir /var/lib/bitcoind

  The same with a configuration, checked before
    peer-observer check-config --config peer-observer.toml
    peer-observer run --config peer-observer.toml

  See what a running peer-observer sees
    peer-observer watch --kind p2p_message --command ping

Exit codes: 0 all right, 1 it failed while running, 2 wrong command line or configuration.";

/// Watches Bitcoin nodes for attacks and anomalies on the P2P network.
#[derive(Debug, Parser)]
#[command(name = "peer-observer", version = version::FULL, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start everything that the configuration names, in one process.
    #[command(after_help = "\
Examples:
  peer-observer run --datadir /var/lib/bitcoind
  peer-observer run --config /etc/peer-observer/peer-observer.toml
  RUST_LOG=debug peer-observer run

  Over a NATS server: on the node's host, and on another one with the page, metrics and archive
    peer-observer run --datadir /var/lib/bitcoind --bus nats://10.0.0.5:4222
    peer-observer run --bus nats://10.0.0.5:4222")]
    Run(RunArgs),
    /// Check the configuration and print it with all defaults filled in.
    #[command(after_help = "\
Examples:
  peer-observer check-config
  peer-observer check-config --config peer-observer.toml")]
    CheckConfig(SourceArgs),
    /// Look what works on this machine, what does not, and what helps.
    ///
    /// Nothing is changed. Exit code 0: no problems (warnings are about what is
    /// optional), 1: problems, 2: wrong command line or configuration.
    #[command(after_help = "\
Examples:
  sudo peer-observer doctor --datadir /var/lib/bitcoind
  peer-observer doctor --config /etc/peer-observer/peer-observer.toml

  What has to be done, for a program
    peer-observer doctor --json | jq '.findings[] | select(.status == \"problem\") | .fixes'")]
    Doctor(DoctorArgs),
    /// Print the line of bitcoin.conf that allows exactly the RPC methods that are called.
    #[command(after_help = "\
Examples:
  peer-observer rpc-whitelist --config peer-observer.toml
  peer-observer rpc-whitelist --datadir /var/lib/bitcoind")]
    RpcWhitelist(SourceArgs),
    /// Print the events of a running peer-observer.
    #[command(after_help = "\
Examples:
  Everything about pings that peers 3 and 4 send
    peer-observer watch --command ping --peer 3 --peer 4 --direction inbound

  Connections of the node alice as JSON, for jq
    peer-observer watch --node alice --kind connection --json | jq .

  Count what comes in the next 1000 messages
    peer-observer watch --kind p2p_message --number 1000 --count")]
    Watch(WatchArgs),
    /// Run one extractor alone: its events go to standard output, or over the bus.
    ///
    /// So an extractor can have its own user and capabilities. The stream on
    /// standard output is length-delimited protobuf (peer_observer.v1.Event).
    #[command(after_help = "\
Examples:
  peer-observer extract rpc --json
  sudo peer-observer extract ebpf | peer-observer tool web
  sudo peer-observer extract ebpf --bus nats://127.0.0.1:4222")]
    Extract(ExtractArgs),
    /// Run one tool alone on the events that standard input or the bus brings.
    #[command(after_help = "\
Examples:
  sudo peer-observer extract ebpf | peer-observer tool metrics
  peer-observer extract rpc | peer-observer tool watch
  peer-observer tool web --bus nats://127.0.0.1:4222
  peer-observer tool archive --config archive.toml --bus nats://127.0.0.1:4222 --jetstream")]
    Tool(ToolArgs),
    /// Play, check, cut and export what the archive has recorded.
    Archive {
        #[command(subcommand)]
        command: archive::ArchiveCommand,
    },
    /// Print the completions for a shell.
    #[command(after_help = "\
Examples:
  peer-observer completions bash > /usr/share/bash-completion/completions/peer-observer
  peer-observer completions zsh > /usr/local/share/zsh/site-functions/_peer-observer
  peer-observer completions fish > ~/.config/fish/completions/peer-observer.fish")]
    Completions(CompletionsArgs),
    /// Print the man page, or write the pages of all commands into a directory.
    #[command(after_help = "\
Examples:
  peer-observer man | man -l -
  peer-observer man --out /usr/local/share/man/man1")]
    Man(ManArgs),
}

/// Where the configuration comes from.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct SourceArgs {
    /// Configuration; ./peer-observer.toml or /etc/peer-observer/peer-observer.toml if not given.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The node's data directory. Without --config no configuration is read,
    /// with it this is where its only node is.
    #[arg(long, value_name = "DIR")]
    pub(crate) datadir: Option<PathBuf>,
}

impl SourceArgs {
    /// As the configuration wants it.
    pub(crate) fn source(&self) -> Source<'_> {
        Source {
            file: self.config.as_deref(),
            datadir: self.datadir.as_deref(),
            bus: BusSource::default(),
        }
    }

    /// The same, with what is said of the bus.
    pub(crate) fn source_with<'a>(&'a self, bus: &'a BusArgs) -> Source<'a> {
        Source {
            bus: bus.source(),
            ..self.source()
        }
    }
}

/// Over which bus, where it is not inside this process.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct BusArgs {
    /// A NATS server; may be given several times for the members of a cluster. In
    /// place of the configuration's bus.servers.
    #[arg(long = "bus", value_name = "URL")]
    servers: Vec<ServerAddress>,
    /// Events are stored on the server, in a stream of JetStream, as with the
    /// configuration's bus.jetstream. All processes should say the same.
    #[arg(long)]
    jetstream: bool,
}

impl BusArgs {
    /// As the configuration wants it.
    pub(crate) fn source(&self) -> BusSource<'_> {
        BusSource {
            servers: &self.servers,
            jetstream: self.jetstream,
        }
    }
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    pub(crate) bus: BusArgs,
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// The report as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct CompletionsArgs {
    /// For which shell.
    pub(crate) shell: ShellName,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct ManArgs {
    /// Write one page for each command into this directory, which is made if need be.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// The shells for which there are completions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShellName {
    Bash,
    Zsh,
    Fish,
}

/// Which events, and how they look.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct PrintArgs {
    /// Only events of this node (may be given several times, like all filters).
    #[arg(long = "node", value_name = "NAME")]
    pub(crate) nodes: Vec<String>,
    /// Only events of this kind; without it, all but heartbeat and tick.
    #[arg(long = "kind", value_name = "KIND", value_parser = kind)]
    pub(crate) kinds: Vec<Kind>,
    /// Only events about the peer with this id.
    #[arg(long = "peer", value_name = "ID")]
    pub(crate) peers: Vec<u64>,
    /// Only P2P messages of this type, as it is on the wire.
    #[arg(long = "command", value_name = "COMMAND", value_parser = command)]
    pub(crate) commands: Vec<String>,
    /// Only what goes this way, as the node sees it: inbound or outbound.
    #[arg(long = "direction", value_name = "DIRECTION", value_parser = direction)]
    pub(crate) directions: Vec<Direction>,
    /// One JSON object per line.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print no events but, at the end, how many there were of what.
    #[arg(long)]
    pub(crate) count: bool,
    /// End after so many events.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) number: Option<u64>,
}

impl PrintArgs {
    /// The filters together.
    pub(crate) fn filter(&self) -> Filter {
        Filter {
            nodes: wanted(&self.nodes),
            kinds: wanted(&self.kinds).or_else(|| Some(worth_reading())),
            peers: wanted(&self.peers),
            commands: wanted(&self.commands),
            directions: wanted(&self.directions),
        }
    }
}

/// Without what comes each second whatever happens.
fn worth_reading() -> Vec<Kind> {
    let every_second = [Kind::Heartbeat, Kind::Tick];
    Kind::ALL
        .into_iter()
        .filter(|kind| !every_second.contains(kind))
        .collect()
}

/// An option that was not given wants everything.
fn wanted<T: Clone>(list: &[T]) -> Option<Vec<T>> {
    (!list.is_empty()).then(|| list.to_vec())
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct WatchArgs {
    /// The running instance, as host:port, http://host:port or unix:/path; the
    /// configuration's http.listen if not given.
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// A file with the running instance's token; with --url there is none otherwise,
    /// without it is the configuration's http.token_file.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// The running instance's configuration.
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) print: PrintArgs,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct ExtractArgs {
    /// Which one.
    pub(crate) name: ExtractorName,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// One JSON object per line instead of protobuf, on standard output.
    #[arg(long, conflicts_with = "servers")]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) bus: BusArgs,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct ToolArgs {
    /// Which one.
    pub(crate) name: ToolName,
    /// Configuration; only the sections http, bus, archive and logging are used.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) bus: BusArgs,
    /// Go on serving what the stream brought when it has ended (metrics, web).
    #[arg(long)]
    pub(crate) stay: bool,
    #[command(flatten, next_help_heading = "For watch")]
    pub(crate) print: PrintArgs,
}

/// The tools that can run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ToolName {
    /// /metrics alone.
    Metrics,
    /// Page, API and websocket.
    Web,
    /// Lines on standard output.
    Watch,
    /// Files, into the configuration's archive.directory.
    Archive,
}

fn kind(word: &str) -> Result<Kind, String> {
    let known = || Kind::ALL.map(Kind::word).join(", ");
    Kind::from_word(word)
        .filter(|kind| *kind != Kind::Unspecified)
        .ok_or_else(|| format!("kinds are {}", known()))
}

fn command(word: &str) -> Result<String, String> {
    if (1..=12).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(word.to_owned());
    }
    Err("a message type has 1 to 12 characters, such as inv or getdata".to_owned())
}

fn direction(word: &str) -> Result<Direction, String> {
    Direction::from_word(word)
        .filter(|direction| *direction != Direction::Unspecified)
        .ok_or_else(|| "directions are inbound, outbound".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
