//! From bytes to entries: a line of the file, or the lines of one multi-line
//! output. Every byte that goes in comes out in exactly one entry.

use std::io;

use memchr::memchr;

use crate::prefix::{Beginning, beginning};

/// So much of an entry is kept, in bytes.
pub(crate) const KEPT_BYTES: usize = 8 * 1024;

/// Lines that are joined at most.
const MOST_LINES: usize = 64;

/// Core writes so many empty lines when it opens its log at its start
/// (`Logger::StartLogging`).
const START_MARK_LINES: usize = 5;

/// Read at once; holds a joined entry and the line behind it several times.
const WINDOW_BYTES: usize = 256 * 1024;

/// What may come behind the bytes that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// More is about to come: what could still grow waits for it.
    Coming,
    /// Nothing came for a while: whole lines wait no longer.
    Late,
    /// Nothing: a line without an end is an entry too.
    Nothing,
}

/// A line, or lines that belong together.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    /// The beginning of it, without the last line's end: at most [`KEPT_BYTES`].
    /// Nothing for empty lines, however many.
    pub(crate) text: &'a [u8],
    /// Bytes in the file.
    pub(crate) bytes: u64,
    pub(crate) lines: u32,
    /// It was longer than `text` is.
    pub(crate) cut: bool,
    /// Its last line has no end.
    pub(crate) unterminated: bool,
}

impl Entry<'_> {
    /// Does the log of another life of the node begin here?
    pub(crate) fn is_start_mark(&self) -> bool {
        self.text.is_empty() && self.lines as usize >= START_MARK_LINES
    }
}

/// The bytes that were read and are in no entry yet.
///
/// Lines without a time that follow a line with one belong to it: Core puts the
/// time in front of each message, and some messages have several lines. Where
/// the log has no times at all, each line is an entry.
pub(crate) struct Entries {
    window: Box<[u8]>,
    /// What is in no entry yet: `window[start..end]`.
    start: usize,
    end: usize,
    /// While the end of a line is looked for that is too long to wait for: how
    /// many of its bytes were read, and its beginning.
    skipped: Option<u64>,
    kept: Vec<u8>,
}

impl Entries {
    pub(crate) fn new() -> Entries {
        Entries {
            window: vec![0; WINDOW_BYTES].into_boxed_slice(),
            start: 0,
            end: 0,
            skipped: None,
            kept: Vec::with_capacity(KEPT_BYTES),
        }
    }

    /// Takes what `read` puts into the space that it is given, and how much it
    /// says that is. There is always space once all entries are taken.
    pub(crate) fn fill(
        &mut self,
        read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        self.window.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        let space = &mut self.window[self.end..];
        let count = read(space)?.min(space.len());
        self.end += count;
        Ok(count)
    }

    /// The next entry; `None` when it takes more bytes to tell where it ends.
    pub(crate) fn next(&mut self, rest: Rest) -> Option<Entry<'_>> {
        if self.skipped.is_none() {
            let there = &self.window[self.start..self.end];
            if let Some((bytes, lines)) = extent(there, rest) {
                let from = self.start;
                self.start += bytes;
                return Some(entry(&self.window[from..self.start], lines));
            }
            if there.len() <= KEPT_BYTES || memchr(b'\n', &there[..=KEPT_BYTES]).is_some() {
                return None;
            }
            self.kept.clear();
            self.kept.extend_from_slice(&there[..KEPT_BYTES]);
            self.skipped = Some(0);
        }
        let there = &self.window[self.start..self.end];
        let end = memchr(b'\n', there);
        let bytes = end.map_or(there.len(), |end| end + 1);
        let skipped = self.skipped? + bytes as u64;
        self.start += bytes;
        if end.is_none() && rest != Rest::Nothing {
            self.skipped = Some(skipped);
            return None;
        }
        self.skipped = None;
        Some(Entry {
            text: &self.kept,
            bytes: skipped,
            lines: 1,
            cut: true,
            unterminated: end.is_none(),
        })
    }
}

/// The entry that these bytes are.
fn entry(bytes: &[u8], lines: u32) -> Entry<'_> {
    let (text, unterminated) = match bytes.strip_suffix(b"\n") {
        _ if bytes.starts_with(b"\n") => (&b""[..], false),
        Some(text) => (text, false),
        None => (bytes, true),
    };
    Entry {
        text: &text[..text.len().min(KEPT_BYTES)],
        bytes: bytes.len() as u64,
        lines,
        cut: text.len() > KEPT_BYTES,
        unterminated,
    }
}

/// How many bytes and lines at the beginning of `there` are one entry; `None`
/// when that is not to be seen yet.
fn extent(there: &[u8], rest: Rest) -> Option<(usize, u32)> {
    let Some(first) = memchr(b'\n', there) else {
        return (rest == Rest::Nothing && !there.is_empty() && there.len() <= KEPT_BYTES)
            .then_some((there.len(), 1));
    };
    if first == 0 {
        let lines = empty_lines(there, MOST_LINES);
        let ended = lines < there.len() || lines == MOST_LINES || rest != Rest::Coming;
        return ended.then_some((lines, lines as u32));
    }
    let (mut bytes, mut lines) = (first + 1, 1);
    if beginning(there) != Beginning::Time {
        return Some((bytes, lines));
    }
    loop {
        let empty = empty_lines(&there[bytes..], START_MARK_LINES);
        let next = &there[bytes + empty..];
        if empty == START_MARK_LINES {
            break;
        }
        match beginning(next) {
            Beginning::Time => break,
            Beginning::Undecided if rest == Rest::Coming => return None,
            Beginning::Undecided => break,
            Beginning::Other => {}
        }
        let joined_lines = lines + empty as u32 + 1;
        let Some(end) = memchr(b'\n', next) else {
            // A half-written line behind it: wait for its end, unless it is
            // too long to be joined anyway.
            match rest {
                Rest::Coming if bytes + empty + next.len() <= KEPT_BYTES => return None,
                _ => break,
            }
        };
        let joined_bytes = bytes + empty + end + 1;
        if joined_bytes > KEPT_BYTES || joined_lines > MOST_LINES as u32 {
            break;
        }
        (bytes, lines) = (joined_bytes, joined_lines);
    }
    Some((bytes, lines))
}

/// How many empty lines are at the beginning, counted up to `most`.
fn empty_lines(bytes: &[u8], most: usize) -> usize {
    let counted = bytes.iter().take(most);
    counted.take_while(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests;
