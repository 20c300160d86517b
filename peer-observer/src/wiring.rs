//! Which component meets which: bus, health, supervision, and what runs on them.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use peer_observer_archive_tool::Recorder;
use peer_observer_bus::Bus;
use peer_observer_component::{
    CancellationToken, Component, Exposition, HealthRegistry, State, Supervisor,
};
use peer_observer_ipc_extractor::Ipc;
use peer_observer_log::Log;
use peer_observer_metrics::Metrics;
use peer_observer_nats::{Following, Wanted};
use peer_observer_p2p_extractor::P2p;
use peer_observer_process::Process;
use peer_observer_rpc::Rpc;
use peer_observer_web::{Listen, Web, WebSources};

use crate::config::{Config, ConfigError};
use crate::ebpf;
use crate::extractor_name::ExtractorName;
use crate::links::{self, Links};
use crate::signals::Signals;

/// How long recorder and uplink may take for what is left when all others have ended.
const LONGEST_END: Duration = Duration::from_secs(10);

/// A bus and the components on it.
pub(crate) struct Assembly {
    pub(crate) bus: Bus,
    pub(crate) health: HealthRegistry,
    /// Cancelled when everything should end.
    pub(crate) shutdown: CancellationToken,
    supervisor: Supervisor,
    /// Of the recorder and of what sends events elsewhere, which end with the bus:
    /// what the others say at their end is recorded and sent too.
    last: Supervisor,
    /// Cancelled when they should end although the bus has not.
    last_shutdown: CancellationToken,
}

impl Assembly {
    /// A bus with its clock, without components, that ends on SIGINT and SIGTERM.
    pub(crate) fn new() -> anyhow::Result<Assembly> {
        let assembly = Assembly::on(Bus::in_process())?;
        tokio::spawn({
            let bus = assembly.bus.clone();
            async move { bus.tick_every_second().await }
        });
        Ok(assembly)
    }

    /// A bus whose time is that of a recording, without components.
    pub(crate) fn of_recording() -> anyhow::Result<Assembly> {
        Assembly::on(Bus::of_recording())
    }

    fn on(bus: Bus) -> anyhow::Result<Assembly> {
        let health = HealthRegistry::default();
        let shutdown = CancellationToken::new();
        let last_shutdown = CancellationToken::new();
        tokio::spawn(Signals::new()?.end_with(shutdown.clone()));
        let supervisor = |shutdown: &CancellationToken| {
            Supervisor::new(bus.clone(), shutdown.clone(), health.clone())
        };
        Ok(Assembly {
            supervisor: supervisor(&shutdown),
            last: supervisor(&last_shutdown),
            last_shutdown,
            bus,
            health,
            shutdown,
        })
    }

    /// Starts a component.
    pub(crate) fn start(&mut self, component: impl Component) {
        self.supervisor.start(component);
    }

    /// Starts the metrics tool and returns what it has to show.
    pub(crate) fn start_metrics(&mut self, config: &Config) -> Arc<dyn Exposition> {
        let extra_gauges = config.rpc.extra_gauges.clone();
        let metrics = Metrics::with_extra_gauges(self.bus.clone(), extra_gauges);
        let exposition = metrics.exposition();
        self.start(metrics);
        exposition
    }

    /// Starts recording, where the configuration says so; says whether it does.
    pub(crate) fn start_recorder(&mut self, config: &Config) -> anyhow::Result<bool> {
        let recorder = self.recorder(config)?;
        let is_there = recorder.is_some();
        if let Some(recorder) = recorder {
            self.last.start(recorder);
        }
        Ok(is_there)
    }

    /// The same for the events of a stream: says where in it the recording goes on.
    pub(crate) fn start_recorder_of_stream(
        &mut self,
        config: &Config,
    ) -> anyhow::Result<Option<Following>> {
        let Some(recorder) = self.recorder(config)? else {
            return Ok(None);
        };
        let following = links::behind(&recorder)
            .context("cannot read how far the archive's files go, to continue behind them")?;
        self.last.start(recorder);
        Ok(Some(following))
    }

    fn recorder(&self, config: &Config) -> anyhow::Result<Option<Recorder>> {
        let settings = config.archive.settings(&config.node);
        // A folder that cannot be written stays so: better said now than tried for ever.
        let recorder = settings.map(|settings| Recorder::new(&self.bus, settings));
        Ok(recorder.transpose()?)
    }

    /// Starts to send what is made here to others, where there is a bus to do so.
    pub(crate) fn start_uplink(&mut self, links: &Links) {
        if let Some(uplink) = links.uplink(&self.bus) {
            self.last.start(uplink);
        }
    }

    /// Starts to bring what others made, where they are to be heard.
    pub(crate) fn start_downlink(&mut self, links: &Links, wanted: Wanted, following: Following) {
        if let Some(downlink) = links.downlink(&self.bus, wanted, following) {
            self.supervisor.start(downlink);
        }
    }

    /// Starts one extractor for every node.
    pub(crate) fn start_extractor(&mut self, name: ExtractorName, config: &Config) {
        for node in &config.node {
            match name {
                ExtractorName::Ebpf => self.start(ebpf::extractor(node, &config.ebpf)),
                ExtractorName::Rpc => {
                    self.start(Rpc::new(node.settings(), config.rpc.settings(node)));
                }
                ExtractorName::Log => {
                    self.start(Log::new(node.settings(), config.log.settings(node)));
                }
                ExtractorName::P2p => {
                    if let Some(settings) = config.p2p.settings(node) {
                        self.start(P2p::new(node.settings(), settings));
                    }
                }
                ExtractorName::Ipc => {
                    self.start(Ipc::new(node.settings(), config.ipc.settings(node)));
                }
                ExtractorName::Process => {
                    self.start(Process::new(node.settings(), config.process.settings()));
                }
            }
        }
    }

    /// Waits until all components have ended, on shutdown or by themselves, and
    /// then ends the bus. An error when they ended by themselves: none of them can work.
    pub(crate) async fn finish(self) -> anyhow::Result<()> {
        self.supervisor.finish().await;
        self.bus.close();
        finish_last(self.last, &self.last_shutdown).await;
        if self.shutdown.is_cancelled() {
            return Ok(());
        }
        bail!("nothing is left that can work: {}", failures(&self.health));
    }

    /// Ends the bus and waits until all components have taken what was on it.
    /// An error when one of them has failed.
    pub(crate) async fn drain(self) -> anyhow::Result<()> {
        self.bus.close();
        self.supervisor.finish().await;
        finish_last(self.last, &self.last_shutdown).await;
        match failures(&self.health) {
            none if none.is_empty() => Ok(()),
            failures => bail!(failures),
        }
    }
}

/// Waits until what is on the closed bus is recorded and sent, but not for ever.
async fn finish_last(last: Supervisor, shutdown: &CancellationToken) {
    let give_up = async {
        tokio::time::sleep(LONGEST_END).await;
        tracing::warn!("what is left is not recorded or sent in time, leaving it behind");
        shutdown.cancel();
        std::future::pending().await
    };
    tokio::select! {
        () = last.finish() => {}
        () = give_up => {}
    }
}

/// The components that have failed, and why.
fn failures(health: &HealthRegistry) -> String {
    let all = health.all();
    let failed = all
        .iter()
        .filter(|(_, health)| health.state == State::Failed);
    let reasons = failed.map(|(name, health)| format!("{name}: {}", health.detail));
    reasons.collect::<Vec<_>>().join("; ")
}

/// The HTTP server as configured.
pub(crate) fn web(
    config: &Config,
    metrics: Option<Arc<dyn Exposition>>,
    health: HealthRegistry,
) -> Result<Web, ConfigError> {
    let nodes = config.node.iter().map(|node| node.settings().name);
    web_of(config, nodes.collect(), metrics, health)
}

/// The same for other nodes than the configured ones.
pub(crate) fn web_of(
    config: &Config,
    nodes: Vec<String>,
    metrics: Option<Arc<dyn Exposition>>,
    health: HealthRegistry,
) -> Result<Web, ConfigError> {
    let settings = config.http.settings()?;
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let sources = WebSources {
        metrics,
        health,
        nodes,
        version,
    };
    Ok(Web::new(settings, sources))
}

/// Where somebody finds `path` of the server.
pub(crate) fn place(listen: &Listen, path: &str) -> String {
    match listen {
        Listen::Tcp(address) => format!("http://{address}/{path}"),
        Listen::Unix(socket) => format!("http://localhost/{path} through {}", socket.display()),
    }
}

/// Runs `future` on a runtime of its own.
pub(crate) fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the threads that everything runs on")?;
    let outcome = runtime.block_on(future);
    // Reading standard input cannot be interrupted: it must not hold up the end.
    runtime.shutdown_background();
    outcome
}
