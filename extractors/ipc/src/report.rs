//! What the session is told.

use std::path::PathBuf;
use std::time::Duration;

use peer_observer_event::Payload;
use peer_observer_ipc::BlockRef;
use peer_observer_node::Process;
use tokio::sync::mpsc;

use crate::calls::Part;
use crate::history::History;

/// What has happened.
pub(crate) enum Report {
    /// There is no connection to be had, and why.
    Away(String),
    /// The node runs and offers none, and why that is known.
    Off(String),
    /// There is one, and the node loads its chain.
    Loading(PathBuf),
    /// The node answers.
    Back(Back),
    /// Its tip is another.
    Moved(Moved),
    /// Something was measured.
    Measured(Payload),
    /// A part of the work fails, or, without a text, does so no more.
    Failing(Part, Option<String>),
    /// The connection has ended, and how.
    Gone(String),
}

/// The node answers.
pub(crate) struct Back {
    pub(crate) socket: PathBuf,
    pub(crate) process: Option<Process>,
    /// Known where the process is not.
    pub(crate) uptime: Option<Duration>,
}

/// The tip is another.
pub(crate) struct Moved {
    /// The tip that was told before; absent for the very first.
    pub(crate) from: Option<BlockRef>,
    /// The tip now.
    pub(crate) tip: BlockRef,
    /// When the node told, in nanoseconds since the epoch.
    pub(crate) seen_ns: u64,
    pub(crate) history: History,
    /// Why blocks between them are not told, if there are such.
    pub(crate) untold_because: Untold,
}

/// Why blocks are not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Untold {
    /// The node is far behind the chain that it knows of.
    InitialBlockDownload,
    /// They are more than are looked up.
    TooMany,
    /// They could not be looked up.
    NotLookedUp,
}

impl Untold {
    /// The reason in the accounting.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Untold::InitialBlockDownload => "initial_block_download",
            Untold::TooMany => "too_many",
            Untold::NotLookedUp => "not_looked_up",
        }
    }
}

/// The way to the session.
#[derive(Clone)]
pub(crate) struct Reports(pub(crate) mpsc::Sender<Report>);

impl Reports {
    /// Tells. Where nobody listens any more the extractor ends.
    pub(crate) async fn tell(&self, report: Report) {
        let _ = self.0.send(report).await;
    }
}
