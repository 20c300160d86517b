//! Goes through an archive record by record, past what is damaged.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Read, Seek};

use crate::block::EventBlock;
use crate::damage::{Damage, DamageKind};
use crate::facts::EventFacts;
use crate::reader::ArchiveReader;
use crate::record::{BLOCK, HEAD_BYTES, Head, INDEX, SUMMARY, TRAILER_BYTES, TRAILER_MAGIC};
use crate::selection::Selection;
use crate::source::Found;
use crate::summary::FrameEntry;
use crate::transform::Decoder;
use crate::zstd::Decompressor;

/// What comes next in an archive.
#[derive(Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// An event as it was given to the writer.
    Event(&'a [u8]),
    /// Something that cannot be read. Told when it is clear how much it is, and
    /// at the place where it is, between the events before and behind it.
    Damage(Damage),
}

/// What comes next in an archive, whole blocks at once.
#[derive(Debug)]
pub enum BlockItem {
    /// Events as they were given to the writer; at least one.
    Events(EventBlock),
    /// As [`Item::Damage`].
    Damage(Damage),
}

/// Of more frames nothing is known before they are read.
const MOST_KNOWN_FRAMES: usize = 1 << 18;

/// What is known of a frame before it is read.
struct Known {
    end: u64,
    events: u64,
    is_wanted: bool,
}

/// The events of an archive, in their order.
pub struct Events<'r, R> {
    reader: &'r mut ArchiveReader<R>,
    selection: Selection,
    selects: bool,
    is_growing: bool,
    is_done: bool,
    /// By offset.
    frames: BTreeMap<u64, Known>,
    at: u64,
    /// The frame that we are in, and how many of its events were read.
    frame: Option<u64>,
    read: u64,
    /// The number of the block that can be read next; absent between frames and
    /// behind damage in a frame.
    next_block: Option<u16>,
    decompressor: Decompressor,
    decoder: Decoder,
    /// A block after decompression, and what is left of longer ones behind it.
    plain: Vec<u8>,
    /// Events of the last block that were wanted, and which of them is next.
    block: EventBlock,
    next_event: usize,
    /// A block that came back: its memory is used again.
    spare: EventBlock,
    /// Damage whose end we have not seen, and damage to be told.
    loss: Option<Damage>,
    damages: VecDeque<Damage>,
}

impl<'r, R: Read + Seek> Events<'r, R> {
    pub(crate) fn new(
        reader: &'r mut ArchiveReader<R>,
        selection: Selection,
        is_growing: bool,
    ) -> io::Result<Events<'r, R>> {
        let selects = !selection.is_everything();
        let mut frames = BTreeMap::new();
        let know = |entry: FrameEntry| {
            if let Some(summary) = entry.summary
                && frames.len() < MOST_KNOWN_FRAMES
            {
                let known = Known {
                    end: entry.offset.saturating_add(entry.bytes),
                    events: summary.events,
                    is_wanted: selection.may_match(&summary),
                };
                frames.insert(entry.offset, known);
            }
        };
        match reader.index()? {
            Some(entries) => entries.into_iter().for_each(know),
            None if selects => reader.scan(know)?,
            None => {}
        }
        Ok(Events {
            at: reader.start,
            damages: reader.damage.clone().into_iter().collect(),
            reader,
            selection,
            selects,
            is_growing,
            is_done: false,
            frames,
            frame: None,
            read: 0,
            next_block: None,
            decompressor: Decompressor::new().map_err(io::Error::other)?,
            decoder: Decoder::default(),
            plain: Vec::new(),
            block: EventBlock::default(),
            next_event: 0,
            spare: EventBlock::default(),
            loss: None,
        })
    }

    /// The next event or damage; absent at the end of the file. The bytes are
    /// valid until the next call.
    ///
    /// # Errors
    /// Where the file cannot be read.
    #[expect(
        clippy::should_implement_trait,
        reason = "what it gives borrows from it"
    )]
    pub fn next(&mut self) -> io::Result<Option<Item<'_>>> {
        self.fill()?;
        // Damage that was found on the way to a block stands before it.
        if let Some(damage) = self.damages.pop_front() {
            return Ok(Some(Item::Damage(damage)));
        }
        let event = self.block.get(self.next_event);
        self.next_event += usize::from(event.is_some());
        Ok(event.map(Item::Event))
    }

    /// As [`Events::next`], but gives all events of a block together: what
    /// [`Events::next`] has not given yet of the last one, or the next one.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn next_block(&mut self) -> io::Result<Option<BlockItem>> {
        self.fill()?;
        if let Some(damage) = self.damages.pop_front() {
            return Ok(Some(BlockItem::Damage(damage)));
        }
        if self.next_event >= self.block.len() {
            return Ok(None);
        }
        let mut block = std::mem::replace(&mut self.block, std::mem::take(&mut self.spare));
        self.block.clear();
        let first = std::mem::take(&mut self.next_event);
        if first > 0 {
            block.retain_from(first, |_| true);
        }
        Ok(Some(BlockItem::Events(block)))
    }

    /// How far the file has been read, in bytes from its beginning.
    pub fn position(&self) -> u64 {
        self.at
    }

    /// Takes a block back whose events are not needed any more: the next one is
    /// read into its memory.
    pub fn recycle(&mut self, block: EventBlock) {
        self.spare = block;
    }

    /// Reads until there are events or damage to be told, or nothing more.
    fn fill(&mut self) -> io::Result<()> {
        while self.next_event >= self.block.len() && self.damages.is_empty() && !self.is_done {
            if !self.advance()? {
                break;
            }
        }
        Ok(())
    }

    /// Reads a record; `false` where there is none any more, or none yet.
    fn advance(&mut self) -> io::Result<bool> {
        let head = match self.reader.source.head(self.at)? {
            Found::Head(head) => head,
            Found::End(left) => return Ok(self.end(left)),
            Found::Nothing => return self.search(),
        };
        let (at, next) = (self.at, self.at + head.record_bytes());
        let file_bytes = self.reader.source.bytes()?;
        if next > file_bytes {
            if self.is_growing {
                return Ok(false);
            }
            self.lose(at, file_bytes - at, events_of(&head), DamageKind::CutOff);
            self.at = file_bytes;
            return Ok(self.end(0));
        }
        self.at = next;
        match head.kind {
            BLOCK => self.block(at, &head)?,
            SUMMARY => self.summary(at, &head)?,
            INDEX => self.index(at, &head)?,
            // A later version may have more kinds of records.
            _ => {}
        }
        Ok(true)
    }

    fn block(&mut self, at: u64, head: &Head) -> io::Result<()> {
        let bytes = head.record_bytes();
        if head.number == 0 {
            self.end_loss(None);
            self.next_block = Some(0);
            (self.frame, self.read) = (Some(at), 0);
            match self.frames.get(&at) {
                Some(known) if !known.is_wanted && known.end >= self.at => {
                    self.at = known.end;
                    self.frame = None;
                    return Ok(());
                }
                _ => {}
            }
            self.decoder.restart();
            self.decompressor.restart().map_err(io::Error::other)?;
        }
        if self.next_block != Some(head.number) {
            self.lose(at, bytes, events_of(head), DamageKind::Dependent);
            return Ok(());
        }
        let (plain, decompressor) = (&mut self.plain, &mut self.decompressor);
        let plain_bytes = head.plain as usize;
        if plain.len() < plain_bytes {
            // What is to be thrown away need not be moved to its new place.
            *plain = Vec::new();
            *plain = vec![0; plain_bytes + plain_bytes / 8];
        }
        let plain = &mut plain[..plain_bytes];
        let (mut filled, mut done) = (0, Ok(()));
        let is_whole = self.reader.source.pieces(at, head, |piece| {
            if done.is_ok() {
                done = decompressor.add(piece, plain, &mut filled);
            }
        })?;
        if !is_whole {
            self.lose(at, bytes, events_of(head), DamageKind::Payload);
            return Ok(());
        }
        let (events, event_bytes) = (head.events as usize, head.event_bytes as usize);
        let done = done.and_then(|()| match filled == plain_bytes {
            true => self
                .decoder
                .block(plain, events, event_bytes, &mut self.block),
            false => Err("a block has fewer bytes than its head says"),
        });
        self.next_event = 0;
        match done {
            Ok(()) => {
                self.read += u64::from(head.events);
                self.next_block = head.number.checked_add(1);
                if self.selects {
                    let selection = &self.selection;
                    let is_wanted = |event: &[u8]| selection.matches(&EventFacts::read(event));
                    self.block.retain_from(0, is_wanted);
                }
            }
            Err(what) => {
                self.block.clear();
                self.lose(at, bytes, events_of(head), DamageKind::Block(what));
            }
        }
        Ok(())
    }

    fn summary(&mut self, at: u64, head: &Head) -> io::Result<()> {
        match self.reader.summary(at)? {
            Some(summary) => {
                // Whole blocks may be missing where nothing else is wrong.
                if self.frame.is_some() && self.loss.is_none() && summary.events > self.read {
                    self.lose(at, 0, None, DamageKind::Dependent);
                }
                self.end_loss(Some(summary.events));
            }
            None => {
                self.lose(at, head.record_bytes(), Some(0), DamageKind::Payload);
                self.end_loss(None);
            }
        }
        (self.frame, self.next_block) = (None, None);
        Ok(())
    }

    fn index(&mut self, at: u64, head: &Head) -> io::Result<()> {
        self.end_loss(None);
        self.is_done = true;
        let is_whole = self.reader.source.pieces(at, head, |_| {})?;
        if !is_whole || self.trailer()? != Some(at) {
            let end = self.reader.source.bytes()?;
            let bytes = (head.record_bytes() + TRAILER_BYTES).min(end - at);
            self.lose(at, bytes, Some(0), DamageKind::Index);
            self.end_loss(None);
        }
        Ok(())
    }

    /// Where the index should be, by the file's last bytes.
    fn trailer(&mut self) -> io::Result<Option<u64>> {
        let end = self.reader.source.bytes()?.checked_sub(TRAILER_BYTES);
        let mut trailer = [0; TRAILER_BYTES as usize];
        self.reader.source.read(end.unwrap_or(0), &mut trailer)?;
        let parts = trailer.split_first_chunk::<8>();
        let offset = parts.filter(|(_, magic)| magic == TRAILER_MAGIC);
        Ok(offset.map(|(offset, _)| u64::from_le_bytes(*offset)))
    }

    /// Goes on at the next head.
    fn search(&mut self) -> io::Result<bool> {
        let at = self.at;
        if let Some(next) = self.reader.source.next_head(at + 1)? {
            self.lose(at, next - at, None, DamageKind::Head);
            self.at = next;
            return Ok(true);
        }
        if self.is_growing {
            return Ok(false);
        }
        let file_bytes = self.reader.source.bytes()?;
        let is_index = self.frame.is_none() && self.trailer()? == Some(at);
        let (events, what) = match is_index {
            true => (Some(0), DamageKind::Index),
            false => (None, DamageKind::Head),
        };
        self.lose(at, file_bytes - at, events, what);
        self.at = file_bytes;
        Ok(self.end(0))
    }

    /// The file ends, and `left` bytes are no record. Says whether there is
    /// anything to be told.
    fn end(&mut self, left: u64) -> bool {
        if self.is_growing {
            return false;
        }
        if left > 0 {
            self.lose(self.at, left, None, DamageKind::CutOff);
        }
        if self.loss.is_none() {
            self.lose(self.at, 0, None, DamageKind::Unfinished);
        }
        self.end_loss(None);
        self.is_done = true;
        true
    }

    /// Something cannot be read, and nothing more of its frame.
    fn lose(&mut self, offset: u64, bytes: u64, events: Option<u64>, what: DamageKind) {
        self.next_block = None;
        if self.frame.is_none() {
            (self.frame, self.read) = (Some(offset), 0);
        }
        match &mut self.loss {
            Some(loss) => {
                loss.bytes = offset + bytes - loss.offset;
                loss.events = loss.events.zip(events).map(|(more, less)| more + less);
            }
            None => {
                self.loss = Some(Damage {
                    offset,
                    bytes,
                    events,
                    what,
                });
            }
        }
    }

    /// The damage goes no further. `events` is how many its frame has, where its
    /// summary says so.
    fn end_loss(&mut self, events: Option<u64>) {
        let known = self.frame.and_then(|frame| self.frames.get(&frame));
        let events = events.or(known.map(|known| known.events));
        if let Some(mut loss) = self.loss.take() {
            if let Some(events) = events {
                loss.events = Some(events.saturating_sub(self.read));
            }
            self.damages.push_back(loss);
        }
    }
}

fn events_of(head: &Head) -> Option<u64> {
    debug_assert!(head.record_bytes() >= HEAD_BYTES as u64);
    Some(match head.kind {
        BLOCK => head.events.into(),
        _ => 0,
    })
}
