//! What the reader has been told of a frame's messages: prefixes and layouts.

use super::emit::SHORT_BYTES;
use super::limits::{
    MOST_COLUMNS, MOST_FIELDS, MOST_LAYOUT_FIELDS, MOST_PREFIX_BYTES, MOST_PREFIXES,
};
use super::wire::{piece, varint};
use super::{FIRST_COLUMNS, IS_MESSAGE, IS_RELATIVE, IS_RUN, Malformed};

const EARLY: Malformed = "the block's layouts end too early";

/// What a field's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Varint,
    Fixed64,
    Fixed32,
    Bytes,
    Message,
}

/// One field of a layout.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) key: u32,
    pub(super) value: Value,
    /// The number before it in the message has to be added.
    pub(super) is_relative: bool,
    /// Where its values stand; of messages: their layouts.
    pub(super) column: u32,
    /// Of a run: where its lengths stand.
    pub(super) count_column: Option<u32>,
}

/// The bytes that an event begins with.
pub(super) struct Prefix {
    /// With zeros behind them, so that as many can be copied as is fast.
    pub(super) bytes: Box<[u8]>,
    pub(super) length: usize,
    /// Where the layouts of the events' other fields stand.
    pub(super) column: u32,
}

/// All prefixes and layouts of a frame.
pub(super) struct Structure {
    pub(super) prefixes: Vec<Prefix>,
    slots: Vec<Slot>,
    /// Where the slots of each layout begin and end.
    layouts: Vec<(u32, u32)>,
    /// By column: the layouts that messages with this column can have.
    columns: Vec<Vec<u32>>,
}

impl Default for Structure {
    fn default() -> Structure {
        Structure {
            prefixes: Vec::new(),
            slots: Vec::new(),
            layouts: Vec::new(),
            columns: vec![Vec::new(); FIRST_COLUMNS],
        }
    }
}

impl Structure {
    /// How many layouts there are.
    pub(super) fn layouts(&self) -> usize {
        self.layouts.len()
    }

    pub(super) fn slots(&self, layout: u32) -> &[Slot] {
        let (from, to) = self.layouts[layout as usize];
        &self.slots[from as usize..to as usize]
    }

    /// How many columns there are.
    pub(super) fn columns(&self) -> usize {
        self.columns.len()
    }

    /// The layouts that a message of this place can have, in their order; none
    /// where the column has other values.
    pub(super) fn layouts_of(&self, column: u32) -> &[u32] {
        self.columns.get(column as usize).map_or(&[], |of| of)
    }

    /// Reads what a block has of new prefixes and layouts.
    pub(super) fn read(&mut self, block: &[u8], at: &mut usize) -> Result<(), Malformed> {
        for _ in 0..varint(block, at).ok_or(EARLY)? {
            let column = self.column(varint(block, at).ok_or(EARLY)?)?;
            let bytes = piece(block, at).ok_or(EARLY)?;
            if self.prefixes.len() >= MOST_PREFIXES || bytes.len() > MOST_PREFIX_BYTES {
                return Err("too many prefixes, or one that is too long");
            }
            let length = bytes.len();
            let mut bytes = bytes.to_vec();
            bytes.resize(length.next_multiple_of(SHORT_BYTES), 0);
            self.prefixes.push(Prefix {
                bytes: bytes.into(),
                length,
                column,
            });
        }
        for _ in 0..varint(block, at).ok_or(EARLY)? {
            let column = self.column(varint(block, at).ok_or(EARLY)?)?;
            let fields = varint(block, at).ok_or(EARLY)?;
            let most = MOST_FIELDS.saturating_sub(self.slots.len() + self.layouts.len() + 1);
            if fields > most.min(MOST_LAYOUT_FIELDS) as u64 {
                return Err("too many layouts, or one that is too long");
            }
            let from = self.slots.len();
            for _ in 0..fields {
                let slot = self.read_slot(block, at, from)?;
                self.slots.push(slot);
            }
            let layout = self.layouts.len() as u32;
            self.layouts.push((from as u32, self.slots.len() as u32));
            self.columns[column as usize].push(layout);
        }
        Ok(())
    }

    /// Reads a field of the layout whose slots begin with `first`.
    fn read_slot(&mut self, block: &[u8], at: &mut usize, first: usize) -> Result<Slot, Malformed> {
        let key = varint(block, at).ok_or(EARLY)?;
        let key = u32::try_from(key).map_err(|_| "no field has such a number")?;
        let target = varint(block, at).ok_or(EARLY)?;
        let (column, flags) = (self.column(target >> 3)?, target & 7);
        let count_column = match flags & IS_RUN {
            0 => None,
            _ => Some(self.column(varint(block, at).ok_or(EARLY)?)?),
        };
        let value = match (key & 7, flags & IS_MESSAGE != 0) {
            (0, false) => Value::Varint,
            (1, false) => Value::Fixed64,
            (5, false) => Value::Fixed32,
            (2, false) => Value::Bytes,
            (2, true) => Value::Message,
            _ => return Err("unknown wire type of a field"),
        };
        let slot = Slot {
            key,
            value,
            is_relative: flags & IS_RELATIVE != 0,
            column,
            count_column,
        };
        let is_number = |slot: &Slot| {
            slot.count_column.is_none() && !matches!(slot.value, Value::Bytes | Value::Message)
        };
        let before = self.slots[first..].last();
        if slot.is_relative && !(is_number(&slot) && before.is_some_and(is_number)) {
            return Err("a field is relative to what is no number");
        }
        Ok(slot)
    }

    /// A column's number; there are at least as many columns afterwards.
    pub(super) fn column(&mut self, number: u64) -> Result<u32, Malformed> {
        if number >= MOST_COLUMNS as u64 {
            return Err("too many columns");
        }
        if self.columns.len() <= number as usize {
            self.columns.resize_with(number as usize + 1, Vec::new);
        }
        Ok(number as u32)
    }
}
