//! The words of a frame as the reader keeps them: ready to be put into events.

use super::Malformed;
use super::emit::SHORT_BYTES;
use super::limits::{MOST_FRAME_WORDS, MOST_WORD_BYTES};

/// All words of a frame, each with its length before it.
#[derive(Default)]
pub(super) struct Words {
    bytes: Vec<u8>,
    count: usize,
}

impl Words {
    /// Adds a word; says where it stands.
    pub(super) fn add(&mut self, word: &[u8]) -> Result<u32, Malformed> {
        if word.len() > MOST_WORD_BYTES || self.count >= MOST_FRAME_WORDS {
            return Err("too many words, or one that is too long");
        }
        self.count += 1;
        let start = self.bytes.len();
        self.bytes.push(word.len() as u8);
        self.bytes.extend_from_slice(word);
        self.bytes
            .resize(self.bytes.len().next_multiple_of(SHORT_BYTES), 0);
        Ok(start as u32)
    }

    /// The word at this place, with its length before it, and as much behind it
    /// as fills the last step.
    #[inline(always)]
    pub(super) fn get(&self, start: u64) -> Option<(&[u8], usize)> {
        let bytes = self.bytes.get(usize::try_from(start).ok()?..)?;
        let length = 1 + usize::from(*bytes.first()?);
        Some((bytes, length))
    }
}
