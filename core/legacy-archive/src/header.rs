//! What a file says of itself.

use crate::wire::{Fields, Value, length};

/// The prefix of the first version of their format, and nothing before it.
pub(crate) const PREFIX: &[u8; 3] = b"PA\x01";
/// Magic, version, commit and 9 reserved bytes.
pub(crate) const PREFIX_BYTES: usize = 16;

/// Theirs has at most 13 bytes; some room for fields to come.
pub(crate) const MOST_HEADER_BYTES: u64 = 64;

/// What the file says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LegacyHeader {
    /// When the file was begun, in seconds since the epoch; absent in the first
    /// version of the format, and where the file ends before.
    pub created_seconds: Option<u64>,
    /// Recorded without raw transactions. Absent in files older than that setting,
    /// which hold everything.
    pub low_data: Option<bool>,
    /// The file has the prefix that their archiver wrote until May 2026.
    pub prefix: Option<LegacyPrefix>,
}

/// The 16 bytes at the beginning of files that their archiver wrote until May 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegacyPrefix {
    /// Version of their format; there is only 1.
    pub version: u8,
    /// First bytes of the git commit of the program that wrote the file.
    pub commit: [u8; 4],
}

impl LegacyPrefix {
    pub(crate) fn read(plain: &[u8]) -> Option<LegacyPrefix> {
        let bytes: &[u8; PREFIX_BYTES] = plain.first_chunk()?;
        bytes.starts_with(PREFIX).then_some(LegacyPrefix {
            version: bytes[2],
            commit: [bytes[3], bytes[4], bytes[5], bytes[6]],
        })
    }
}

impl LegacyHeader {
    /// Reads the header record at the beginning of `plain` into `self`, if there
    /// is a whole one; gives the bytes that it takes.
    ///
    /// Of all messages in such a file it is the only one in which field 1 is a number.
    pub(crate) fn read(&mut self, plain: &[u8]) -> Option<usize> {
        let (bytes, length_bytes) = length(plain).ok()??;
        let bytes = Some(bytes).filter(|bytes| *bytes <= MOST_HEADER_BYTES)? as usize;
        let mut fields = Fields(plain[length_bytes..].get(..bytes)?);
        let (mut created_seconds, mut low_data) = (None, None);
        while let Some((number, value)) = fields.next().ok()? {
            match (number, value) {
                (1, Value::Number(seconds)) => created_seconds = Some(seconds),
                (2, Value::Number(flag)) => low_data = Some(flag != 0),
                (1 | 2, _) => return None,
                _ => {}
            }
        }
        created_seconds?;
        (self.created_seconds, self.low_data) = (created_seconds, low_data);
        Some(length_bytes + bytes)
    }
}
