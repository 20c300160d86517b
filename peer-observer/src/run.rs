//! `run`: everything that the configuration names, in one process.

use anyhow::anyhow;
use clap::ValueEnum;
use peer_observer_nats::{Following, Wanted};
use sd_notify::NotifyState;
use tracing::Level;

use crate::cli::RunArgs;
use crate::config::Config;
use crate::extractor_name::ExtractorName;
use crate::links::Links;
use crate::wiring::{Assembly, block_on, place, web};
use crate::{logging, stdout};

/// Runs until a signal comes or nothing is left that can work.
pub(crate) fn run(arguments: &RunArgs) -> anyhow::Result<()> {
    let config = Config::load(&arguments.source.source_with(&arguments.bus))?;
    logging::start(config.logging.format, Level::INFO);
    block_on(observe(&config))
}

async fn observe(config: &Config) -> anyhow::Result<()> {
    let links = Links::of_run(config)?;
    // What nodes of ours say has no place in the stream before it has come there:
    // only who has none can live by the stream's order and time.
    let lives_by_stream = config.node.is_empty() && links.are_stored() && config.archive.is_on();
    let mut assembly = match lives_by_stream {
        true => Assembly::of_recording()?,
        false => Assembly::new()?,
    };
    let metrics = config
        .metrics
        .enabled
        .then(|| assembly.start_metrics(config));
    // Tools before extractors, so that they see the first event.
    let following = match lives_by_stream {
        true => assembly.start_recorder_of_stream(config)?,
        false => assembly.start_recorder(config).map(|_| None)?,
    };
    if config.web.enabled {
        let mut web = web(config, metrics, assembly.health.clone())?;
        if !config.web.page {
            web = web.metrics_only();
        }
        // A port that is taken stays taken: better said now than tried for ever.
        let address = web.bind().map_err(|failure| anyhow!("{failure}"))?;
        assembly.start(web);
        stdout::print(&format!(
            "peer-observer: {} at {}\n",
            if config.web.page {
                "the page is"
            } else {
                "metrics are"
            },
            place(&address, if config.web.page { "" } else { "metrics" })
        ))?;
    }
    if !config.node.is_empty() {
        assembly.start_uplink(&links);
    }
    assembly.start_downlink(&links, Wanted::all(), following.unwrap_or(Following::Live));
    for name in ExtractorName::value_variants() {
        if config.is_enabled(*name) {
            assembly.start_extractor(*name, config);
        }
    }
    notify_systemd(NotifyState::Ready);
    let shutdown = assembly.shutdown.clone();
    tokio::spawn(async move {
        shutdown.cancelled().await;
        notify_systemd(NotifyState::Stopping);
    });
    assembly.finish().await
}

/// Tells systemd, where it started us (`Type=notify`).
fn notify_systemd(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!("cannot notify systemd: {error}");
    }
}
