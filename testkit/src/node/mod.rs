//! A Bitcoin Core node on regtest, in a directory of its own.

mod builder;
mod capabilities;
mod rpc;

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use peer_observer_node::{Chain, NodeSettings, RpcClient, RpcError};
use tempfile::TempDir;

pub use builder::NodeBuilder;
pub use capabilities::FEATURE_VERSION;

use crate::wait::{DEADLINE, wait_for};

/// What keeps a node from ever dialling out by itself, whatever addresses it
/// hears of. Every node that is started by this workspace has these, and
/// `-bind` to loopback.
const NEVER_DIAL_OUT: [&str; 6] = [
    "-connect=0",
    "-listen=1",
    "-dnsseed=0",
    "-fixedseeds=0",
    "-listenonion=0",
    "-natpmp=0",
];

/// Options with which a test could undo that.
const DIALLING_OPTIONS: [&str; 12] = [
    "bind",
    "chain",
    "connect",
    "dnsseed",
    "fixedseeds",
    "forcednsseed",
    "listenonion",
    "natpmp",
    "seednode",
    "signet",
    "testnet",
    "testnet4",
];

/// A running regtest node that never dials out. It is killed, and its directory removed, when this
/// is dropped.
pub struct Node {
    directory: TempDir,
    program: PathBuf,
    name: String,
    arguments: Vec<String>,
    p2p_port: u16,
    rpc_port: u16,
    child: Option<Child>,
    client: RpcClient,
}

impl Node {
    /// A builder with which the node can be told more.
    pub fn builder() -> NodeBuilder {
        NodeBuilder::default()
    }

    /// A node without special wishes, started and ready for RPC and P2P.
    pub async fn start() -> Result<Node> {
        Node::builder().start().await
    }

    /// Its data directory.
    pub fn datadir(&self) -> &Path {
        self.directory.path()
    }

    /// The directory of its regtest chain.
    pub fn chain_dir(&self) -> PathBuf {
        Chain::Regtest.directory(self.datadir())
    }

    /// Its log.
    pub fn debug_log(&self) -> PathBuf {
        self.chain_dir().join("debug.log")
    }

    /// Where its IPC socket is if it was started with [`NodeBuilder::ipc`].
    pub fn ipc_socket(&self) -> PathBuf {
        self.chain_dir().join("node.sock")
    }

    /// Where it listens for peers.
    pub fn p2p_address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.p2p_port).into()
    }

    /// Where its RPC server listens.
    pub fn rpc_address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.rpc_port).into()
    }

    /// Its name, in its settings.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The least that an operator would have to say about it.
    pub fn settings(&self) -> NodeSettings {
        NodeSettings::new(&self.name, self.datadir())
    }

    /// A client of its RPC server.
    pub fn client(&self) -> &RpcClient {
        &self.client
    }

    /// Its process id; fails if it is stopped.
    pub fn pid(&self) -> Result<u32> {
        Ok(self.child.as_ref().context("the node is stopped")?.id())
    }

    /// Stops it as an operator would, with the RPC `stop`, and waits for its end.
    pub async fn stop(&mut self) -> Result<()> {
        self.rpc::<String>("stop", ()).await?;
        let mut child = self.child.take().context("the node is stopped")?;
        let ended = wait_for("the node ends after the RPC stop", async || {
            matches!(child.try_wait(), Ok(Some(_)))
        })
        .await;
        if ended.is_err() {
            child.kill().ok();
            child.wait().ok();
        }
        ended
    }

    /// Kills it with SIGKILL, so that it can clean up nothing, and waits for its end.
    pub fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().context("the node is stopped")?;
        child.kill().context("killing the node")?;
        child.wait().context("waiting for the killed node")?;
        Ok(())
    }

    /// Starts it again, after [`Node::stop`] or [`Node::kill`], with the same
    /// directory and ports.
    pub async fn start_again(&mut self) -> Result<()> {
        if self.child.is_some() {
            bail!("the node runs already");
        }
        self.launch().await
    }

    /// Stops and starts it.
    pub async fn restart(&mut self) -> Result<()> {
        self.stop().await?;
        self.start_again().await
    }

    /// Adds arguments that count from the next start on.
    pub fn add_arguments<I: IntoIterator<Item: Into<String>>>(&mut self, arguments: I) {
        self.arguments.extend(arguments.into_iter().map(Into::into));
    }

    /// Fails for arguments with which the node could dial out.
    fn check_arguments(&self) -> Result<()> {
        match self
            .arguments
            .iter()
            .find(|argument| could_dial_out(argument))
        {
            Some(argument) => bail!(
                "test nodes are not started with {argument}: they must never dial out; connect \
                 them with Node::connect_to or Node::add_connection"
            ),
            None => Ok(()),
        }
    }

    /// Starts the program and waits until it answers RPC calls: then it also
    /// listens for peers.
    async fn launch(&mut self) -> Result<()> {
        self.check_arguments()?;
        let output = self.datadir().join("output.log");
        let file = File::create(&output).context("creating a file for the node's output")?;
        let child = Command::new(&self.program)
            .arg("-regtest")
            .arg("-server=1")
            .arg(format!("-datadir={}", self.datadir().display()))
            .arg(format!("-bind={}", self.p2p_address()))
            .arg(format!("-rpcport={}", self.rpc_port))
            .args([
                "-printtoconsole=0",
                "-logtimemicros=1",
                "-maxmempool=50",
                "-dbcache=16",
            ])
            .args(NEVER_DIAL_OUT)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(file.try_clone().context("duplicating a file")?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("starting {}", self.program.display()))?;
        let child = self.child.insert(child);
        let started = wait_until_it_answers(child, &self.client, &output).await;
        if started.is_err()
            && let Some(mut child) = self.child.take()
        {
            // It may be about to end by itself.
            child.kill().ok();
            child
                .wait()
                .context("waiting for a node that did not start")?;
        }
        started
    }
}

async fn wait_until_it_answers(child: &mut Child, client: &RpcClient, output: &Path) -> Result<()> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().context("looking after the node")? {
            let output = fs::read_to_string(output).unwrap_or_default();
            bail!("the node ended at its start ({status}): {}", output.trim());
        }
        match client.call("uptime", serde_json::Value::Null).await {
            Ok(_) => return Ok(()),
            Err(error) if started.elapsed() > DEADLINE => {
                bail!("the node did not start within {DEADLINE:?}: {error}");
            }
            // Before it has written its cookie there are no credentials.
            Err(
                RpcError::Unreachable { .. }
                | RpcError::StartingUp { .. }
                | RpcError::NoCredentials { .. }
                | RpcError::Unauthorized { .. },
            ) => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
            Err(error) => return Err(error).context("waiting for the node's start"),
        }
    }
}

fn could_dial_out(argument: &str) -> bool {
    let option = argument.trim_start_matches('-');
    let (name, value) = option.split_once('=').unwrap_or((option, ""));
    if name == "addnode" {
        return !value
            .parse()
            .is_ok_and(|address: SocketAddr| address.ip().is_loopback());
    }
    DIALLING_OPTIONS.contains(&name.strip_prefix("no").unwrap_or(name))
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself; the directory goes in any case.
            child.kill().ok();
            child.wait().ok();
        }
    }
}
