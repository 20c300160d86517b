//! The component.

use peer_observer_component::{Component, Context, Failure};
use peer_observer_node::NodeSettings;

use crate::LogExtractorSettings;
use crate::observe::observe;

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

    /// Runs the reader on a thread of its own: files have no readiness to wait
    /// for, and reading must not hold up other tasks.
    async fn run(&self, context: Context) -> Result<(), Failure> {
        let (node, settings) = (self.node.clone(), self.settings.clone());
        let (done, ended) = tokio::sync::oneshot::channel();
        let thread = std::thread::Builder::new()
            .name(format!("log-{}", self.node.name))
            .spawn(move || {
                observe(&node, &settings, &context);
                done.send(())
            })
            .map_err(Failure::temporary)?;
        match ended.await {
            Ok(()) => Ok(()),
            // The thread has dropped the sender without a word: it panicked.
            Err(_) => match thread.join() {
                Err(panic) => std::panic::resume_unwind(panic),
                Ok(_) => Ok(()),
            },
        }
    }
}
