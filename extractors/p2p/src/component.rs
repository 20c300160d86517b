//! The component.

use peer_observer_component::{Component, Context, Failure};
use peer_observer_node::NodeSettings;

use crate::P2pExtractorSettings;

/// The p2p extractor of one node.
pub struct P2p {
    node: NodeSettings,
    settings: P2pExtractorSettings,
}

impl P2p {
    /// Reads `node` as `settings` say.
    pub fn new(node: NodeSettings, settings: P2pExtractorSettings) -> P2p {
        P2p { node, settings }
    }
}

impl Component for P2p {
    fn name(&self) -> String {
        format!("p2p {}", self.node.name)
    }

    async fn run(&self, context: Context) -> Result<(), Failure> {
        let _ = &self.settings;
        context.shutdown.cancelled().await;
        Ok(())
    }
}
