//! Counting: hop `ipc`, one part per kind of call, and `block` for the blocks
//! that the chain has advanced by.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use peer_observer_component::HopCounts;
use peer_observer_event::HopCount;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Asking for the tip, and waiting for another.
    Tip,
    /// Echo requests.
    Echo,
    /// Block templates.
    Template,
    /// RPC over IPC: what was skipped is looked up with it.
    Rpc,
    /// No call: blocks by which the chain has advanced.
    Block,
}

impl Part {
    /// Its name in the accounting.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Part::Tip => "tip",
            Part::Echo => "echo",
            Part::Template => "template",
            Part::Rpc => "rpc",
            Part::Block => "block",
        }
    }
}

/// The counters of this instance of the extractor. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Calls(Arc<Mutex<HopCounts>>);

impl Default for Calls {
    fn default() -> Calls {
        Calls(Arc::new(Mutex::new(HopCounts::new("ipc"))))
    }
}

impl Calls {
    /// So many calls were answered and understood.
    pub(crate) fn whole(&self, part: Part, count: u64) {
        self.lock().whole(part.word(), count);
    }

    /// So many were not.
    pub(crate) fn dropped(&self, part: Part, reason: &'static str, count: u64) {
        self.lock().dropped(part.word(), reason, count);
    }

    /// The counters now.
    pub(crate) fn counts(&self) -> Vec<HopCount> {
        self.lock().counts()
    }

    fn lock(&self) -> MutexGuard<'_, HopCounts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
