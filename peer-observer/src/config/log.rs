//! `[log]`: how the nodes' debug.log is read.

use peer_observer_log::{LogExtractorSettings, LogInput};
use serde::{Deserialize, Serialize};

use super::NodeConfig;

/// `[log]`. Where a node's log is stands at the node: `debug_log`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LogConfig {
    /// Is it read at all?
    pub(crate) enabled: bool,
    /// Begin with what is in the file already, not at its end.
    pub(crate) from_beginning: bool,
}

impl Default for LogConfig {
    fn default() -> LogConfig {
        LogConfig {
            enabled: true,
            from_beginning: false,
        }
    }
}

impl LogConfig {
    /// As the extractor of this node wants it.
    pub(crate) fn settings(&self, node: &NodeConfig) -> LogExtractorSettings {
        let input = match &node.debug_log {
            None => LogInput::DebugLog,
            Some(path) if path.as_os_str() == "-" => LogInput::StandardInput,
            Some(path) => LogInput::File(path.clone()),
        };
        LogExtractorSettings {
            input,
            from_beginning: self.from_beginning,
        }
    }
}
