//! Whether methods may be called now, and of which node.

use peer_observer_node::Node;
use tokio::sync::watch;

/// The node as it answers now.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) node: Node,
    /// Changes when the node comes back.
    pub(crate) generation: u64,
}

/// The link as the methods' tasks see it; `None` while the node is away.
#[derive(Clone)]
pub(crate) struct LinkWatch(watch::Receiver<Option<Link>>);

/// The other end.
pub(crate) type LinkSender = watch::Sender<Option<Link>>;

/// A link that is down.
pub(crate) fn link() -> (LinkSender, LinkWatch) {
    let (sender, receiver) = watch::channel(None);
    (sender, LinkWatch(receiver))
}

impl LinkWatch {
    /// Waits until the node is there; `None` when the extractor ends.
    pub(crate) async fn up(&mut self) -> Option<Link> {
        self.0.wait_for(Option::is_some).await.ok()?.clone()
    }

    /// Waits until the node has gone or come back since `generation`.
    pub(crate) async fn changed_since(&mut self, generation: u64) {
        let changed = |link: &Option<Link>| {
            link.as_ref()
                .is_none_or(|link| link.generation != generation)
        };
        // An error means that the extractor ends, which the next `up` says.
        let _ = self.0.wait_for(changed).await;
    }
}
