//! Copies whole frames from file to file as they are: nothing is compressed
//! again, and nothing that we do not know is lost. Only the records' heads get
//! the tag of their new file.

use std::io::{self, Read, Seek, Write};

use prost::Message;

use crate::options::WriteError;
use crate::reader::ArchiveReader;
use crate::record::{BLOCK, Head, SUMMARY};
use crate::source::Found;
use crate::summary::{FrameEntry, Summary};
use crate::writer::ArchiveWriter;

/// Why a frame could not be copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The source cannot be read.
    #[error("the archive cannot be read: {0}")]
    Read(#[from] io::Error),
    /// The frame is not whole. Nothing of it was written: its events can be
    /// read and written one by one.
    #[error("the frame at byte {offset} is damaged or not finished")]
    Damaged {
        /// Where the frame begins.
        offset: u64,
    },
    /// The target cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Ends the writer's open frame and appends a frame of another archive to it.
/// All of the frame's checksums are looked at before anything is written.
///
/// # Errors
/// [`CopyError::Damaged`] has written nothing; the writer takes more. After
/// [`CopyError::Read`] and [`CopyError::Write`] the target may end with a part
/// of the frame.
pub fn copy_frame<R: Read + Seek, W: Write>(
    from: &mut ArchiveReader<R>,
    frame: &FrameEntry,
    to: &mut ArchiveWriter<W>,
) -> Result<(), CopyError> {
    let damaged = || CopyError::Damaged {
        offset: frame.offset,
    };
    let mut summary = None;
    each_record(from, frame, |_, payload| summary = Some(payload.to_vec()))?;
    // The last record is the summary: `each_record` has seen to it.
    let summary = Summary::decode(&summary.unwrap_or_default()[..]).map_err(|_| damaged())?;
    let offset = to.begin_copy()?;
    let mut written = Ok(());
    each_record(from, frame, |head, payload| {
        if written.is_ok() {
            written = to.copy_record(head, payload);
        }
    })?;
    written?;
    to.end_copy(offset, summary);
    Ok(())
}

/// Calls `take` with the head and the payload of each record of the frame.
fn each_record<R: Read + Seek>(
    from: &mut ArchiveReader<R>,
    frame: &FrameEntry,
    mut take: impl FnMut(Head, &[u8]),
) -> Result<(), CopyError> {
    let damaged = || CopyError::Damaged {
        offset: frame.offset,
    };
    let end = frame.offset.saturating_add(frame.bytes);
    let (mut at, mut number) = (frame.offset, 0);
    loop {
        let Found::Head(head) = from.source.head(at)? else {
            return Err(damaged());
        };
        let next = at + head.record_bytes();
        let is_next_block = head.kind == BLOCK && u32::from(head.number) == number;
        let is_last = head.kind == SUMMARY && next == end;
        if next > end || !(is_next_block || is_last) {
            return Err(damaged());
        }
        let payload = from.source.payload(at, &head)?.ok_or_else(damaged)?;
        take(head, &payload);
        if is_last {
            return Ok(());
        }
        (at, number) = (next, number + 1);
    }
}
