//! Records out of anything that can be read and sought.

use std::io::{self, Read, Seek, SeekFrom};

use crc32fast::Hasher;

use crate::record::{HEAD_BYTES, Head, RECORD_MAGIC};

/// How much is looked through at once for the next record.
const SEARCH_BYTES: usize = 1 << 16;
/// How much of a payload is read at once.
const PIECE_BYTES: usize = 1 << 17;

pub(crate) struct Source<R> {
    inner: R,
    piece: Vec<u8>,
    /// The tag of the file's records, as the first of them has it.
    tag: Option<u64>,
}

/// What stands at a place.
pub(crate) enum Found {
    /// A head of this file with a right checksum and lengths within the limits.
    Head(Head),
    /// Fewer bytes than a head has: so many.
    End(u64),
    Nothing,
}

impl<R: Read + Seek> Source<R> {
    pub(crate) fn new(inner: R) -> Source<R> {
        Source {
            inner,
            piece: Vec::new(),
            tag: None,
        }
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
        let head = Head::parse(&bytes).filter(|head| self.is_ours(head));
        if let Some(head) = &head {
            self.tag = Some(head.tag);
        }
        Ok(head.map_or(Found::Nothing, Found::Head))
    }

    fn is_ours(&self, head: &Head) -> bool {
        self.tag.is_none_or(|tag| tag == head.tag)
    }

    /// Reads the payload behind a head at `at`, and gives it to `take` piece by
    /// piece. `false` where it is not what the head says: a wrong checksum, or
    /// the file ends before.
    pub(crate) fn pieces(
        &mut self,
        at: u64,
        head: &Head,
        mut take: impl FnMut(&[u8]),
    ) -> io::Result<bool> {
        let mut piece = std::mem::take(&mut self.piece);
        piece.resize(PIECE_BYTES, 0);
        let mut check = Hasher::new();
        let mut next = at + HEAD_BYTES as u64;
        let end = next + u64::from(head.stored);
        while next < end {
            let room =
                usize::try_from(end - next).map_or(PIECE_BYTES, |left| left.min(PIECE_BYTES));
            let filled = self.read(next, &mut piece[..room])?;
            if filled == 0 {
                break;
            }
            check.update(&piece[..filled]);
            take(&piece[..filled]);
            next += filled as u64;
        }
        self.piece = piece;
        Ok(next == end && check.finalize() == head.payload_check)
    }

    /// The payload behind a head at `at`; absent where it is not what the head says.
    pub(crate) fn payload(&mut self, at: u64, head: &Head) -> io::Result<Option<Vec<u8>>> {
        let end = at + HEAD_BYTES as u64 + u64::from(head.stored);
        if self.bytes()? < end {
            return Ok(None);
        }
        let mut payload = Vec::with_capacity(head.stored as usize);
        let is_whole = self.pieces(at, head, |piece| payload.extend_from_slice(piece))?;
        Ok(is_whole.then_some(payload))
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
                    && Head::parse(bytes).is_some_and(|head| self.is_ours(&head))
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
