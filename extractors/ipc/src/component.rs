//! The component.

use peer_observer_component::{Component, Context, Failure};
use peer_observer_node::NodeSettings;

use crate::IpcExtractorSettings;

/// The ipc extractor of one node.
pub struct Ipc {
    node: NodeSettings,
    settings: IpcExtractorSettings,
}

impl Ipc {
    /// Reads `node` as `settings` say.
    pub fn new(node: NodeSettings, settings: IpcExtractorSettings) -> Ipc {
        Ipc { node, settings }
    }
}

impl Component for Ipc {
    fn name(&self) -> String {
        format!("ipc {}", self.node.name)
    }

    async fn run(&self, context: Context) -> Result<(), Failure> {
        let _ = &self.settings;
        context.shutdown.cancelled().await;
        Ok(())
    }
}
