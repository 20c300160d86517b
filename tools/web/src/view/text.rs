//! Text that somebody else wrote, bounded.

use std::sync::Arc;

/// More than an onion address with its port, the longest that Core writes.
pub(super) const LONGEST_ADDRESS: usize = 256;

/// The text up to so many characters.
pub(super) fn shortened(text: &str, characters: usize) -> Arc<str> {
    match text.char_indices().nth(characters) {
        Some((end, _)) => text[..end].into(),
        None => text.into(),
    }
}
