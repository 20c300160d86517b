//! The reader's side: a block of columns in, its events out. Knows no schema.

use super::bytes::{BytesState, Most, Shared, Strings, get_bytes};
use super::limits::{MOST_COLUMNS, MOST_DEPTH, MOST_FIELDS, MOST_PREFIX_BYTES, MOST_PREFIXES};
use super::numbers::{NumberState, get_numbers};
use super::wire::{fixed32, piece, put_varint, take, varint, varint_bytes};
use super::{IS_MESSAGE, IS_RELATIVE, IS_RUN, Malformed, PREFIX_COLUMN, RAW_COLUMN};

const EARLY: Malformed = "the block ends too early";
const SHORT: Malformed = "a column has too few values";
const LONG: Malformed = "the events are longer than the block's head says";

/// The events of a block.
#[derive(Default)]
pub(crate) struct Events {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Events {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, number: usize) -> Option<&[u8]> {
        let end = *self.ends.get(number)? as usize;
        let start = match number {
            0 => 0,
            _ => self.ends[number - 1] as usize,
        };
        Some(&self.bytes[start..end])
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }
}

/// One field of a layout.
#[derive(Clone, Copy)]
struct Slot {
    key: u32,
    flags: u8,
    column: u32,
    count_column: u32,
}

#[derive(Default)]
struct Column {
    numbers: Vec<u64>,
    strings: Strings,
    /// How many values are used up, and bytes of these.
    at: usize,
    data_at: usize,
    number_state: NumberState,
    bytes_state: BytesState,
    /// Where messages whose layouts stand in this column have their slots.
    layouts: Vec<(u32, u32)>,
    /// How many bytes such a message's length took the last time: it must be
    /// written before the message, whose length is not known yet.
    length_bytes: usize,
}

impl Column {
    #[inline(always)]
    fn number(&mut self) -> Result<u64, Malformed> {
        let value = *self.numbers.get(self.at).ok_or(SHORT)?;
        self.at += 1;
        Ok(value)
    }

    #[inline(always)]
    fn string(&mut self) -> Result<&[u8], Malformed> {
        let length = *self.strings.lengths.get(self.at).ok_or(SHORT)? as usize;
        self.at += 1;
        take(&self.strings.data, &mut self.data_at, length).ok_or(SHORT)
    }

    fn is_used_up(&self) -> bool {
        self.at == self.numbers.len().max(self.strings.lengths.len())
    }
}

/// Puts the events of a frame together, block by block.
#[derive(Default)]
pub(crate) struct Decoder {
    columns: Vec<Column>,
    slots: Vec<Slot>,
    /// How many layouts there are in all columns.
    layouts: usize,
    /// Each with the column of its events' layouts.
    prefixes: Vec<(Box<[u8]>, u32)>,
    shared: Shared,
    /// The columns that the block has, and whether they hold bytes.
    present: Vec<(usize, bool)>,
}

impl Decoder {
    /// Reads a block of `count` events with `bytes` bytes, which the caller has
    /// checked against the limits. After an error there is no way to go on with
    /// the frame.
    pub(crate) fn block(
        &mut self,
        block: &[u8],
        count: usize,
        bytes: usize,
        events: &mut Events,
    ) -> Result<(), Malformed> {
        events.clear();
        let mut at = 0;
        let check = fixed32(block, &mut at).ok_or(EARLY)?;
        self.read_prefixes(block, &mut at)?;
        self.read_layouts(block, &mut at)?;
        self.read_columns(block, &mut at, count, bytes)?;
        events.bytes.reserve_exact(bytes + 10 * MOST_DEPTH);
        events.ends.reserve_exact(count);
        let out = &mut events.bytes;
        // While a message is put together, its length may take more bytes than it will need.
        let most = bytes + 10 * MOST_DEPTH;
        for _ in 0..count {
            self.put_event(out, most)?;
            if out.len() > bytes {
                return Err(LONG);
            }
            events.ends.push(out.len() as u32);
        }
        if out.len() != bytes
            || !self
                .present
                .iter()
                .all(|(id, _)| self.columns[*id].is_used_up())
        {
            return Err("the events are shorter than the block's head says");
        }
        match crc32fast::hash(out) == check {
            true => Ok(()),
            false => Err("the checksum of the events is wrong"),
        }
    }

    fn read_prefixes(&mut self, block: &[u8], at: &mut usize) -> Result<(), Malformed> {
        let new = varint(block, at).ok_or(EARLY)?;
        for _ in 0..new {
            let column = self.column(block, at)?;
            let prefix = piece(block, at).ok_or(EARLY)?;
            if self.prefixes.len() >= MOST_PREFIXES || prefix.len() > MOST_PREFIX_BYTES {
                return Err("too many prefixes");
            }
            self.prefixes.push((prefix.into(), column));
        }
        Ok(())
    }

    fn read_layouts(&mut self, block: &[u8], at: &mut usize) -> Result<(), Malformed> {
        let new = varint(block, at).ok_or(EARLY)?;
        for _ in 0..new {
            let column = self.column(block, at)?;
            self.check_layouts()?;
            let from = self.slots.len() as u32;
            let fields = varint(block, at).ok_or(EARLY)?;
            for _ in 0..fields {
                self.check_layouts()?;
                let slot = self.read_slot(block, at)?;
                self.slots.push(slot);
            }
            self.layouts += 1;
            let to = self.slots.len() as u32;
            self.columns[column as usize].layouts.push((from, to));
        }
        Ok(())
    }

    fn check_layouts(&self) -> Result<(), Malformed> {
        match self.slots.len() + self.layouts < MOST_FIELDS {
            true => Ok(()),
            false => Err("too many layouts"),
        }
    }

    fn read_slot(&mut self, block: &[u8], at: &mut usize) -> Result<Slot, Malformed> {
        let key = varint(block, at).ok_or(EARLY)?;
        let key = u32::try_from(key).map_err(|_| "no field has such a number")?;
        let place = varint(block, at).ok_or(EARLY)?;
        let column = self.checked_column(place >> 3)?;
        let flags = place & 7;
        let count_column = match flags & IS_RUN {
            0 => 0,
            _ => self.column(block, at)?,
        };
        if !matches!(key & 7, 0 | 1 | 2 | 5) || (flags & IS_MESSAGE != 0 && key & 7 != 2) {
            return Err("unknown wire type of a field");
        }
        Ok(Slot {
            key,
            flags: flags as u8,
            column,
            count_column,
        })
    }

    /// A column's number; the column is there afterwards.
    fn column(&mut self, block: &[u8], at: &mut usize) -> Result<u32, Malformed> {
        self.checked_column(varint(block, at).ok_or(EARLY)?)
    }

    fn checked_column(&mut self, number: u64) -> Result<u32, Malformed> {
        if number >= MOST_COLUMNS as u64 {
            return Err("too many columns");
        }
        if self.columns.len() <= number as usize {
            self.columns
                .resize_with(number as usize + 1, Column::default);
        }
        Ok(number as u32)
    }

    fn read_columns(
        &mut self,
        block: &[u8],
        at: &mut usize,
        count: usize,
        bytes: usize,
    ) -> Result<(), Malformed> {
        for (id, _) in self.present.drain(..) {
            let column = &mut self.columns[id];
            column.numbers.clear();
            column.strings.clear();
            (column.at, column.data_at) = (0, 0);
        }
        let mut next = 0u64;
        loop {
            let step = varint(block, at).ok_or(EARLY)?;
            if step == 0 {
                break;
            }
            next = next.saturating_add(step >> 1);
            let id = next.checked_sub(1).ok_or("a column comes twice")?;
            let id = self.checked_column(id)? as usize;
            if self.present.last().is_some_and(|(last, _)| *last >= id) {
                return Err("a column comes twice");
            }
            self.present.push((id, step & 1 == 1));
        }
        let mut new_hashes = piece(block, at).ok_or(EARLY)?;
        // Every value stands for at least one byte of an event, except for two
        // for each event: its prefix and its layout.
        let mut most = Most {
            values: 2 * count + bytes,
            bytes,
        };
        for &(id, is_bytes) in &self.present {
            let column = &mut self.columns[id];
            if is_bytes {
                let Column {
                    strings,
                    bytes_state,
                    ..
                } = column;
                get_bytes(
                    block,
                    at,
                    &mut new_hashes,
                    strings,
                    bytes_state,
                    &mut self.shared,
                    most,
                )?;
                most.values -= strings.lengths.len().min(most.values);
                most.bytes = most.bytes.checked_sub(strings.data.len()).ok_or(LONG)?;
            } else {
                let Column {
                    numbers,
                    number_state,
                    ..
                } = column;
                get_numbers(
                    block,
                    at,
                    numbers,
                    number_state,
                    &mut self.shared.numbers,
                    most.values,
                )?;
                most.values -= numbers.len();
            }
        }
        match *at == block.len() && new_hashes.is_empty() {
            true => Ok(()),
            false => Err("the block has bytes left over"),
        }
    }

    #[inline]
    fn put_event(&mut self, out: &mut Vec<u8>, most: usize) -> Result<(), Malformed> {
        let prefix = self
            .columns
            .get_mut(PREFIX_COLUMN as usize)
            .ok_or(SHORT)?
            .number()?;
        let Some(prefix) = prefix.checked_sub(1) else {
            let raw = self
                .columns
                .get_mut(RAW_COLUMN as usize)
                .ok_or(SHORT)?
                .string()?;
            out.extend_from_slice(raw);
            return Ok(());
        };
        let prefix = usize::try_from(prefix)
            .ok()
            .and_then(|prefix| self.prefixes.get(prefix));
        let (prefix, column) = prefix.ok_or("there is no such prefix")?;
        out.extend_from_slice(prefix);
        put_message(&mut self.columns, &self.slots, *column, out, most, 0)
    }
}

/// Appends the fields of a message whose layout stands in `column`.
fn put_message(
    columns: &mut [Column],
    slots: &[Slot],
    column: u32,
    out: &mut Vec<u8>,
    most: usize,
    depth: usize,
) -> Result<(), Malformed> {
    if depth > MOST_DEPTH {
        return Err("too many messages in each other");
    }
    let places = &mut columns[column as usize];
    let layout = places.number()? as usize;
    let (from, to) = *places
        .layouts
        .get(layout)
        .ok_or("there is no such layout")?;
    let mut before = 0;
    for slot in &slots[from as usize..to as usize] {
        let flags = u64::from(slot.flags);
        let count = match flags & IS_RUN {
            0 => 1,
            _ => columns[slot.count_column as usize].number()?,
        };
        if count == 0 {
            return Err("a run has no values");
        }
        for _ in 0..count {
            put_varint(out, slot.key.into());
            let column = &mut columns[slot.column as usize];
            if flags & IS_MESSAGE != 0 {
                put_child(columns, slots, slot.column, out, most, depth)?;
            } else if slot.key & 7 == 2 {
                let value = column.string()?;
                put_varint(out, value.len() as u64);
                out.extend_from_slice(value);
            } else {
                let relative_to = if flags & IS_RELATIVE != 0 { before } else { 0 };
                let value = column.number()?.wrapping_add(relative_to);
                before = value;
                match slot.key & 7 {
                    0 => put_varint(out, value),
                    1 => out.extend_from_slice(&value.to_le_bytes()),
                    _ => out.extend_from_slice(&(value as u32).to_le_bytes()),
                }
            }
            if out.len() > most {
                return Err(LONG);
            }
        }
    }
    Ok(())
}

/// Appends a message with its length before it.
fn put_child(
    columns: &mut [Column],
    slots: &[Slot],
    column: u32,
    out: &mut Vec<u8>,
    most: usize,
    depth: usize,
) -> Result<(), Malformed> {
    let guess = columns[column as usize].length_bytes.max(1);
    let start = out.len();
    out.resize(start + guess, 0);
    put_message(columns, slots, column, out, most, depth + 1)?;
    let length = out.len() - start - guess;
    let needed = varint_bytes(length as u64);
    if needed != guess {
        columns[column as usize].length_bytes = needed;
        if needed > guess {
            out.resize(start + needed + length, 0);
        }
        out.copy_within(start + guess..start + guess + length, start + needed);
        out.truncate(start + needed + length);
    }
    let mut rest = length;
    for byte in &mut out[start..start + needed - 1] {
        *byte = rest as u8 | 0x80;
        rest >>= 7;
    }
    out[start + needed - 1] = rest as u8;
    Ok(())
}
