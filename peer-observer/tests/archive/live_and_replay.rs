//! A live run and the replay of its archive give the same metrics, to the last
//! digit, at any speed.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use lab::traffic::{self, TrafficConfig, TrafficNode};
use peer_observer_archive::Selection;
use peer_observer_archive_tool::replay::{Progress, Speed, play};
use peer_observer_archive_tool::source::{Inputs, Merge};
use peer_observer_archive_tool::verification::Verification;
use peer_observer_archive_tool::{Recorder, RecorderSettings};
use peer_observer_bus::Bus;
use peer_observer_component::{
    CancellationToken, Component, Context, Exposition, HealthRegistry, Supervisor,
};
use peer_observer_ebpf::{Ebpf, EbpfSettings};
use peer_observer_ipc_extractor::{Ipc, IpcExtractorSettings};
use peer_observer_log::{Log, LogExtractorSettings};
use peer_observer_metrics::Metrics;
use peer_observer_p2p_extractor::{P2p, P2pExtractorSettings};
use peer_observer_process::{Process, ProcessExtractorSettings};
use peer_observer_rpc::{Rpc, RpcExtractorSettings};
use testkit::{Node, free_port, wait_for};
use tokio::task::JoinHandle;

/// What the run has seen before it ends: series that are not 0.
const SEEN: [&str; 8] = [
    "peerobserver_p2p_messages_total{node=\"alice\"",
    "peerobserver_validation_block_connected_total{node=\"alice\"",
    "peerobserver_mempool_added_total{node=\"alice\"",
    "peerobserver_connections_closed_total{node=\"alice\"",
    "peerobserver_probe_ping_seconds_count{node=\"alice\"",
    "peerobserver_log_lines_total{node=\"alice\"",
    "peerobserver_ipc_echo_duration_seconds_count{node=\"alice\"",
    "peerobserver_node_process_cpu_seconds_total{node=\"alice\"",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_metrics_are_the_same_at_every_speed() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let live = record(folder.path()).await?;
    let inputs = Inputs::find(&[folder.path().to_owned()], "legacy")?;
    let whole = Verification::of(&inputs, |_| {})?;
    assert!(whole.is_whole, "{whole}");
    for speed in [Speed::Full, Speed::Times(10.0), Speed::Times(1.0)] {
        let replayed = replay(inputs.clone(), speed).await?;
        let differing: Vec<_> = live
            .iter()
            .filter(|line| !replayed.contains(line))
            .chain(replayed.iter().filter(|line| !live.contains(line)))
            .collect();
        assert!(differing.is_empty(), "{speed:?}: {differing:#?}");
    }
    Ok(())
}

/// Runs everything on a node with traffic; returns the metrics at the end.
async fn record(folder: &Path) -> Result<Vec<String>> {
    let port = free_port()?;
    let p2p_listen = format!("127.0.0.1:{port}").parse()?;
    let alice = Node::builder().name("alice").ipc().start().await?;
    let bob = Node::builder().name("bob").start().await?;
    alice.connect_to(&bob).await?;
    let bus = Bus::in_process();
    let ticks = tokio::spawn({
        let bus = bus.clone();
        async move { bus.tick_every_second().await }
    });
    let (metrics, exposition) = start(&bus, Metrics::new(bus.clone()), Metrics::exposition);
    let settings = RecorderSettings::new(folder);
    let (recorder, ()) = start(&bus, Recorder::new(&bus, settings)?, |_| ());

    let shutdown = CancellationToken::new();
    let health = HealthRegistry::default();
    let mut extractors = Supervisor::new(bus.clone(), shutdown.clone(), health.clone());
    extractors.start(Ebpf::new(alice.settings(), EbpfSettings::default()));
    extractors.start(Rpc::new(alice.settings(), RpcExtractorSettings::default()));
    extractors.start(Log::new(alice.settings(), LogExtractorSettings::default()));
    extractors.start(P2p::new(
        alice.settings(),
        P2pExtractorSettings::new(p2p_listen),
    ));
    extractors.start(Ipc::new(alice.settings(), IpcExtractorSettings::default()));
    let process = ProcessExtractorSettings::default();
    extractors.start(Process::new(alice.settings(), process));

    let stop = CancellationToken::new();
    let node = |node: &Node| TrafficNode {
        p2p_address: node.p2p_address(),
        rpc: node.client().clone(),
    };
    let config = TrafficConfig::new(vec![node(&bob), node(&alice)]).faster(10.0)?;
    let traffic = tokio::spawn(traffic::run(config, stop.clone()));
    tokio::select! {
        dialled = alice.keep_dialling(p2p_listen) => match dialled? {},
        seen = wait_for("something of everything", async || {
            let text = exposition.text();
            SEEN.iter().all(|series| {
                text.lines().any(|line| line.starts_with(series) && !line.ends_with(" 0"))
            })
        }) => seen?,
    }
    stop.cancel();
    traffic.await.context("the traffic panicked")??;
    shutdown.cancel();
    extractors.finish().await;
    ticks.abort();
    bus.close();
    metrics.await?;
    recorder.await?;
    Ok(of_nodes(&exposition))
}

async fn replay(inputs: Inputs, speed: Speed) -> Result<Vec<String>> {
    let bus = Bus::of_recording();
    let (metrics, exposition) = start(&bus, Metrics::new(bus.clone()), Metrics::exposition);
    let merge = Merge::new(inputs, Selection::default());
    let progress = Arc::new(Progress::default());
    play(merge, speed, &bus, progress, &CancellationToken::new()).await?;
    bus.close();
    metrics.await?;
    Ok(of_nodes(&exposition))
}

/// Runs a tool to the end of the bus.
fn start<C: Component, T>(
    bus: &Bus,
    component: C,
    look: impl FnOnce(&C) -> T,
) -> (JoinHandle<()>, T) {
    let seen = look(&component);
    let context = Context {
        bus: bus.clone(),
        shutdown: CancellationToken::new(),
        health: HealthRegistry::default().handle(&component.name()),
    };
    let running = tokio::spawn(async move {
        component
            .run(context)
            .await
            .expect("it runs to the end of the bus");
    });
    (running, seen)
}

/// The series of nodes, without what this process says of itself.
fn of_nodes(exposition: &Arc<dyn Exposition>) -> Vec<String> {
    let own = [
        "peerobserver_process_",
        "peerobserver_subscription_",
        "peerobserver_build_",
    ];
    let text = exposition.text();
    let lines = text.lines().filter(|line| {
        let is_own = own.iter().any(|name| line.starts_with(name));
        !is_own && !line.contains("extractor=\"bus\",hop=") && !line.starts_with('#')
    });
    let mut lines: Vec<String> = lines.map(str::to_owned).collect();
    lines.sort();
    lines
}
