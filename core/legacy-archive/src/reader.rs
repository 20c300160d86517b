//! Reads an archive of the existing system from its beginning to its end.

use std::collections::BTreeMap;
use std::io::Read;

use peer_observer_event::Event;

use crate::beginning::begins_plain;
use crate::convert::Converter;
use crate::envelope::Envelopes;
use crate::error::{Fault, LegacyError};
use crate::header::{LegacyHeader, LegacyPrefix, MOST_HEADER_BYTES, PREFIX_BYTES};
use crate::records::{CutOff, Record, Records};
use crate::source::Source;

/// Prefix and header, with the header's length.
const BEGINNING_BYTES: usize = PREFIX_BYTES + 1 + MOST_HEADER_BYTES as usize;

/// What comes next in a file.
///
/// Events are counted as their records stand in the file, the header not among
/// them: from 1, and whether or not they can be converted.
#[derive(Clone, Debug, PartialEq)]
pub enum LegacyItem {
    /// An event, converted.
    Event(Box<Event>),
    /// A record that is no event. Those behind it are not affected.
    Undecodable {
        /// Which one it is.
        at_event: u64,
        /// How long it is, in bytes.
        bytes: usize,
        /// What is wrong with it.
        why: Fault,
    },
    /// The file is broken off. Everything before has been given out, and nothing
    /// follows.
    CutOff {
        /// So many whole records stand before.
        after_events: u64,
        /// So many bytes of a record that is not whole follow.
        unread_bytes: u64,
        /// How it is broken off.
        how: CutOff,
    },
}

/// Reads an archive of the existing system.
///
/// Needs the same memory for a file of any size: what zstd needs (the window of
/// their default level has 128 MiB), and a few times what the largest event has.
pub struct LegacyReader<R> {
    header: LegacyHeader,
    records: Records<R>,
    converter: Converter,
    envelopes: Envelopes,
    /// Records that have been read.
    events: u64,
    is_at_end: bool,
}

impl<R: Read> LegacyReader<R> {
    /// Reads the file's beginning. Its events get `node` as the name of their node.
    ///
    /// # Errors
    /// Where it cannot be read, or begins like no archive of the existing system.
    pub fn open(source: R, node: &str) -> Result<LegacyReader<R>, LegacyError> {
        let mut records = Records::new(Source::open(source)?);
        let mut header = LegacyHeader::default();
        let (mut plain, is_broken_off) = records.beginning(BEGINNING_BYTES)?;
        // What zstd has compressed may be too little to tell.
        let is_too_little = is_broken_off && plain.len() < PREFIX_BYTES;
        if !is_too_little && !begins_plain(plain) {
            return Err(LegacyError::NotAnArchive);
        }
        let mut bytes = 0;
        header.prefix = LegacyPrefix::read(plain);
        if header.prefix.is_some() {
            bytes += PREFIX_BYTES;
            plain = &plain[PREFIX_BYTES..];
        }
        bytes += header.read(plain).unwrap_or(0);
        records.skip_beginning(bytes);
        Ok(LegacyReader {
            envelopes: Envelopes::new(node, header.created_seconds),
            header,
            records,
            converter: Converter::default(),
            events: 0,
            is_at_end: false,
        })
    }

    /// What the file says of itself.
    pub fn header(&self) -> &LegacyHeader {
        &self.header
    }

    /// The next event, or what is wrong with it; `None` at the end of the file.
    ///
    /// # Errors
    /// Where the file cannot be read.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator would have to put the end behind the error"
    )]
    pub fn next(&mut self) -> Result<Option<LegacyItem>, LegacyError> {
        while !self.is_at_end {
            match self.records.next()? {
                Record::Whole(record) => {
                    self.events += 1;
                    match self.converter.convert(record) {
                        Ok((timestamp_ms, Some(converted))) => {
                            let event = self.envelopes.event(timestamp_ms, converted);
                            return Ok(Some(LegacyItem::Event(Box::new(event))));
                        }
                        // Counted as skipped.
                        Ok((_, None)) => {}
                        Err(why) => {
                            return Ok(Some(LegacyItem::Undecodable {
                                at_event: self.events,
                                bytes: record.len(),
                                why,
                            }));
                        }
                    }
                }
                Record::TooLong(bytes) => {
                    self.events += 1;
                    return Ok(Some(LegacyItem::Undecodable {
                        at_event: self.events,
                        bytes: usize::try_from(bytes).unwrap_or(usize::MAX),
                        why: Fault::TooLong,
                    }));
                }
                Record::CutOff { how, unread_bytes } => {
                    self.is_at_end = true;
                    return Ok(Some(LegacyItem::CutOff {
                        after_events: self.events,
                        unread_bytes,
                        how,
                    }));
                }
                Record::End => self.is_at_end = true,
            }
        }
        Ok(None)
    }

    /// Bytes of the file that have been read so far, compressed as they are.
    pub fn bytes_read(&self) -> u64 {
        self.records.bytes_read()
    }

    /// What has been left out because we have nothing like it, by name: whole
    /// events, and parts of events. `docs/legacy-archives.md` lists the names.
    pub fn skipped(&self) -> &BTreeMap<&'static str, u64> {
        self.converter.skipped()
    }
}
