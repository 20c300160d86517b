//! The values of a block's columns as the reader has them, and which come next.

use super::Malformed;
use super::limits::MOST_BLOCK_VALUES;

/// What a column has in a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    /// Nothing.
    #[default]
    Absent,
    Numbers,
    /// Numbers that say which program puts a message together.
    Programs,
    /// Byte strings: the numbers are their lengths, the bytes stand in the block.
    Plain,
    /// Words: the numbers say where they stand among the frame's words.
    Words,
    /// Hashes that stand in the block.
    Hashes,
    /// Hashes that stand in [`Values::copies`].
    CopiedHashes,
}

/// Where a column's values are.
#[derive(Clone, Copy, Default)]
pub(super) struct Cursor {
    /// The next one among [`Values::numbers`], and where they end.
    pub(super) next: u32,
    pub(super) end: u32,
    /// Where the next one's bytes are, for byte strings.
    pub(super) data: u32,
    /// 0 where all numbers are the same: only one stands there.
    pub(super) step: u8,
    pub(super) form: Form,
}

impl Cursor {
    /// The next number.
    #[inline(always)]
    pub(super) fn number(&mut self, numbers: &[u64]) -> Option<u64> {
        let number = *numbers.get(self.next as usize)?;
        self.next += u32::from(self.step);
        Some(number)
    }

    /// Where the next byte string of this length is.
    #[inline(always)]
    pub(super) fn data(&mut self, length: usize) -> usize {
        let data = self.data;
        self.data = data.wrapping_add(length as u32);
        data as usize
    }
}

/// The values of all columns of a block.
#[derive(Default)]
pub(super) struct Values {
    /// Longer than it has to be: only `used` of them are this block's.
    numbers: Vec<u64>,
    used: usize,
    /// How many values the block may still have.
    left: usize,
    /// Columns of hashes some of which were seen before, and how many bytes they
    /// have at most.
    pub(super) copies: Vec<u8>,
    most_copies: usize,
    /// By column.
    pub(super) cursors: Vec<Cursor>,
}

impl Values {
    /// Begins another block, in a frame that has so many columns; its events
    /// have so many bytes.
    pub(super) fn begin(&mut self, columns: usize, bytes: usize) {
        self.used = 0;
        self.left = MOST_BLOCK_VALUES;
        self.copies.clear();
        self.most_copies = bytes;
        self.cursors.clear();
        self.cursors.resize(columns, Cursor::default());
    }

    /// Counts the values of a column: what a few bytes say must not fill the memory.
    pub(super) fn count(&mut self, values: u64) -> Result<usize, Malformed> {
        let count = usize::try_from(values).unwrap_or(usize::MAX);
        match self.left.checked_sub(count) {
            Some(left) => {
                self.left = left;
                Ok(count)
            }
            None => Err("a block has too many values"),
        }
    }

    /// Room for the numbers of a column, after [`Values::count`].
    pub(super) fn room(&mut self, count: usize) -> &mut [u64] {
        let from = self.used;
        self.used += count;
        if self.numbers.len() < self.used {
            let room = (2 * self.used).min(MOST_BLOCK_VALUES);
            self.numbers.reserve_exact(room - self.numbers.len());
            self.numbers.resize(self.used, 0);
        }
        &mut self.numbers[from..self.used]
    }

    /// Sees to it that so many hashes can be put behind the copies.
    pub(super) fn reserve_copies(&mut self, hashes: usize) -> Result<(), Malformed> {
        if self.copies.len() + hashes * 32 > self.most_copies {
            return Err("a block has more hashes than its events can have");
        }
        // For all columns at once: moving them each time could take long.
        self.copies
            .reserve_exact(self.most_copies - self.copies.len());
        Ok(())
    }

    /// Where the last `count` numbers stand. Of numbers that are all the same
    /// only the first one is kept.
    pub(super) fn cursor(&mut self, count: usize, form: Form) -> Cursor {
        let from = self.used - count;
        let numbers = &self.numbers[from..self.used];
        let is_constant = numbers.iter().all(|number| *number == numbers[0]);
        if is_constant && count > 0 {
            self.used = from + 1;
        }
        Cursor {
            next: from as u32,
            end: self.used as u32,
            data: 0,
            step: u8::from(!is_constant),
            form,
        }
    }

    pub(super) fn numbers(&self) -> &[u64] {
        &self.numbers[..self.used]
    }

    pub(super) fn numbers_of(&mut self, cursor: Cursor) -> &mut [u64] {
        &mut self.numbers[cursor.next as usize..cursor.end as usize]
    }

    pub(super) fn set(&mut self, place: usize, number: u64) {
        self.numbers[place] = number;
    }

    /// The number that all of the column are.
    pub(super) fn constant(&self, column: u32) -> Option<u64> {
        let cursor = self.cursors.get(column as usize)?;
        let is_constant = cursor.step == 0 && cursor.form != Form::Absent;
        let number = self.numbers().get(cursor.next as usize)?;
        is_constant.then_some(*number)
    }
}
