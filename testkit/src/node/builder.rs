//! How a node is to be started.

use std::path::PathBuf;

use anyhow::{Context, Result};
use peer_observer_node::{Chain, NodeSettings, RpcClient};

use super::Node;
use crate::{core, ports};

/// Other processes take ports too: between our choice and the node's use.
const START_ATTEMPTS: usize = 5;

/// A node that is about to be started.
#[derive(Clone, Debug, Default)]
pub struct NodeBuilder {
    name: Option<String>,
    program: Option<PathBuf>,
    arguments: Vec<String>,
}

impl NodeBuilder {
    /// The name in its settings; `alice` unless told otherwise.
    pub fn name(mut self, name: impl Into<String>) -> NodeBuilder {
        self.name = Some(name.into());
        self
    }

    /// The program to start instead of [`core::binary`].
    pub fn program(mut self, program: impl Into<PathBuf>) -> NodeBuilder {
        self.program = Some(program.into());
        self
    }

    /// One more argument for the program.
    pub fn argument(mut self, argument: impl Into<String>) -> NodeBuilder {
        self.arguments.push(argument.into());
        self
    }

    /// More arguments for the program.
    pub fn arguments<I: IntoIterator<Item: Into<String>>>(mut self, arguments: I) -> NodeBuilder {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Without the checks of mempool and block index that regtest makes at each
    /// transaction and block: for floods and benches.
    pub fn without_checks(self) -> NodeBuilder {
        self.arguments(["-checkmempool=0", "-checkblockindex=0"])
    }

    /// With an IPC socket, [`Node::ipc_socket`]. Needs a version with `bitcoin-node`.
    pub fn ipc(self) -> NodeBuilder {
        self.argument("-ipcbind=unix")
    }

    /// Starts the node and waits until it answers RPC calls and listens for peers.
    pub async fn start(self) -> Result<Node> {
        let program = match self.program {
            Some(program) => program,
            // Building takes minutes and must not block the other tasks.
            None => tokio::task::spawn_blocking(core::binary).await??,
        };
        let mut attempt = 1;
        loop {
            let directory = tempfile::Builder::new()
                .prefix("peer-observer-node-")
                .tempdir()
                .context("creating a directory for a node")?;
            let settings = NodeSettings {
                chain: Some(Chain::Regtest),
                ..NodeSettings::new(self.name.as_deref().unwrap_or("alice"), directory.path())
            };
            let found = peer_observer_node::Node::locate(&settings)?;
            let mut node = Node {
                directory,
                program: program.clone(),
                name: settings.name,
                arguments: self.arguments.clone(),
                p2p_port: ports::free_port()?,
                rpc_port: ports::free_port()?,
                child: None,
                client: RpcClient::new(&found),
            };
            match node.launch().await {
                Ok(()) => return Ok(node),
                Err(error) if attempt < START_ATTEMPTS && is_taken_port(&error) => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

/// Core says `Unable to bind` for both servers and ends.
fn is_taken_port(error: &anyhow::Error) -> bool {
    let text = format!("{error:#}").to_lowercase();
    text.contains("unable to bind") || text.contains("unable to start http server")
}
