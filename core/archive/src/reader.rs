//! Opens an archive and says what frames it has.

use std::io::{self, Read, Seek};

use prost::Message;

use crate::cursor::Events;
use crate::damage::{Damage, DamageKind};
use crate::header::Header;
use crate::record::{BLOCK, FILE_MAGIC, HEADER, INDEX, SUMMARY, TRAILER_BYTES, TRAILER_MAGIC};
use crate::selection::Selection;
use crate::source::{Found, Source};
use crate::summary::{FrameEntry, Index, MOST_INDEX_MEMORY, Stored, Summary, decode};

/// Why a file cannot be opened as an archive.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be read.
    #[error("the archive cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It begins like no archive.
    #[error("this is not an archive, or its beginning is missing")]
    NotAnArchive,
    /// Its format is newer than this program.
    #[error(
        "the archive has version {0} of the format, this program reads version 1: use a newer one"
    )]
    Version(u8),
}

/// An archive that can be read. Events come from [`ArchiveReader::events`].
///
/// Needs the same memory for a file of any size: some 15 MB for one that was
/// written with the default options, and less than 256 MB whatever a file says.
pub struct ArchiveReader<R> {
    pub(crate) source: Source<R>,
    header: Header,
    /// Where the first frame begins.
    pub(crate) start: u64,
    /// What is wrong before that.
    pub(crate) damage: Option<Damage>,
}

impl<R: Read + Seek> ArchiveReader<R> {
    /// Opens an archive, a damaged or unfinished one too.
    ///
    /// # Errors
    /// Where it cannot be read, or is no archive that we know.
    pub fn open(source: R) -> Result<ArchiveReader<R>, OpenError> {
        let mut source = Source::new(source);
        let mut magic = [0; FILE_MAGIC.len()];
        let filled = source.read(0, &mut magic)?;
        let at = FILE_MAGIC.len() as u64;
        let has_magic = filled == magic.len() && magic == *FILE_MAGIC;
        if filled == magic.len() && magic[..7] == FILE_MAGIC[..7] && magic[7] > FILE_MAGIC[7] {
            // A changed byte looks like another version; its header tells.
            if !matches!(source.head(at)?, Found::Head(head) if head.kind == HEADER) {
                return Err(OpenError::Version(magic[7]));
            }
        }
        let damage = |bytes, what| Damage {
            offset: 0,
            bytes,
            events: Some(0),
            what,
        };
        let bad_magic = (!has_magic).then(|| damage(at, DamageKind::Magic));
        let head = match source.head(at)? {
            Found::Head(head) if head.kind == HEADER => head,
            _ if !has_magic => return Err(OpenError::NotAnArchive),
            _ => {
                let mut reader = ArchiveReader {
                    source,
                    header: Header::default(),
                    start: at,
                    damage: None,
                };
                // The index tells which records are the file's, else the first
                // one that is found.
                reader.index()?;
                // The first frame stands where the next head is.
                let start = reader.source.next_head(at)?;
                reader.start = start.map_or_else(|| reader.source.bytes(), Ok)?;
                reader.damage = Some(damage(reader.start, DamageKind::Header));
                return Ok(reader);
            }
        };
        let payload = source.payload(at, &head)?;
        let header = payload.and_then(|payload| Header::decode(&payload[..]).ok());
        let bytes = (at + head.record_bytes()).min(source.bytes()?);
        let bad_header = header.is_none().then(|| damage(bytes, DamageKind::Header));
        Ok(ArchiveReader {
            source,
            header: header.unwrap_or_default(),
            start: bytes,
            damage: bad_header.or(bad_magic),
        })
    }

    /// What the file says of itself; empty where that is damaged.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The least `bus_time_ns` of the first block, in nanoseconds since the
    /// epoch; 0 where the file has none, or where its head is damaged.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn begins_ns(&mut self) -> io::Result<u64> {
        match self.source.head(self.start)? {
            Found::Head(head) if head.kind == BLOCK => Ok(head.first_bus_time_ns),
            _ => Ok(0),
        }
    }

    /// How long the file is now, in bytes.
    ///
    /// # Errors
    /// Where the file cannot be sought.
    pub fn file_bytes(&mut self) -> io::Result<u64> {
        self.source.bytes()
    }

    /// The frames: from the index, else by looking at the head of each record.
    /// Frames whose beginning is damaged are left out.
    ///
    /// # Errors
    /// Where the file cannot be read, or has more frames than an archive can have.
    pub fn frames(&mut self) -> io::Result<Vec<FrameEntry>> {
        let (mut frames, mut memory) = (Vec::new(), 0);
        self.each_frame(|frame| {
            memory += frame.memory_bytes();
            if memory <= MOST_INDEX_MEMORY {
                frames.push(frame);
            }
        })?;
        match memory <= MOST_INDEX_MEMORY {
            true => Ok(frames),
            false => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "it has more frames than an archive can have",
            )),
        }
    }

    /// As [`ArchiveReader::frames`], one by one.
    pub(crate) fn each_frame(&mut self, take: impl FnMut(FrameEntry)) -> io::Result<()> {
        match self.index()? {
            Some(frames) => frames.into_iter().for_each(take),
            None => self.scan(take)?,
        }
        Ok(())
    }

    /// The index, where there is a whole one.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn index(&mut self) -> io::Result<Option<Vec<FrameEntry>>> {
        let Some(end) = self.source.bytes()?.checked_sub(TRAILER_BYTES) else {
            return Ok(None);
        };
        let mut trailer = [0; TRAILER_BYTES as usize];
        self.source.read(end, &mut trailer)?;
        let Some((offset, magic)) = trailer.split_first_chunk::<8>() else {
            return Ok(None);
        };
        if magic != TRAILER_MAGIC {
            return Ok(None);
        }
        let offset = u64::from_le_bytes(*offset);
        let index: Option<Index> = self.message(offset, INDEX)?;
        Ok(index.map(|index| index.frames))
    }

    /// Looks at the head of each record for frames.
    pub(crate) fn scan(&mut self, mut take: impl FnMut(FrameEntry)) -> io::Result<()> {
        let mut open: Option<FrameEntry> = None;
        let mut at = self.start;
        loop {
            let head = match self.source.head(at)? {
                Found::Head(head) => head,
                Found::End(_) => break,
                Found::Nothing => match self.source.next_head(at + 1)? {
                    Some(next) => {
                        at = next;
                        continue;
                    }
                    None => break,
                },
            };
            let next = at + head.record_bytes();
            match (head.kind, &mut open) {
                (BLOCK, _) if head.number == 0 => {
                    let frame = FrameEntry {
                        offset: at,
                        bytes: head.record_bytes(),
                        summary: None,
                    };
                    open.replace(frame).into_iter().for_each(&mut take);
                }
                (BLOCK, Some(frame)) => frame.bytes = next - frame.offset,
                (SUMMARY, Some(frame)) => {
                    frame.bytes = next - frame.offset;
                    frame.summary = self.message(at, SUMMARY)?;
                    open.take().into_iter().for_each(&mut take);
                }
                _ => open.take().into_iter().for_each(&mut take),
            }
            at = next;
        }
        open.into_iter().for_each(take);
        Ok(())
    }

    /// The message in the record of this kind at `at`, where there is a whole one.
    fn message<M: Stored>(&mut self, at: u64, kind: u8) -> io::Result<Option<M>> {
        let Found::Head(head) = self.source.head(at)? else {
            return Ok(None);
        };
        if head.kind != kind {
            return Ok(None);
        }
        let payload = self.source.payload(at, &head)?;
        Ok(payload.and_then(|payload| decode(&payload)))
    }

    /// The summary in the record at `at`, where there is a whole one.
    pub(crate) fn summary(&mut self, at: u64) -> io::Result<Option<Summary>> {
        self.message(at, SUMMARY)
    }

    /// Reads the events that are wanted, in their order, and says what is damaged.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn events(&mut self, selection: Selection) -> io::Result<Events<'_, R>> {
        Events::new(self, selection, false)
    }

    /// As [`ArchiveReader::events`], from a file that is still being written:
    /// at its end [`Events::next`] says that there is nothing, and more when it
    /// is asked again after the next flush.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn follow(&mut self, selection: Selection) -> io::Result<Events<'_, R>> {
        Events::new(self, selection, true)
    }

    /// Gives back what is read from.
    pub fn into_inner(self) -> R {
        self.source.into_inner()
    }
}
