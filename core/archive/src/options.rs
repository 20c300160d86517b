//! How an archive is written, and why that can fail.

use std::io;

use crate::record::MOST_MESSAGE_BYTES;
use crate::transform::limits::MOST_EVENT_BYTES;

/// How an archive is written.
#[derive(Clone, Debug)]
pub struct Options {
    /// zstd's level, 1 to 22. From 4 on there is hardly anything to gain.
    pub level: i32,
    /// How far back zstd looks, as a power of two: 10 to 24. The reader needs
    /// that much memory.
    pub window_log: u32,
    /// A block ends at the latest with so many event bytes; at most 16 MiB.
    pub block_bytes: usize,
    /// A frame ends with so many event bytes. What is damaged is at most lost
    /// with its frame, and what is looked for is read with its frame.
    pub frame_bytes: u64,
    /// A frame ends after so long, in nanoseconds of the bus.
    pub frame_span_ns: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            level: 3,
            window_log: 23,
            block_bytes: 2 << 20,
            frame_bytes: 64 << 20,
            frame_span_ns: 900_000_000_000,
        }
    }
}

/// Why something could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file has an unfinished record at its end now. A file can be cut to
    /// [`crate::ArchiveWriter::bytes`]; the writer takes nothing more.
    #[error("the archive cannot be written: {0}")]
    Io(#[from] io::Error),
    /// The event is left out.
    #[error(
        "an event has {bytes} bytes, more than the {MOST_EVENT_BYTES} that an archive can hold"
    )]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// The header is not written.
    #[error("the archive's header has {bytes} bytes, at most {MOST_MESSAGE_BYTES} are possible")]
    HeaderTooLong {
        /// Its length.
        bytes: usize,
    },
    /// The event or frame is left out. The archive can be finished.
    #[error("the archive has as many frames as its index can list: begin another file")]
    Full,
    /// Options that zstd does not take, or not enough memory.
    #[error("the archive cannot be compressed: {0}")]
    Compression(&'static str),
    /// After [`WriteError::Io`] or [`WriteError::Compression`].
    #[error("the archive takes no more events since writing to it has failed")]
    Failed,
}
