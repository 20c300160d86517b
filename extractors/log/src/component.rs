//! The component.

use peer_observer_component::{Component, Context, Failure};
use peer_observer_node::NodeSettings;

use crate::LogExtractorSettings;

/// The log extractor of one node.
pub struct Log {
    node: NodeSettings,
    settings: LogExtractorSettings,
}

impl Log {
    /// Reads `node` as `settings` say.
    pub fn new(node: NodeSettings, settings: LogExtractorSettings) -> Log {
        Log { node, settings }
    }
}

impl Component for Log {
    fn name(&self) -> String {
        format!("log {}", self.node.name)
    }

    async fn run(&self, context: Context) -> Result<(), Failure> {
        let _ = &self.settings;
        context.shutdown.cancelled().await;
        Ok(())
    }
}
