//! `extract`: one extractor alone, its events on standard output or over the bus.

use std::io::{IsTerminal, Write, stdout};
use std::time::Duration;

use anyhow::{Context, bail};
use peer_observer_bus::{Delivery, Subscription, SubscriptionOptions};
use peer_observer_component::CancellationToken;
use peer_observer_event::{Kind, KindSet};
use tokio::time::timeout;
use tracing::{Level, warn};

use crate::cli::ExtractArgs;
use crate::config::{Config, ConfigError, NodeConfig};
use crate::extractor_name::ExtractorName;
use crate::links::Links;
use crate::stdout::ignore_broken_pipe;
use crate::wiring::{Assembly, block_on};
use crate::{frames, logging};

/// Deliveries per write.
const BATCH: usize = 1024;

/// A reader that does not read may hold up the end for so long.
const LONGEST_LAST_WRITE: Duration = Duration::from_secs(5);

/// Runs until a signal comes, the reader goes away or the extractor cannot work.
pub(crate) fn extract(arguments: &ExtractArgs) -> anyhow::Result<()> {
    let config = Config::load(&arguments.source.source_with(&arguments.bus))?;
    let links = Links::of_extractor(&config)?;
    if !links.are_there() && !arguments.json && stdout().is_terminal() {
        bail!(
            "not writing binary events to a terminal: pipe them into a file or into `peer-observer tool`, or use --json or --bus"
        );
    }
    if config.node.is_empty() {
        let message = "no node to extract from; add a section [[node]] with `name` and `datadir`";
        return Err(ConfigError::general(message).into());
    }
    logging::start(config.logging.format, Level::INFO);
    if !config.is_enabled(arguments.name) {
        return Err(ConfigError::general("this extractor has `enabled = false`").into());
    }
    let listens = |node: &NodeConfig| node.p2p_listen.is_some();
    if arguments.name == ExtractorName::P2p && !config.node.iter().any(listens) {
        let message = "no node has `p2p_listen`, the address of ours that it dials";
        return Err(ConfigError::general(message).into());
    }
    match links.are_there() && !arguments.json {
        true => block_on(send_events(arguments, &config, &links)),
        false => block_on(write_events(arguments, &config)),
    }
}

async fn send_events(
    arguments: &ExtractArgs,
    config: &Config,
    links: &Links,
) -> anyhow::Result<()> {
    let mut assembly = Assembly::new()?;
    assembly.start_uplink(links);
    assembly.start_extractor(arguments.name, config);
    assembly.finish().await
}

async fn write_events(arguments: &ExtractArgs, config: &Config) -> anyhow::Result<()> {
    let mut assembly = Assembly::new()?;
    // The reader has a bus of its own, and ticks of its own.
    let kinds = KindSet::ALL.without(Kind::Tick);
    let events = assembly
        .bus
        .subscribe(SubscriptionOptions::new("stdout").kinds(kinds));
    assembly.start_extractor(arguments.name, config);
    let writer = tokio::spawn(write(events, arguments.json, assembly.shutdown.clone()));
    let finished = assembly.finish().await;
    // All that was published is still written, if somebody reads it.
    match timeout(LONGEST_LAST_WRITE, writer).await {
        Ok(written) => {
            written
                .context("a bug in the writer")?
                .context("cannot write to standard output")?;
        }
        Err(_) => warn!("nobody reads standard output: the last events are not written"),
    }
    finished
}

/// Writes until the bus is closed; a reader that goes away ends everything.
async fn write(
    mut events: Subscription,
    json: bool,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let mut deliveries = Vec::new();
    while events.receive(&mut deliveries, BATCH).await {
        let mut bytes = Vec::new();
        for delivery in deliveries.drain(..) {
            match delivery {
                Delivery::Event(event) if json => writeln!(bytes, "{}", event.to_json())?,
                Delivery::Event(event) => frames::encode(&event, &mut bytes)?,
                // The reader sees the hole in the sequence numbers.
                Delivery::Missed(count) => warn!(count, "the reader is too slow: events dropped"),
            }
        }
        // A reader that does not read blocks this: not on a thread that others need.
        let written = tokio::task::spawn_blocking(move || {
            let mut stdout = stdout().lock();
            stdout.write_all(&bytes).and_then(|()| stdout.flush())
        });
        if let Err(error) = written.await? {
            shutdown.cancel();
            return Ok(ignore_broken_pipe(Err(error))?);
        }
    }
    Ok(())
}
