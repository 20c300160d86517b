//! Where we are in a chain.

use std::cmp::Ordering;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, SyncSender};

use peer_observer_archive::{EventBlock, EventFacts, Selection};

use super::error::InputError;
use super::inputs::Chain;
use super::merge::Trouble;
use super::reader::{self, Read};

/// A place in a chain: the next event, and what decides when its turn is.
pub(crate) struct ChainCursor {
    read: Receiver<Read>,
    give_back: SyncSender<EventBlock>,
    block: EventBlock,
    next: usize,
    key: Key,
}

/// What events of different chains are ordered by.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    bus_time_ns: u64,
    node: Vec<u8>,
    extractor: u64,
    instance: u64,
    sequence: u64,
}

impl ChainCursor {
    pub(crate) fn open(
        chain: Chain,
        selection: Selection,
        legacy_node: String,
        bytes_read: Arc<AtomicU64>,
    ) -> ChainCursor {
        let (read, give_back) = reader::read(chain, selection, legacy_node, bytes_read);
        ChainCursor {
            read,
            give_back,
            block: EventBlock::default(),
            next: 0,
            key: Key::default(),
        }
    }

    /// Makes sure that there is an event, unless the chain is at its end. Where
    /// something could not be read before the next event it says so.
    pub(crate) fn fill(&mut self) -> Result<Option<Trouble>, InputError> {
        if self.has_event() {
            return Ok(None);
        }
        let empty = std::mem::take(&mut self.block);
        self.recycle(empty);
        self.next = 0;
        match self.read.recv() {
            Ok(Read::Block(block)) => {
                self.block = block;
                self.look();
                Ok(None)
            }
            Ok(Read::Trouble(trouble)) => Ok(Some(trouble)),
            Ok(Read::Failed(error)) => Err(error),
            // The thread has read everything.
            Err(_) => Ok(None),
        }
    }

    /// Takes a block back whose memory can be used again.
    pub(crate) fn recycle(&self, mut block: EventBlock) {
        block.clear();
        // Where the reader has enough of them or has ended it is just dropped.
        let _ = self.give_back.try_send(block);
    }

    pub(crate) fn has_event(&self) -> bool {
        self.next < self.block.len()
    }

    pub(crate) fn event(&self) -> &[u8] {
        self.block.get(self.next).unwrap_or_default()
    }

    pub(crate) fn bus_time_ns(&self) -> u64 {
        self.key.bus_time_ns
    }

    pub(crate) fn cmp_key(&self, other: &ChainCursor) -> Ordering {
        self.key.cmp(&other.key)
    }

    pub(crate) fn advance(&mut self) {
        self.next += 1;
        if self.has_event() {
            self.look();
        }
    }

    /// All events that wait.
    pub(crate) fn take_block(&mut self) -> EventBlock {
        let block = std::mem::take(&mut self.block);
        let first = std::mem::take(&mut self.next);
        if first == 0 {
            return block;
        }
        let mut rest = EventBlock::default();
        block.iter().skip(first).for_each(|event| rest.push(event));
        rest
    }

    fn look(&mut self) {
        let facts = EventFacts::read(self.block.get(self.next).unwrap_or_default());
        let key = &mut self.key;
        key.node.clear();
        key.node.extend_from_slice(facts.node);
        key.bus_time_ns = facts.bus_time_ns;
        key.extractor = facts.extractor;
        key.instance = facts.instance;
        key.sequence = facts.sequence;
    }
}
