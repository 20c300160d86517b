//! `run`: everything that the configuration names, in one process.

use anyhow::anyhow;
use clap::ValueEnum;
use sd_notify::NotifyState;
use tracing::Level;

use crate::cli::SourceArgs;
use crate::config::Config;
use crate::extractor_name::ExtractorName;
use crate::wiring::{Assembly, block_on, place, web};
use crate::{logging, stdout};

/// Runs until a signal comes or nothing is left that can work.
pub(crate) fn run(arguments: &SourceArgs) -> anyhow::Result<()> {
    let config = Config::load(&arguments.source())?;
    logging::start(config.logging.format, Level::INFO);
    block_on(observe(&config))
}

async fn observe(config: &Config) -> anyhow::Result<()> {
    let mut assembly = Assembly::new()?;
    let metrics = config
        .metrics
        .enabled
        .then(|| assembly.start_metrics(config));
    // Tools before extractors, so that they see the first event.
    assembly.start_recorder(config)?;
    if config.web.enabled {
        let web = web(config, metrics, assembly.health.clone())?;
        // A port that is taken stays taken: better said now than tried for ever.
        let address = web.bind().map_err(|failure| anyhow!("{failure}"))?;
        assembly.start(web);
        stdout::print(&format!(
            "peer-observer: the page is at {}\n",
            place(&address, "")
        ))?;
    }
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
