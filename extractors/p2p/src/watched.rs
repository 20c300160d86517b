//! The node that we watch: where it is now.

use std::time::{Duration, Instant};

use peer_observer_node::{Node, NodeError, NodeSettings, RpcClient, RpcLimits};
use tokio::sync::Mutex;

/// A node that was started again may follow another chain, or have another
/// bitcoin.conf. It is looked for at most so often.
const LOCATE_AGAIN: Duration = Duration::from_secs(1);

const LIMITS: RpcLimits = RpcLimits {
    connect_timeout: Duration::from_secs(2),
    call_timeout: Duration::from_secs(5),
    // getpeerinfo of a node with ten thousand connections.
    reply_bytes: 32 << 20,
};

/// The node, found anew from time to time.
pub(crate) struct Watched {
    settings: NodeSettings,
    found: Mutex<Found>,
}

/// The node as it was found last.
#[derive(Clone)]
pub(crate) struct Found {
    pub(crate) node: Node,
    pub(crate) rpc: RpcClient,
    at: Instant,
}

impl Watched {
    /// Finds the node; it need not run.
    pub(crate) async fn find(settings: NodeSettings) -> Result<Watched, NodeError> {
        let found = Mutex::new(locate(&settings).await?);
        Ok(Watched { settings, found })
    }

    /// The node as it is now, or was a second ago.
    pub(crate) async fn now(&self) -> Found {
        let mut found = self.found.lock().await;
        if found.at.elapsed() >= LOCATE_AGAIN {
            match locate(&self.settings).await {
                Ok(again) => *found = again,
                Err(error) => {
                    tracing::debug!(node = self.settings.name, "cannot locate it: {error}");
                    found.at = Instant::now();
                }
            }
        }
        found.clone()
    }
}

/// Reads files, off the threads that other tasks need.
async fn locate(settings: &NodeSettings) -> Result<Found, NodeError> {
    let settings = settings.clone();
    let located = tokio::task::spawn_blocking(move || Node::locate(&settings)).await;
    // The closure is not cancelled, so only a panic gets here; it goes on where it belongs.
    let node = located.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))?;
    Ok(Found {
        rpc: RpcClient::with_limits(&node, LIMITS),
        node,
        at: Instant::now(),
    })
}
