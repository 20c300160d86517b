//! Records out of anything that can be read and sought.

use std::io::{self, Read, Seek, SeekFrom};

use crate::record::{HEAD_BYTES, Head, RECORD_MAGIC};
use crate::transform::limits::{
    MOST_BLOCK_EVENT_BYTES, MOST_BLOCK_EVENTS, MOST_PLAIN_BYTES, MOST_STORED_BYTES,
};

/// How much is looked through at once for the next record.
const SEARCH_BYTES: usize = 1 << 16;

pub(crate) struct Source<R> {
    inner: R,
}

/// What stands at a place.
pub(crate) enum Found {
    /// A head with a right checksum and lengths within the limits.
    Head(Head),
    /// Fewer bytes than a head has: so many.
    End(u64),
    Nothing,
}

impl<R: Read + Seek> Source<R> {
    pub(crate) fn new(inner: R) -> Source<R> {
        Source { inner }
    }

    pub(crate) fn into_inner(self) -> R {
        self.inner
    }

    /// How long the file is now.
    pub(crate) fn bytes(&mut self) -> io::Result<u64> {
        self.inner.seek(SeekFrom::End(0))
    }

    /// Fills `out` as far as the file goes; says how far.
    pub(crate) fn read(&mut self, at: u64, out: &mut [u8]) -> io::Result<usize> {
        self.inner.seek(SeekFrom::Start(at))?;
        let mut filled = 0;
        while filled < out.len() {
            match self.inner.read(&mut out[filled..]) {
                Ok(0) => break,
                Ok(bytes) => filled += bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    pub(crate) fn head(&mut self, at: u64) -> io::Result<Found> {
        let mut bytes = [0; HEAD_BYTES];
        let filled = self.read(at, &mut bytes)?;
        if filled < HEAD_BYTES {
            return Ok(Found::End(filled as u64));
        }
        let head = Head::parse(&bytes).filter(is_within_limits);
        Ok(head.map_or(Found::Nothing, Found::Head))
    }

    /// Reads the payload behind a head at `at`; `false` where the file ends before.
    pub(crate) fn payload(&mut self, at: u64, head: &Head, out: &mut Vec<u8>) -> io::Result<bool> {
        // A file that ends early shall not make us ask for memory.
        let left = self.bytes()?.saturating_sub(at + HEAD_BYTES as u64);
        if left < u64::from(head.stored) {
            return Ok(false);
        }
        out.clear();
        out.resize(head.stored as usize, 0);
        let filled = self.read(at + HEAD_BYTES as u64, out)?;
        Ok(filled == out.len())
    }

    /// The next place from `at` on where a head stands; absent where none does.
    pub(crate) fn next_head(&mut self, mut at: u64) -> io::Result<Option<u64>> {
        let mut part = vec![0; SEARCH_BYTES];
        loop {
            let filled = self.read(at, &mut part)?;
            let heads = part[..filled].windows(HEAD_BYTES).enumerate();
            for (place, bytes) in heads {
                if bytes[..4] == RECORD_MAGIC
                    && let Some(bytes) = bytes.first_chunk()
                    && Head::parse(bytes).is_some_and(|head| is_within_limits(&head))
                {
                    return Ok(Some(at + place as u64));
                }
            }
            if filled < SEARCH_BYTES {
                return Ok(None);
            }
            at += (filled - HEAD_BYTES + 1) as u64;
        }
    }
}

fn is_within_limits(head: &Head) -> bool {
    head.stored as usize <= MOST_STORED_BYTES
        && head.plain as usize <= MOST_PLAIN_BYTES
        && head.event_bytes as usize <= MOST_BLOCK_EVENT_BYTES
        && head.events as usize <= MOST_BLOCK_EVENTS
}
