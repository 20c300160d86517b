//! `tool`: one tool alone, on the events that standard input brings.

use std::io::{IsTerminal, stdin, stdout};

use anyhow::{Context, bail};
use peer_observer_component::State;
use peer_observer_watch::{SUBSCRIPTION, Watch};
use tracing::Level;

use crate::cli::{ToolArgs, ToolName};
use crate::config::Config;
use crate::incoming::read_events;
use crate::wiring::{Assembly, block_on, place, web};
use crate::{logging, printing};

/// Runs until the stream or a signal ends it.
pub(crate) fn tool(arguments: &ToolArgs) -> anyhow::Result<()> {
    if stdin().is_terminal() {
        bail!(
            "standard input is a terminal: pipe events into it, as in `peer-observer extract rpc | peer-observer tool web`"
        );
    }
    let config = Config::load_or_default(arguments.config.as_deref())?;
    match arguments.name {
        ToolName::Watch => {
            // Somebody reads events in the same terminal.
            logging::start(config.logging.format, Level::WARN);
            block_on(watch(arguments))
        }
        ToolName::Metrics | ToolName::Web => {
            logging::start(config.logging.format, Level::INFO);
            block_on(serve(arguments, &config))
        }
        ToolName::Archive => {
            logging::start(config.logging.format, Level::INFO);
            block_on(record(&config))
        }
    }
}

async fn serve(arguments: &ToolArgs, config: &Config) -> anyhow::Result<()> {
    let mut assembly = Assembly::new()?;
    let metrics = assembly.start_metrics(config);
    let paced_by = match arguments.name {
        ToolName::Metrics => "metrics",
        _ => "web",
    };
    let mut web = web(config, Some(metrics), assembly.health.clone())?;
    if arguments.name == ToolName::Metrics {
        web = web.metrics_only();
    }
    let address = web.bind().map_err(|failure| anyhow::anyhow!("{failure}"))?;
    assembly.start(web);
    let path = if arguments.name == ToolName::Metrics {
        "metrics"
    } else {
        ""
    };
    crate::stdout::print(&format!("peer-observer: {}\n", place(&address, path)))?;

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

async fn watch(arguments: &ToolArgs) -> anyhow::Result<()> {
    let mut assembly = Assembly::new()?;
    let settings = printing::settings(&arguments.print);
    let watch = Watch::new(&assembly.bus, settings, stdout());
    assembly.start(watch);
    let read = tokio::select! {
        read = read_events(&assembly.bus, SUBSCRIPTION) => read,
        () = assembly.shutdown.cancelled() => Ok(()),
    };
    // What has come is still printed.
    assembly.drain().await?;
    read.context("reading events from standard input")
}

async fn record(config: &Config) -> anyhow::Result<()> {
    let mut assembly = Assembly::new()?;
    if !assembly.start_recorder(config)? {
        bail!("nothing says where to record: set `directory` in [archive] of the configuration");
    }
    let read = tokio::select! {
        read = read_events(&assembly.bus, peer_observer_archive_tool::SUBSCRIPTION) => read,
        () = assembly.shutdown.cancelled() => Ok(()),
    };
    // What has come is still recorded.
    assembly.drain().await?;
    read.context("reading events from standard input")
}
