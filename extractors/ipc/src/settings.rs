//! What can be set.

use std::path::PathBuf;
use std::time::Duration;

/// Where the socket is, and what is measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpcExtractorSettings {
    /// The node's socket; `None`: where `-ipcbind` of the node puts it,
    /// `node.sock` in the chain's directory where it says only `unix`.
    pub socket: Option<PathBuf>,
    /// Time between two echo requests; `None`: none.
    pub echo_interval: Option<Duration>,
    /// Time between two block templates; `None`: none.
    pub template_interval: Option<Duration>,
}

impl Default for IpcExtractorSettings {
    /// An echo each 10 s, a block template each 30 s.
    fn default() -> IpcExtractorSettings {
        IpcExtractorSettings {
            socket: None,
            echo_interval: Some(Duration::from_secs(10)),
            template_interval: Some(Duration::from_secs(30)),
        }
    }
}
