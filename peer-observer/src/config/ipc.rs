//! `[ipc]`: what is asked through the nodes' IPC sockets.

use peer_observer_ipc_extractor::IpcExtractorSettings;
use serde::{Deserialize, Serialize};

use super::NodeConfig;
use super::duration::Interval;

/// `[ipc]`. Where a node's socket is stands at the node: `ipc_socket`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct IpcConfig {
    /// Is the socket used at all?
    pub(crate) enabled: bool,
    /// Measure how long the node takes to answer?
    pub(crate) echo: bool,
    /// From one such request to the next.
    pub(crate) echo_interval: Interval,
    /// Have block templates made?
    pub(crate) templates: bool,
    /// From one template to the next.
    pub(crate) template_interval: Interval,
}

impl Default for IpcConfig {
    fn default() -> IpcConfig {
        IpcConfig {
            enabled: true,
            echo: true,
            echo_interval: Interval::seconds(10),
            templates: true,
            template_interval: Interval::seconds(30),
        }
    }
}

impl IpcConfig {
    /// As the extractor of this node wants it.
    pub(crate) fn settings(&self, node: &NodeConfig) -> IpcExtractorSettings {
        IpcExtractorSettings {
            socket: node.ipc_socket.clone(),
            echo_interval: self.echo.then(|| self.echo_interval.get()),
            template_interval: self.templates.then(|| self.template_interval.get()),
        }
    }
}
