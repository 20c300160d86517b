//! The last bytes that were read of a file: whether they still stand where they
//! stood tells whether it is still the same.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use memchr::memmem;

/// So many bytes are remembered. Lines have times, so these occur once.
const BYTES: usize = 1024;

/// Fewer bytes could occur in another file too.
const FEWEST_BYTES: usize = 64;

/// Core keeps the last 10 MB of its log when it shrinks it at its start
/// (`RECENT_DEBUG_HISTORY_SIZE`), and writes on behind that.
const SEARCHED_BYTES: usize = 16 << 20;

/// The last bytes in front of a place in a file.
#[derive(Default)]
pub(super) struct Tail(Vec<u8>);

impl Tail {
    /// Those in front of `offset`.
    pub(super) fn before(file: &File, offset: u64) -> io::Result<Tail> {
        let bytes = offset.min(BYTES as u64);
        let mut tail = vec![0; bytes as usize];
        file.read_exact_at(&mut tail, offset - bytes)?;
        Ok(Tail(tail))
    }

    /// These were read next.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let bytes = &bytes[bytes.len().saturating_sub(BYTES)..];
        let kept = BYTES - bytes.len();
        self.0.drain(..self.0.len().saturating_sub(kept));
        self.0.extend_from_slice(bytes);
    }

    /// Do they still stand in front of `offset`?
    pub(super) fn is_before(&self, file: &File, offset: u64) -> io::Result<bool> {
        let mut there = vec![0; self.0.len()];
        let from = offset.saturating_sub(there.len() as u64);
        match file.read_exact_at(&mut there, from) {
            Ok(()) => Ok(there == self.0),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Behind which place they stand in a file whose beginning was cut off.
    pub(super) fn find(&self, file: &File) -> io::Result<Option<u64>> {
        if self.0.len() < FEWEST_BYTES {
            return Ok(None);
        }
        let mut there = vec![0; SEARCHED_BYTES];
        let mut length = 0;
        while length < there.len() {
            match file.read_at(&mut there[length..], length as u64)? {
                0 => break,
                count => length += count,
            }
        }
        let found = memmem::rfind(&there[..length], &self.0);
        Ok(found.map(|at| (at + self.0.len()) as u64))
    }
}
