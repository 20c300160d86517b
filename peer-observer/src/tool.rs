//! `tool`: one tool alone, on the events that standard input or the bus brings.

use std::io::{IsTerminal, stdin, stdout};

use anyhow::{Context, bail};
use peer_observer_component::State;
use peer_observer_event::{Filter, Kind, KindSet};
use peer_observer_nats::{Following, Wanted};
use peer_observer_watch::{SUBSCRIPTION, Watch};
use tracing::Level;

use crate::cli::{ToolArgs, ToolName};
use crate::config::Config;
use crate::incoming::read_events;
use crate::links::Links;
use crate::wiring::{Assembly, block_on, place, web};
use crate::{logging, printing, stdout};

/// Runs until the stream or a signal ends it.
pub(crate) fn tool(arguments: &ToolArgs) -> anyhow::Result<()> {
    let config = Config::load_or_default(arguments.config.as_deref(), arguments.bus.source())?;
    let links = Links::of_tool(&config)?;
    if !links.are_there() && stdin().is_terminal() {
        bail!(
            "standard input is a terminal: pipe events into it, as in `peer-observer extract rpc | peer-observer tool web`, or name a server with --bus"
        );
    }
    match arguments.name {
        ToolName::Watch => {
            // Somebody reads events in the same terminal.
            logging::start(config.logging.format, Level::WARN);
            block_on(watch(arguments, &links))
        }
        ToolName::Metrics | ToolName::Web => {
            logging::start(config.logging.format, Level::INFO);
            block_on(serve(arguments, &config, &links))
        }
        ToolName::Archive => {
            logging::start(config.logging.format, Level::INFO);
            block_on(record(&config, &links))
        }
    }
}

async fn serve(arguments: &ToolArgs, config: &Config, links: &Links) -> anyhow::Result<()> {
    let mut assembly = Assembly::new()?;
    let metrics = assembly.start_metrics(config);
    let (paced_by, path) = match arguments.name {
        ToolName::Metrics => ("metrics", "metrics"),
        _ => ("web", ""),
    };
    let mut web = web(config, Some(metrics), assembly.health.clone())?;
    if arguments.name == ToolName::Metrics {
        web = web.metrics_only();
    }
    let address = web.bind().map_err(|failure| anyhow::anyhow!("{failure}"))?;
    assembly.start(web);
    stdout::print(&format!("peer-observer: {}\n", place(&address, path)))?;
    if links.are_there() {
        assembly.start_downlink(links, Wanted::all(), Following::Live);
        return assembly.finish().await;
    }

    let health = assembly.health.handle("stdin");
    health.set(State::Working, "events come from standard input");
    let read = tokio::select! {
        read = read_events(&assembly.bus, paced_by) => read,
        () = assembly.shutdown.cancelled() => Ok(()),
    };
    if read.is_ok() && arguments.stay && !assembly.shutdown.is_cancelled() {
        health.set(State::Waiting, "standard input has ended");
        tracing::info!("standard input has ended; serving what it brought until a signal comes");
        assembly.shutdown.cancelled().await;
    }
    assembly.shutdown.cancel();
    assembly.finish().await?;
    read.context("reading events from standard input")
}

async fn watch(arguments: &ToolArgs, links: &Links) -> anyhow::Result<()> {
    let mut assembly = Assembly::new()?;
    let settings = printing::settings(&arguments.print);
    let wanted = wanted(&settings.filter);
    let watch = Watch::new(&assembly.bus, settings, stdout());
    assembly.start(watch);
    if links.are_there() {
        assembly.start_downlink(links, wanted, Following::Live);
        return assembly.finish().await;
    }
    let read = tokio::select! {
        read = read_events(&assembly.bus, SUBSCRIPTION) => read,
        () = assembly.shutdown.cancelled() => Ok(()),
    };
    // What has come is still printed.
    assembly.drain().await?;
    read.context("reading events from standard input")
}

/// What has to come over the bus: heartbeats too, which show a lost tail.
fn wanted(filter: &Filter) -> Wanted {
    let kinds = filter.kinds.iter().flatten().copied();
    Wanted {
        nodes: filter.nodes.clone().unwrap_or_default(),
        kinds: match filter.kinds {
            None => KindSet::ALL,
            Some(_) => kinds.chain([Kind::Heartbeat]).collect(),
        },
    }
}

async fn record(config: &Config, links: &Links) -> anyhow::Result<()> {
    const NOWHERE: &str =
        "nothing says where to record: set `directory` in [archive] of the configuration";
    if links.are_stored() {
        let mut assembly = Assembly::of_recording()?;
        let following = assembly.start_recorder_of_stream(config)?;
        assembly.start_downlink(links, Wanted::all(), following.context(NOWHERE)?);
        return assembly.finish().await;
    }
    let mut assembly = Assembly::new()?;
    if !assembly.start_recorder(config)? {
        bail!(NOWHERE);
    }
    if links.are_there() {
        assembly.start_downlink(links, Wanted::all(), Following::Live);
        return assembly.finish().await;
    }
    let read = tokio::select! {
        read = read_events(&assembly.bus, peer_observer_archive_tool::SUBSCRIPTION) => read,
        () = assembly.shutdown.cancelled() => Ok(()),
    };
    // What has come is still recorded.
    assembly.drain().await?;
    read.context("reading events from standard input")
}
