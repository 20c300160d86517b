//! Limits of a frame and of a block. The writer keeps them, the reader takes
//! what exceeds them for damage, so that no file makes it ask for much memory.

/// The longest event, in bytes.
pub(crate) const MOST_EVENT_BYTES: usize = 32 << 20;
/// What [`crate::Options::block_bytes`] can be at most.
pub(crate) const MOST_BLOCK_BYTES: usize = 16 << 20;
/// The most event bytes in a block: a full one, and an event.
pub(crate) const MOST_BLOCK_EVENT_BYTES: usize = MOST_BLOCK_BYTES + MOST_EVENT_BYTES;
/// The most bytes of a block before compression. Numbers can take twice as much
/// room as in the events, in the worst case.
pub(crate) const MOST_PLAIN_BYTES: usize = 128 << 20;
/// The most bytes of a payload in the file: what zstd cannot compress becomes a little longer.
pub(crate) const MOST_STORED_BYTES: usize = MOST_PLAIN_BYTES + MOST_PLAIN_BYTES / 64;
/// The most events in a block.
pub(crate) const MOST_BLOCK_EVENTS: usize = 1 << 22;
/// The most columns of a frame.
pub(super) const MOST_COLUMNS: usize = 1 << 14;
/// The most layouts of a frame and fields of these, together.
pub(super) const MOST_FIELDS: usize = 1 << 20;
/// The most prefixes of a frame, and bytes of one.
pub(super) const MOST_PREFIXES: usize = 256;
pub(super) const MOST_PREFIX_BYTES: usize = 256;
/// The most messages in each other.
pub(super) const MOST_DEPTH: usize = 16;
/// The most words of a column, of a frame, and bytes of one.
pub(super) const MOST_WORDS: usize = 4096;
pub(super) const MOST_FRAME_WORDS: usize = 1 << 18;
pub(super) const MOST_WORD_BYTES: usize = 96;
/// How many numbers and hashes a frame remembers.
pub(super) const NUMBER_RING: usize = 1 << 16;
pub(super) const HASH_RING: usize = 1 << 17;
