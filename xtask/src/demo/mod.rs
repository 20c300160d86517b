//! `cargo xtask demo`: see it work.

pub(crate) mod archive;
mod check;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use anyhow::{Context, Result, bail};
use lab::traffic::{self, TrafficConfig, TrafficNode};
use testkit::observer::Observer;
use testkit::{Node, free_port};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{node, observer, packages};

/// Where the page usually is.
const PORT: u16 = 8480;

/// All tracepoints, so that there is something of everything to see; blocks come
/// seldom enough for the UTXO cache's. Often, so that there is something to see soon.
const EVERYTHING: &str = "\
[ebpf]
utxocache = true

[rpc.getpeerinfo]
interval = \"2 s\"

[p2p]
ping_interval = \"2 s\"

[ipc]
echo_interval = \"2 s\"
template_interval = \"5 s\"

[process]
pressure = true
";

/// What the watched node says in its log and where it can be asked.
const WATCHED: [&str; 12] = [
    "-ipcbind=unix",
    "-logtimemicros=1",
    "-logthreadnames=1",
    "-debug=addrman",
    "-debug=bench",
    "-debug=blockstorage",
    "-debug=cmpctblock",
    "-debug=mempool",
    "-debug=mempoolrej",
    "-debug=net",
    "-debug=txpackages",
    "-debug=validation",
];

/// Two nodes, connected, with traffic.
struct Demo {
    alice: Node,
    /// Where alice dials peer-observer.
    p2p_listen: SocketAddr,
    /// Keeps the other node alive.
    _bob: Node,
    traffic: JoinHandle<Result<()>>,
    stop: CancellationToken,
}

pub(crate) async fn run(check: bool) -> Result<()> {
    packages::ensure(&[packages::BUILD])?;
    node::ensure()?;
    let binary = observer::build()?;
    // Told to end, the demo takes down what it started, as it does on Ctrl-C.
    tokio::select! {
        outcome = show(check, &binary) => outcome,
        told = told_to_end() => match (told, check) {
            (Ok(()), true) => bail!("the check was ended before it was done"),
            (told, _) => told,
        },
    }
}

async fn show(check: bool, binary: &Path) -> Result<()> {
    println!("Starting two regtest nodes with ordinary traffic …");
    let demo = Demo::start(if check { 5.0 } else { 1.0 }).await?;
    // A check must not depend on a port that somebody else may have taken.
    let port = (!check).then_some(PORT);
    let config = format!("p2p_listen = \"{}\"\n\n{EVERYTHING}", demo.p2p_listen);
    let observer = Observer::start(binary, "alice", demo.alice.datadir(), port, &config);
    let observer = tokio::select! {
        observer = observer => observer?,
        dialling = demo.alice.keep_dialling(demo.p2p_listen) => match dialling? {},
    };
    if check {
        check::run(&observer, binary).await?;
        drop(observer);
        return demo.stop().await;
    }
    println!(
        "\n  The page:    {0}/\n  Prometheus:  {0}/metrics",
        observer.url
    );
    println!(
        "  In a terminal: {} watch\n\nCtrl-C ends the demo.",
        binary.display()
    );
    demo.traffic.await.context("the traffic panicked")?
}

/// Ctrl-C, `kill`, or the terminal is gone.
async fn told_to_end() -> Result<()> {
    let on = |kind| signal(kind).context("cannot wait for signals");
    let mut interrupt = on(SignalKind::interrupt())?;
    let mut terminate = on(SignalKind::terminate())?;
    let mut hangup = on(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}

impl Demo {
    async fn start(speed: f64) -> Result<Demo> {
        let p2p_listen = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
        let alice = Node::builder()
            .name("alice")
            .arguments(WATCHED)
            .argument(format!("-addnode={p2p_listen}"))
            .start()
            .await?;
        let bob = Node::builder().name("bob").start().await?;
        alice.connect_to(&bob).await?;
        let traffic_node = |node: &Node| TrafficNode {
            p2p_address: node.p2p_address(),
            rpc: node.client().clone(),
        };
        // Blocks and coins come from bob, so that alice has them from a peer.
        let nodes = vec![traffic_node(&bob), traffic_node(&alice)];
        let config = TrafficConfig::new(nodes).faster(speed)?;
        let stop = CancellationToken::new();
        let traffic = tokio::spawn(traffic::run(config, stop.clone()));
        Ok(Demo {
            alice,
            p2p_listen,
            _bob: bob,
            traffic,
            stop,
        })
    }

    async fn stop(self) -> Result<()> {
        self.stop.cancel();
        self.traffic.await.context("the traffic panicked")?
    }
}
