//! Writes an archive.

use std::io::Write;

use prost::{Message, length_delimiter_len};

use crate::facts::EventFacts;
use crate::header::Header;
use crate::options::{Options, WriteError};
use crate::record::{
    BLOCK, FILE_MAGIC, HEAD_BYTES, HEADER, Head, INDEX, MOST_INDEX_BYTES, MOST_MESSAGE_BYTES,
    SUMMARY, TRAILER_MAGIC,
};
use crate::summary::{FrameEntry, Index, Summary};
use crate::tally::Tally;
use crate::transform::Encoder;
use crate::transform::limits::{
    MOST_BLOCK_BYTES, MOST_BLOCK_EVENT_BYTES, MOST_BLOCK_EVENTS, MOST_EVENT_BYTES, MOST_PLAIN_BYTES,
};
use crate::zstd::Compressor;

/// The frame that is being written.
struct Open {
    offset: u64,
    blocks: u16,
    tally: Tally,
}

/// Writes an archive to anything. Does no flushing or syncing by itself.
pub struct ArchiveWriter<W: Write> {
    out: W,
    options: Options,
    bytes: u64,
    /// In the head of each record.
    tag: u64,
    compressor: Compressor,
    encoder: Encoder,
    open: Option<Open>,
    /// Of the block that is being filled.
    events: usize,
    event_bytes: usize,
    times: (u64, u64),
    plain: Vec<u8>,
    record: Vec<u8>,
    frames: Vec<FrameEntry>,
    /// How many bytes they take in the index.
    index_bytes: usize,
    has_failed: bool,
}

impl<W: Write> ArchiveWriter<W> {
    /// Begins an archive: writes the header.
    ///
    /// # Errors
    /// Where `out` cannot be written, or zstd does not take the options.
    pub fn new(out: W, header: &Header, options: Options) -> Result<ArchiveWriter<W>, WriteError> {
        let compressor =
            Compressor::new(options.level, options.window_log).map_err(WriteError::Compression)?;
        let mut writer = ArchiveWriter {
            out,
            options: Options {
                block_bytes: options.block_bytes.min(MOST_BLOCK_BYTES),
                ..options
            },
            bytes: 0,
            tag: rand::random(),
            compressor,
            encoder: Encoder::new(),
            open: None,
            events: 0,
            event_bytes: 0,
            times: (u64::MAX, 0),
            plain: Vec::new(),
            record: Vec::new(),
            frames: Vec::new(),
            index_bytes: 0,
            has_failed: false,
        };
        let bytes = header.encoded_len();
        if bytes > MOST_MESSAGE_BYTES {
            return Err(WriteError::HeaderTooLong { bytes });
        }
        writer.write(FILE_MAGIC)?;
        writer.write_message(HEADER, header)?;
        Ok(writer)
    }

    /// Takes an encoded event; any bytes are taken and given back as they are.
    /// Writes only when a block is full.
    ///
    /// # Errors
    /// [`WriteError::TooLong`] and [`WriteError::Full`] leave the event out and
    /// everything else as it was; after any other the writer takes no more events.
    pub fn push(&mut self, event: &[u8]) -> Result<(), WriteError> {
        if self.has_failed {
            return Err(WriteError::Failed);
        }
        if event.len() > MOST_EVENT_BYTES {
            return Err(WriteError::TooLong { bytes: event.len() });
        }
        if self.is_full() {
            return Err(WriteError::Full);
        }
        if self.event_bytes + event.len() > MOST_BLOCK_EVENT_BYTES {
            self.flush()?;
        }
        let facts = EventFacts::read(event);
        let time = facts.bus_time_ns;
        self.times = (self.times.0.min(time), self.times.1.max(time));
        self.open_frame().tally.add(&facts, event.len() as u64);
        self.encoder.push(event);
        self.events += 1;
        self.event_bytes += event.len();
        let is_block_full = self.event_bytes >= self.options.block_bytes
            || self.events >= MOST_BLOCK_EVENTS
            || self.encoder.is_block_full();
        match is_block_full || self.is_frame_full() {
            true => self.flush(),
            false => Ok(()),
        }
    }

    /// Has the archive so many frames that its index has no room for another
    /// one? Then no frame is begun, and the archive should be finished. An
    /// archive with frames of the usual length has more than a terabyte of event
    /// bytes, or many months, before it is full.
    pub fn is_full(&self) -> bool {
        let is_open = self
            .open
            .as_ref()
            .is_some_and(|open| open.blocks > 0 || self.events > 0);
        !is_open && self.index_bytes + 2 * MOST_MESSAGE_BYTES > MOST_INDEX_BYTES
    }

    /// Says that the recorder has missed events at this place.
    pub fn miss(&mut self, events: u64) {
        self.open_frame().tally.miss(events);
    }

    /// Ends the block, so that everything that was pushed can be read from the
    /// file. The frame goes on. Does nothing where nothing is new.
    ///
    /// # Errors
    /// Where writing fails; then the writer takes no more events.
    pub fn flush(&mut self) -> Result<(), WriteError> {
        if self.has_failed {
            return Err(WriteError::Failed);
        }
        if self.events == 0 {
            return Ok(());
        }
        self.has_failed = true;
        self.write_block()?;
        self.out.flush()?;
        self.has_failed = false;
        if self.is_frame_full() {
            self.end_frame()?;
        }
        Ok(())
    }

    fn write_block(&mut self) -> Result<(), WriteError> {
        self.plain.clear();
        self.encoder.finish(&mut self.plain);
        if self.plain.len() > MOST_PLAIN_BYTES {
            return Err(WriteError::Compression("a block has become too long"));
        }
        self.record.clear();
        self.record.resize(HEAD_BYTES, 0);
        let packed = self.compressor.block(&self.plain, &mut self.record);
        packed.map_err(WriteError::Compression)?;
        let offset = self.bytes;
        let open = self.open_frame();
        if open.blocks == 0 {
            open.offset = offset;
        }
        let number = open.blocks;
        self.put_head(Head {
            kind: BLOCK,
            number,
            plain: self.plain.len() as u32,
            events: self.events as u32,
            event_bytes: self.event_bytes as u32,
            first_bus_time_ns: self.times.0,
            span_ns: self.times.1 - self.times.0,
            ..Head::default()
        })?;
        self.open_frame().blocks += 1;
        (self.events, self.event_bytes) = (0, 0);
        self.times = (u64::MAX, 0);
        Ok(())
    }

    /// Ends the frame; the next event begins another one. Does nothing where no
    /// frame is open.
    ///
    /// # Errors
    /// As [`ArchiveWriter::flush`].
    pub fn end_frame(&mut self) -> Result<(), WriteError> {
        self.flush()?;
        // What was missed before the first event belongs to the next frame.
        match self.open.take_if(|open| open.blocks > 0) {
            Some(open) => self.write_summary(open),
            None => Ok(()),
        }
    }

    fn write_summary(&mut self, open: Open) -> Result<(), WriteError> {
        self.has_failed = true;
        let summary = open.tally.finish();
        self.write_message(SUMMARY, &summary)?;
        self.list(open.offset, summary);
        self.encoder = Encoder::new();
        self.compressor.restart().map_err(WriteError::Compression)?;
        self.has_failed = false;
        Ok(())
    }

    /// Ends the archive: the open frame, then the index.
    ///
    /// # Errors
    /// As [`ArchiveWriter::flush`].
    pub fn finish(mut self) -> Result<W, WriteError> {
        self.end_frame()?;
        // Nothing came after what was missed: a frame without blocks says so.
        if let Some(open) = self.open.take_if(|open| open.tally.has_missed()) {
            let offset = self.bytes;
            self.write_summary(Open { offset, ..open })?;
        }
        let index_at = self.bytes;
        let frames = std::mem::take(&mut self.frames);
        self.write_message(INDEX, &Index { frames })?;
        self.write(&index_at.to_le_bytes())?;
        self.write(TRAILER_MAGIC)?;
        self.out.flush()?;
        Ok(self.out)
    }

    /// The bytes of everything that was written, all of it whole records.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Event bytes that were pushed since the last flush.
    pub fn unflushed_bytes(&self) -> usize {
        self.event_bytes
    }

    /// What is written to.
    pub fn get_ref(&self) -> &W {
        &self.out
    }

    /// What is written to. Writing to it by other ways spoils the archive.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.out
    }

    /// Gives up what was pushed since the last flush and leaves the file
    /// without an index.
    pub fn into_inner(self) -> W {
        self.out
    }

    /// Writes a whole frame that somebody else has written.
    pub(crate) fn begin_copy(&mut self) -> Result<u64, WriteError> {
        self.end_frame()?;
        match (self.has_failed, self.is_full()) {
            (true, _) => Err(WriteError::Failed),
            (false, true) => Err(WriteError::Full),
            (false, false) => Ok(self.bytes),
        }
    }

    pub(crate) fn copy_record(&mut self, head: Head, payload: &[u8]) -> Result<(), WriteError> {
        self.has_failed = true;
        let tag = self.tag;
        self.write(&Head { tag, ..head }.encode())?;
        self.write(payload)?;
        self.has_failed = false;
        Ok(())
    }

    pub(crate) fn end_copy(&mut self, offset: u64, summary: Summary) {
        self.list(offset, summary);
    }

    /// Puts the frame that ends here on the list.
    fn list(&mut self, offset: u64, summary: Summary) {
        let frame = FrameEntry {
            offset,
            bytes: self.bytes - offset,
            summary: Some(summary),
        };
        let bytes = frame.encoded_len();
        // Its key and its length.
        self.index_bytes += 1 + length_delimiter_len(bytes) + bytes;
        self.frames.push(frame);
    }

    fn is_frame_full(&self) -> bool {
        let Some(open) = &self.open else {
            return false;
        };
        self.encoder.is_full()
            || open.blocks >= u16::MAX - 1
            || open.tally.event_bytes() >= self.options.frame_bytes
            || open.tally.span_ns() >= self.options.frame_span_ns
    }

    fn open_frame(&mut self) -> &mut Open {
        let offset = self.bytes;
        self.open.get_or_insert_with(|| Open {
            offset,
            blocks: 0,
            tally: Tally::new(),
        })
    }

    fn write_message(&mut self, kind: u8, message: &impl prost::Message) -> Result<(), WriteError> {
        self.record.clear();
        self.record.resize(HEAD_BYTES, 0);
        message
            .encode(&mut self.record)
            .map_err(|_| WriteError::Compression("no memory"))?;
        self.put_head(Head {
            kind,
            ..Head::default()
        })
    }

    /// Completes the record whose payload stands in `record` behind the head's place.
    fn put_head(&mut self, mut head: Head) -> Result<(), WriteError> {
        let payload = &self.record[HEAD_BYTES..];
        head.tag = self.tag;
        head.stored = payload.len() as u32;
        head.payload_check = crc32fast::hash(payload);
        self.record[..HEAD_BYTES].copy_from_slice(&head.encode());
        let record = std::mem::take(&mut self.record);
        let written = self.write(&record);
        self.record = record;
        written
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.out.write_all(bytes)?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }
}
