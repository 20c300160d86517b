//! Brings the events of all chains into one order.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::vec::IntoIter;

use peer_observer_archive::{Damage, EventBlock, Selection};

use super::chain::ChainCursor;
use super::error::InputError;
use super::inputs::{Chain, Inputs};

/// A merged block is handed on with so many events or bytes.
const MERGED_EVENTS: usize = 4096;
const MERGED_BYTES: usize = 1 << 20;

/// What comes next.
#[derive(Debug)]
pub enum Step {
    /// Events, at least one.
    Events(EventBlock),
    /// Something that could not be read, at its place.
    Trouble(Trouble),
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A part of a file of ours.
    Damage {
        /// The file.
        path: PathBuf,
        /// What, and how much is lost.
        damage: Damage,
    },
    /// A part of a file of the existing system.
    Legacy {
        /// The file.
        path: PathBuf,
        /// What, for people.
        what: String,
    },
}

impl Trouble {
    /// What could not be read, without the file.
    pub fn what(&self) -> String {
        match self {
            Trouble::Damage { damage, .. } => damage.to_string(),
            Trouble::Legacy { what, .. } => what.clone(),
        }
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Trouble::Damage { path, damage } => write!(f, "{}: {damage}", path.display()),
            Trouble::Legacy { path, what } => write!(f, "{}: {what}", path.display()),
        }
    }
}

/// The events of all chains in one order: by (bus_time, node, extractor,
/// instance, sequence), each chain in its own order.
pub struct Merge {
    selection: Selection,
    legacy_node: String,
    /// Those that have not begun; the next one first.
    waiting: IntoIter<Chain>,
    next: Option<Chain>,
    open: Vec<ChainCursor>,
    bytes_read: Vec<Arc<AtomicU64>>,
}

impl Merge {
    /// Reads what is selected of these files. Files whose time has not come are
    /// not opened: a long series of recordings takes no more memory than one.
    pub fn new(inputs: Inputs, selection: Selection) -> Merge {
        let mut waiting = inputs.chains.into_iter();
        Merge {
            selection,
            legacy_node: inputs.legacy_node,
            next: waiting.next(),
            waiting,
            open: Vec::new(),
            bytes_read: Vec::new(),
        }
    }

    /// Bytes of the files that have been read, skipped ones included.
    pub fn bytes_read(&self) -> u64 {
        let read = self.bytes_read.iter();
        read.map(|bytes| bytes.load(Ordering::Relaxed)).sum()
    }

    /// What comes next; `None` at the end.
    ///
    /// # Errors
    /// Where a file cannot be read. Damage in a file is no error.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator of results would be misused"
    )]
    pub fn next(&mut self) -> Result<Option<Step>, InputError> {
        loop {
            for cursor in &mut self.open {
                if let Some(trouble) = cursor.fill()? {
                    return Ok(Some(Step::Trouble(trouble)));
                }
            }
            self.open.retain(ChainCursor::has_event);
            if self.open_chains_whose_time_has_come() {
                continue;
            }
            return Ok(match &mut self.open[..] {
                [] => None,
                [only] if self.next.is_none() => Some(Step::Events(only.take_block())),
                _ => Some(Step::Events(self.merged())),
            });
        }
    }

    /// Takes a block back that is not needed any more: its memory is used again.
    pub fn recycle(&mut self, block: EventBlock) {
        if let [only] = &self.open[..] {
            only.recycle(block);
        }
    }

    /// Opens chains that begin no later than the first event that waits.
    fn open_chains_whose_time_has_come(&mut self) -> bool {
        let first = self.open.iter().map(ChainCursor::bus_time_ns).min();
        let mut has_opened = false;
        loop {
            // With nothing open one is enough for now: its first event decides.
            let is_time = |chain: &Chain| match first {
                Some(first) => chain.inputs[0].begins_ns <= first,
                None => !has_opened,
            };
            let Some(chain) = self.next.take_if(|chain| is_time(chain)) else {
                break;
            };
            let bytes = Arc::new(AtomicU64::new(0));
            self.bytes_read.push(Arc::clone(&bytes));
            let (selection, node) = (self.selection.clone(), self.legacy_node.clone());
            self.open
                .push(ChainCursor::open(chain, selection, node, bytes));
            self.next = self.waiting.next();
            has_opened = true;
        }
        has_opened
    }

    /// Events in order, until a chain has to be asked for more or the next one
    /// may have to be opened.
    fn merged(&mut self) -> EventBlock {
        let mut block = EventBlock::default();
        let limit = self.next.as_ref().map(|chain| chain.inputs[0].begins_ns);
        while block.len() < MERGED_EVENTS && block.bytes().len() < MERGED_BYTES {
            let least = (0..self.open.len()).min_by(|a, b| self.open[*a].cmp_key(&self.open[*b]));
            let Some(cursor) = least.map(|least| &mut self.open[least]) else {
                break;
            };
            let is_over = limit.is_some_and(|limit| cursor.bus_time_ns() >= limit);
            if is_over && !block.is_empty() {
                break;
            }
            block.push(cursor.event());
            cursor.advance();
            if !cursor.has_event() {
                break;
            }
        }
        block
    }
}
