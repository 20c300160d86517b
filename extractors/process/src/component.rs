//! The component.

use peer_observer_component::{Component, Context, Failure};
use peer_observer_node::NodeSettings;

use crate::ProcessExtractorSettings;

/// The process extractor of one node.
pub struct Process {
    node: NodeSettings,
    settings: ProcessExtractorSettings,
}

impl Process {
    /// Reads `node` as `settings` say.
    pub fn new(node: NodeSettings, settings: ProcessExtractorSettings) -> Process {
        Process { node, settings }
    }
}

impl Component for Process {
    fn name(&self) -> String {
        format!("process {}", self.node.name)
    }

    async fn run(&self, context: Context) -> Result<(), Failure> {
        let _ = &self.settings;
        context.shutdown.cancelled().await;
        Ok(())
    }
}
