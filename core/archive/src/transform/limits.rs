//! Limits of a frame and of a block. The writer keeps them, the reader takes
//! what exceeds them for damage: no file makes it ask for more than 256 MB.

/// The longest event, in bytes.
pub(crate) const MOST_EVENT_BYTES: usize = 32 << 20;
/// What [`crate::Options::block_bytes`] can be at most.
pub(crate) const MOST_BLOCK_BYTES: usize = 16 << 20;
/// The most event bytes in a block. An event that would exceed it begins another block.
pub(crate) const MOST_BLOCK_EVENT_BYTES: usize = MOST_EVENT_BYTES;
/// The most events in a block.
pub(crate) const MOST_BLOCK_EVENTS: usize = 1 << 19;
/// The most values that all columns of a block have together.
pub(crate) const MOST_BLOCK_VALUES: usize = 1 << 21;
/// An event that would have more values is kept as it is; a block that has as
/// many is full. So one more event always has room.
pub(crate) const MOST_EVENT_VALUES: usize = MOST_BLOCK_VALUES / 2;
/// The most bytes of a block before compression: all event bytes, and for each
/// value 8 bytes where the event had one.
pub(crate) const MOST_PLAIN_BYTES: usize = 48 << 20;
/// The most bytes of a block in the file: what zstd cannot compress becomes a little longer.
pub(crate) const MOST_STORED_BYTES: usize = MOST_PLAIN_BYTES + MOST_PLAIN_BYTES / 64;
/// How far back zstd looks, as a power of two: 16 MiB.
pub(crate) const MOST_WINDOW_LOG: u32 = 24;

/// The most columns of a frame.
pub(super) const MOST_COLUMNS: usize = 1 << 14;
/// The most layouts of a frame and fields of these, together.
pub(super) const MOST_FIELDS: usize = 1 << 17;
/// The most fields of one layout, a run being one.
pub(super) const MOST_LAYOUT_FIELDS: usize = 256;
/// The most prefixes of a frame, and bytes of one.
pub(super) const MOST_PREFIXES: usize = 256;
pub(super) const MOST_PREFIX_BYTES: usize = 256;
/// The most messages in each other.
pub(super) const MOST_DEPTH: usize = 16;
/// The most words of a column, of a frame, and bytes of one.
pub(super) const MOST_WORDS: usize = 4096;
pub(super) const MOST_FRAME_WORDS: usize = 1 << 17;
pub(super) const MOST_WORD_BYTES: usize = 95;
/// How many numbers and hashes a frame remembers.
pub(super) const NUMBER_RING: usize = 1 << 16;
pub(super) const HASH_RING: usize = 1 << 17;
