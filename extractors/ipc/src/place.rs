//! Where the node is: its files, its socket, its process.

use std::path::PathBuf;

use peer_observer_node::{Node, NodeError, NodeSettings, Process};

/// The node as it was found last.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) node: Node,
    /// Its process, where that is visible.
    pub(crate) process: Option<Process>,
    /// The socket to try.
    pub(crate) socket: PathBuf,
}

/// Why there is no socket to try.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoPlace {
    #[error(transparent)]
    Node(#[from] NodeError),
    #[error(
        "the node's -ipcbind={address} is no Unix socket; start it as `bitcoin-node -ipcbind=unix`"
    )]
    NotUnix { address: String },
}

impl Place {
    /// Looks for the node anew: it may have come back with another chain or
    /// another bitcoin.conf. `socket` is what the configuration says.
    pub(crate) async fn find(
        settings: &NodeSettings,
        socket: Option<PathBuf>,
    ) -> Result<Place, NoPlace> {
        let settings = settings.clone();
        let find = move || {
            let node = Node::locate(&settings)?;
            let process = visible(&node);
            let socket = match socket {
                Some(given) => given,
                None => {
                    let found = node.ipc_socket().path();
                    found.map_err(|address| NoPlace::NotUnix { address })?
                }
            };
            Ok(Place {
                node,
                process,
                socket,
            })
        };
        let found = tokio::task::spawn_blocking(find).await;
        // The closure is not cancelled, so only a panic gets here; it goes on where it belongs.
        found.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }
}

/// The node's process; one that cannot be seen counts as none.
fn visible(node: &Node) -> Option<Process> {
    node.process().unwrap_or_else(|error| {
        tracing::debug!(node = node.name(), "cannot see the process: {error}");
        None
    })
}
