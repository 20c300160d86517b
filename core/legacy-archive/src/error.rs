//! Why a file cannot be read, and why a record cannot.

use std::io;

use crate::records::MOST_RECORD_BYTES;

/// Why a file cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum LegacyError {
    /// The system refuses it.
    #[error("the archive cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It begins like no archive of the existing system.
    #[error("this is no archive of the existing peer-observer, or its beginning is missing")]
    NotAnArchive,
    /// zstd cannot work, which is for want of memory.
    #[error("the archive cannot be decompressed: {0}")]
    Zstd(&'static str),
}

/// Why a record is no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It was passed over unread.
    #[error("it has more than {MOST_RECORD_BYTES} bytes")]
    TooLong,
    /// A field ends behind the end of its message.
    #[error("a field is longer than the message it stands in")]
    Truncated,
    /// A varint of more than 64 bits.
    #[error("a number has more than 64 bits")]
    Number,
    /// A field has a type on the wire that it has in no version of the schema.
    #[error("a field has another type than in any version of the schema")]
    FieldType,
    /// Every version of the schema requires it.
    #[error("it has no timestamp")]
    NoTimestamp,
    /// A text with bytes that are no UTF-8.
    #[error("a text is not UTF-8")]
    Text,
    /// Hashes have 32 bytes, as text 64 hex digits.
    #[error("a hash has not 32 bytes")]
    Hash,
    /// They have 6 bytes.
    #[error("a short transaction id has not 6 bytes")]
    ShortId,
    /// The address does not follow the form of its network.
    #[error("an address has not the form of its network")]
    Address,
    /// Its lists would take more memory than an event may have.
    #[error("its lists are too long")]
    TooMuch,
}
