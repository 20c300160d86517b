//! Text that somebody else wrote, bounded.

use std::sync::Arc;

/// More than an onion address with its port, the longest that Core writes.
pub(super) const LONGEST_ADDRESS: usize = 256;

/// Core sends and keeps at most 256 characters of a user agent; what we are
/// told is not trusted to follow that.
pub(super) const LONGEST_USER_AGENT: usize = 256;

/// Why something happened, in words.
pub(super) const LONGEST_REASON: usize = 256;

/// The text up to so many characters.
pub(super) fn shortened(text: &str, characters: usize) -> Arc<str> {
    match text.char_indices().nth(characters) {
        Some((end, _)) => text[..end].into(),
        None => text.into(),
    }
}
