//! Reads a chain on a thread of its own.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use peer_observer_archive::{ArchiveReader, BlockItem, EventBlock, EventFacts, Selection};
use peer_observer_legacy_archive::{LegacyItem, LegacyReader};
use prost::Message;

use super::error::InputError;
use super::inputs::{Chain, Format, Input};
use super::merge::Trouble;
use crate::thread::spawn;

/// A block that is put together here is handed on with so many bytes or events.
const BLOCK_BYTES: usize = 1 << 20;
const BLOCK_EVENTS: usize = 16_384;
/// Blocks that wait to be merged.
const WAITING: usize = 2;

/// What a chain's thread has read.
pub(crate) enum Read {
    Block(EventBlock),
    Trouble(Trouble),
    Failed(InputError),
}

/// Nobody wants what is read.
struct Unwanted;

/// Reads all files of the chain; the thread ends when nobody receives. Blocks
/// that are not needed any more can be given back: their memory is used again.
pub(crate) fn read(
    chain: Chain,
    selection: Selection,
    legacy_node: String,
    bytes_read: Arc<AtomicU64>,
) -> (Receiver<Read>, SyncSender<EventBlock>) {
    let (sender, receiver) = sync_channel(WAITING);
    let (give_back, spare) = sync_channel(WAITING);
    let reader = ChainReader {
        sender,
        spare,
        selection,
        legacy_node,
        bytes_read,
        block: EventBlock::default(),
    };
    spawn("archive read", move || reader.run(&chain));
    (receiver, give_back)
}

struct ChainReader {
    sender: SyncSender<Read>,
    spare: Receiver<EventBlock>,
    selection: Selection,
    legacy_node: String,
    bytes_read: Arc<AtomicU64>,
    block: EventBlock,
}

impl ChainReader {
    fn run(mut self, chain: &Chain) {
        for input in &chain.inputs {
            let before = self.bytes_read.load(Ordering::Relaxed);
            let read = match input.format {
                Format::Archive => self.archive(input),
                Format::Legacy => self.legacy(input),
            };
            // Whatever was skipped: the file has been read.
            self.bytes_read
                .store(before + input.bytes, Ordering::Relaxed);
            let failed = match read {
                Ok(Ok(())) => continue,
                Ok(Err(Unwanted)) => return,
                Err(error) => error,
            };
            if self.flush().is_ok() {
                // Who does not listen any more does not want to know.
                let _ = self.sender.send(Read::Failed(failed));
            }
            return;
        }
        let _ = self.flush();
    }

    fn archive(&mut self, input: &Input) -> Result<Result<(), Unwanted>, InputError> {
        let io_error = |error| InputError::Io {
            path: input.path.clone(),
            error,
        };
        let file = File::open(&input.path).map_err(io_error)?;
        let mut reader = ArchiveReader::open(file).map_err(|error| InputError::Archive {
            path: input.path.clone(),
            error,
        })?;
        let before = self.bytes_read.load(Ordering::Relaxed);
        let mut events = reader.events(self.selection.clone()).map_err(io_error)?;
        loop {
            if let Ok(block) = self.spare.try_recv() {
                events.recycle(block);
            }
            let item = events.next_block().map_err(io_error)?;
            self.bytes_read
                .store(before + events.position(), Ordering::Relaxed);
            let taken = match item {
                Some(BlockItem::Events(block)) => self.hand_on(block),
                Some(BlockItem::Damage(damage)) => self.tell(Trouble::Damage {
                    path: input.path.clone(),
                    damage,
                }),
                None => return Ok(Ok(())),
            };
            if let Err(unwanted) = taken {
                return Ok(Err(unwanted));
            }
        }
    }

    fn legacy(&mut self, input: &Input) -> Result<Result<(), Unwanted>, InputError> {
        let path = || input.path.clone();
        let legacy_error = |error| InputError::Legacy {
            path: path(),
            error,
        };
        let file = File::open(&input.path).map_err(|error| InputError::Io {
            path: path(),
            error,
        })?;
        let mut reader = LegacyReader::open(file, &self.legacy_node).map_err(legacy_error)?;
        let before = self.bytes_read.load(Ordering::Relaxed);
        let mut bytes = Vec::new();
        while let Some(item) = reader.next().map_err(legacy_error)? {
            let taken = match item {
                LegacyItem::Event(event) => {
                    bytes.clear();
                    // A Vec takes whatever is written to it.
                    let _ = event.encode(&mut bytes);
                    match self.selection.matches(&EventFacts::read(&bytes)) {
                        true => self.take(&bytes),
                        false => Ok(()),
                    }
                }
                LegacyItem::Undecodable { at_event, bytes, why } => self.tell(Trouble::Legacy {
                    path: path(),
                    what: format!("event {at_event}, {bytes} bytes: {why}"),
                }),
                LegacyItem::CutOff { after_events, unread_bytes, how } => {
                    self.tell(Trouble::Legacy {
                        path: path(),
                        what: format!(
                            "broken off after {after_events} events ({how}), {unread_bytes} bytes are left"
                        ),
                    })
                }
            };
            if let Err(unwanted) = taken {
                return Ok(Err(unwanted));
            }
            let now = before + reader.bytes_read();
            self.bytes_read.store(now, Ordering::Relaxed);
        }
        for (name, events) in reader.skipped() {
            let what = format!("{events} events `{name}` have no counterpart and are left out");
            if let Err(unwanted) = self.tell(Trouble::Legacy { path: path(), what }) {
                return Ok(Err(unwanted));
            }
        }
        Ok(Ok(()))
    }

    fn take(&mut self, event: &[u8]) -> Result<(), Unwanted> {
        self.block.push(event);
        match self.block.bytes().len() >= BLOCK_BYTES || self.block.len() >= BLOCK_EVENTS {
            true => self.flush(),
            false => Ok(()),
        }
    }

    fn tell(&mut self, trouble: Trouble) -> Result<(), Unwanted> {
        // At its place between the events.
        self.flush()?;
        self.sender
            .send(Read::Trouble(trouble))
            .map_err(|_| Unwanted)
    }

    fn flush(&mut self) -> Result<(), Unwanted> {
        let block = std::mem::take(&mut self.block);
        self.hand_on(block)
    }

    fn hand_on(&mut self, block: EventBlock) -> Result<(), Unwanted> {
        match block.is_empty() {
            true => Ok(()),
            false => self.sender.send(Read::Block(block)).map_err(|_| Unwanted),
        }
    }
}
