//! Where the node is: its files, its socket, its process.

use std::path::PathBuf;

use peer_observer_ipc::IpcError;
use peer_observer_node::{IpcSocket, Node, NodeError, NodeSettings, Process};

/// The node as it was found last.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) node: Node,
    /// Its process, where that is visible.
    pub(crate) process: Option<Process>,
    /// The socket to try.
    pub(crate) socket: PathBuf,
    /// Somebody said that it is there: the configuration or the node's `-ipcbind`.
    pub(crate) is_promised: bool,
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
            let (socket, is_promised) = match (socket, node.ipc_socket()) {
                (Some(given), _) => (given, true),
                (None, IpcSocket::At(path)) => (path, true),
                (None, IpcSocket::Off(path)) => (path, false),
                (None, IpcSocket::NotUnix(address)) => return Err(NoPlace::NotUnix { address }),
            };
            Ok(Place {
                node,
                process,
                socket,
                is_promised,
            })
        };
        let found = tokio::task::spawn_blocking(find).await;
        // The closure is not cancelled, so only a panic gets here; it goes on where it belongs.
        found.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }

    /// Does the node run without an IPC socket?
    pub(crate) fn offers_none(&self, error: &IpcError) -> bool {
        let is_missing = matches!(error, IpcError::NoSocket { .. });
        is_missing && !self.is_promised && self.process.is_some()
    }
}

/// The node's process; one that cannot be seen counts as none.
fn visible(node: &Node) -> Option<Process> {
    node.process().unwrap_or_else(|error| {
        tracing::debug!(node = node.name(), "cannot see the process: {error}");
        None
    })
}
