//! Records out of plain bytes: each has its length before it, as a varint.

use std::fmt;
use std::io::{self, Read};

use crate::source::{Ending, Source};
use crate::wire::length;

/// Longer records are passed over. As long as an event in our archives can be,
/// and six times what their message broker is set to let through.
pub(crate) const MOST_RECORD_BYTES: u64 = 32 << 20;

/// How a file is broken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutOff {
    /// It ends within a record.
    WithinRecord,
    /// It ends within a compressed frame: it is still being written, or its
    /// recorder was killed.
    WithinFrame,
    /// What follows cannot be decompressed: it is damaged, or not part of the archive.
    Compression(&'static str),
    /// What follows is no record.
    NoRecord,
}

impl fmt::Display for CutOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CutOff::WithinRecord => f.write_str("the file ends within a record"),
            CutOff::WithinFrame => f.write_str(
                "the file ends within a compressed frame: it is still being written, or its \
                 recorder was killed",
            ),
            CutOff::Compression(error) => write!(f, "what follows cannot be decompressed: {error}"),
            CutOff::NoRecord => f.write_str("what follows is no record"),
        }
    }
}

/// What comes next.
pub(crate) enum Record<'a> {
    Whole(&'a [u8]),
    /// A record of so many bytes was passed over.
    TooLong(u64),
    /// Nothing comes behind this.
    CutOff {
        how: CutOff,
        /// Of the record that is not whole.
        unread_bytes: u64,
    },
    End,
}

pub(crate) struct Records<R> {
    source: Source<R>,
    plain: Vec<u8>,
    /// Where in `plain` the next record begins.
    at: usize,
}

impl<R: Read> Records<R> {
    pub(crate) fn new(source: Source<R>) -> Records<R> {
        Records {
            source,
            plain: Vec::new(),
            at: 0,
        }
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        self.source.bytes_read()
    }

    /// The next bytes: so many, or fewer at the end of the file; and whether it
    /// was compressed and is broken off there.
    pub(crate) fn beginning(&mut self, bytes: usize) -> io::Result<(&[u8], bool)> {
        while self.plain.len() - self.at < bytes && self.fill()? {}
        Ok((&self.plain[self.at..], self.how().is_some()))
    }

    /// Goes on behind bytes that [`Records::beginning`] has shown.
    pub(crate) fn skip_beginning(&mut self, bytes: usize) {
        self.at += bytes;
    }

    pub(crate) fn next(&mut self) -> io::Result<Record<'_>> {
        let (bytes, length_bytes) = loop {
            match length(&self.plain[self.at..]) {
                Ok(Some(found)) => break found,
                Ok(None) if self.fill()? => {}
                Ok(None) => return Ok(self.end()),
                Err(_) => {
                    return Ok(Record::CutOff {
                        how: CutOff::NoRecord,
                        unread_bytes: (self.plain.len() - self.at) as u64,
                    });
                }
            }
        };
        if bytes > MOST_RECORD_BYTES {
            return self.pass_over(bytes, length_bytes);
        }
        let record_bytes = length_bytes + bytes as usize;
        while self.plain.len() - self.at < record_bytes {
            if !self.fill()? {
                return Ok(self.end());
            }
        }
        let record = self.at + length_bytes..self.at + record_bytes;
        self.at = record.end;
        Ok(Record::Whole(&self.plain[record]))
    }

    fn pass_over(&mut self, bytes: u64, length_bytes: usize) -> io::Result<Record<'_>> {
        self.at += length_bytes;
        let mut left = bytes;
        loop {
            let there = (self.plain.len() - self.at) as u64;
            let passed = there.min(left);
            self.at += passed as usize;
            left -= passed;
            if left == 0 {
                return Ok(Record::TooLong(bytes));
            }
            if !self.fill()? {
                return Ok(Record::CutOff {
                    how: self.how().unwrap_or(CutOff::WithinRecord),
                    unread_bytes: bytes - left,
                });
            }
        }
    }

    fn fill(&mut self) -> io::Result<bool> {
        self.plain.drain(..self.at);
        self.at = 0;
        self.source.fill(&mut self.plain)
    }

    /// The file is at its end, and so is what has been read, but for a part of a record.
    fn end(&self) -> Record<'_> {
        let unread_bytes = (self.plain.len() - self.at) as u64;
        let within_record = (unread_bytes > 0).then_some(CutOff::WithinRecord);
        match self.how().or(within_record) {
            Some(how) => Record::CutOff { how, unread_bytes },
            None => Record::End,
        }
    }

    fn how(&self) -> Option<CutOff> {
        match self.source.ending()? {
            Ending::Whole => None,
            Ending::WithinFrame => Some(CutOff::WithinFrame),
            Ending::Damaged(error) => Some(CutOff::Compression(error)),
        }
    }
}
