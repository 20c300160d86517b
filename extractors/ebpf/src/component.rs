//! The extractor as a component.

use peer_observer_component::{Component, Context, Failure};
use peer_observer_node::NodeSettings;

use crate::observe::observe;
use crate::settings::EbpfSettings;

/// Reads one node's tracepoints.
pub struct Ebpf {
    node: NodeSettings,
    settings: EbpfSettings,
}

impl Ebpf {
    /// An extractor for this node.
    pub fn new(node: NodeSettings, settings: EbpfSettings) -> Ebpf {
        Ebpf { node, settings }
    }
}

impl Component for Ebpf {
    fn name(&self) -> String {
        format!("ebpf {}", self.node.name)
    }

    /// Runs the reader on a thread of its own: libbpf's objects cannot move
    /// between threads, and reading must not wait for other tasks.
    async fn run(&self, context: Context) -> Result<(), Failure> {
        let (node, settings) = (self.node.clone(), self.settings.clone());
        let (done, ended) = tokio::sync::oneshot::channel();
        let thread = std::thread::Builder::new()
            .name(format!("ebpf-{}", self.node.name))
            .spawn(move || done.send(observe(&node, &settings, &context)))
            .map_err(Failure::temporary)?;
        match ended.await {
            Ok(result) => result,
            // The thread has dropped the sender without a word: it panicked.
            Err(_) => match thread.join() {
                Err(panic) => std::panic::resume_unwind(panic),
                Ok(_) => Ok(()),
            },
        }
    }
}
