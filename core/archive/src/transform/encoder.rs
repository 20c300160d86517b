//! The writer's side: events in, one block of columns out.

use crc32fast::Hasher;
use rustc_hash::FxHashMap;

use super::bytes::{BytesState, Shared, Strings, put_bytes};
use super::layouts::{Layouts, Target};
use super::limits::{MOST_DEPTH, MOST_EVENT_VALUES, MOST_PREFIX_BYTES, MOST_PREFIXES};
use super::numbers::{NumberState, put_numbers};
use super::shapes::{EVENT, NO_TYPE, Shapes};
use super::wire::{fixed32, fixed64, put_varint, take, varint};
use super::{PREFIX_COLUMN, RAW_COLUMN};

/// Fields 1 to 4 of an event say who published it: they are its prefix.
const LAST_PREFIX_FIELD: u64 = 4;
/// Short pieces are slow to sum up, so events are collected first.
const CHECK_BYTES: usize = 1 << 15;

/// What parsing finds, in the order in which it stands in the event.
#[derive(Clone, Copy)]
struct Token {
    /// A number; where bytes begin; or the shape of a message that begins here.
    value: u64,
    /// How many bytes there are.
    length: u32,
    /// At the first of a run: how many there are.
    count: u32,
}

#[derive(Default)]
struct Column {
    numbers: Vec<u64>,
    strings: Strings,
    number_state: NumberState,
    bytes_state: BytesState,
}

/// Takes the events of a frame apart, block by block.
pub(crate) struct Encoder {
    shapes: Shapes,
    layouts: Layouts,
    columns: Vec<Column>,
    shared: Shared,
    /// The prefixes, and the place that each has.
    prefixes: Vec<(Box<[u8]>, u32)>,
    prefix_numbers: FxHashMap<Box<[u8]>, u32>,
    last_prefix: u32,
    told_prefixes: usize,
    tokens: Vec<Token>,
    /// How many values the block has.
    values: usize,
    check: Hasher,
    unchecked: Vec<u8>,
    new_hashes: Vec<u8>,
    body: Vec<u8>,
}

impl Encoder {
    pub(crate) fn new() -> Encoder {
        Encoder {
            shapes: Shapes::new(),
            layouts: Layouts::new(),
            columns: Vec::new(),
            shared: Shared::default(),
            prefixes: Vec::new(),
            prefix_numbers: FxHashMap::default(),
            last_prefix: u32::MAX,
            told_prefixes: 0,
            tokens: Vec::new(),
            values: 0,
            check: Hasher::new(),
            unchecked: Vec::new(),
            new_hashes: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Should the frame end, because it has seen too many structures? Events
    /// that come nevertheless are not taken apart.
    pub(crate) fn is_full(&self) -> bool {
        self.shapes.is_full() || self.layouts.is_full() || self.prefixes.len() >= MOST_PREFIXES
    }

    /// Has the block as many values as one more event needs room for?
    pub(crate) fn is_block_full(&self) -> bool {
        self.values >= MOST_EVENT_VALUES
    }

    /// Takes any bytes as an event; what cannot be taken apart such that exactly
    /// these bytes come back is kept as it is.
    pub(crate) fn push(&mut self, event: &[u8]) {
        self.unchecked.extend_from_slice(event);
        if self.unchecked.len() >= CHECK_BYTES {
            self.check.update(&self.unchecked);
            self.unchecked.clear();
        }
        if self.take_apart(event).is_none() {
            self.add_columns();
            self.values += 2;
            self.columns[PREFIX_COLUMN as usize].numbers.push(0);
            self.columns[RAW_COLUMN as usize].strings.push(event);
        }
    }

    fn add_columns(&mut self) {
        let count = self.layouts.columns.len();
        if self.columns.len() < count {
            self.columns.resize_with(count, Column::default);
        }
    }

    /// Nothing has changed in the columns where the answer is `None`.
    fn take_apart(&mut self, event: &[u8]) -> Option<()> {
        if self.is_full() {
            return None;
        }
        let (prefix, start) = self.prefix(event)?;
        self.tokens.clear();
        parse(&mut self.shapes, EVENT, event, start, &mut self.tokens, 0)?;
        let (_, place) = self.prefixes[prefix as usize];
        self.reserve(place)?;
        self.add_columns();
        self.columns[PREFIX_COLUMN as usize]
            .numbers
            .push(u64::from(prefix) + 1);
        self.values += 1 + self.tokens.len();
        self.commit(place, event, &mut 0);
        Some(())
    }

    /// Sees to it that the values and the layouts of the tokens are within the
    /// limits. Nearly all events have so few that there is no need to count.
    fn reserve(&mut self, place: u32) -> Option<()> {
        if self.tokens.len() > MOST_EVENT_VALUES / 2 {
            let runs = self.tokens.iter().filter(|token| token.count > 1);
            if 1 + self.tokens.len() + runs.count() > MOST_EVENT_VALUES {
                return None;
            }
        }
        // A layout has no more fields than the message that it is for.
        if self.layouts.room() < self.tokens.len() {
            self.reserve_layouts(place, &mut 0)?;
        }
        Some(())
    }

    /// Makes the layouts of a message, or says that there are too many.
    fn reserve_layouts(&mut self, place: u32, at: &mut usize) -> Option<()> {
        let shape = self.tokens[*at].value as u32;
        *at += 1;
        let layout = self.layouts.layout_within(&self.shapes, place, shape)?;
        for slot in layout.from..layout.to {
            let slot = self.layouts.slots[slot as usize];
            for _ in 0..self.tokens[*at].count {
                match slot.target {
                    Target::Number(_) | Target::Bytes(_) => *at += 1,
                    Target::Message(place) => self.reserve_layouts(place, at)?,
                }
            }
        }
        Some(())
    }

    /// The number of the event's prefix, and where that ends.
    #[inline(always)]
    fn prefix(&mut self, event: &[u8]) -> Option<(u32, usize)> {
        if let Some((known, _)) = self.prefixes.get(self.last_prefix as usize) {
            // The same bytes, and no more of the prefix's fields behind them.
            let is_next = |byte: &u8| *byte < 0x80 && u64::from(*byte >> 3) > LAST_PREFIX_FIELD;
            if event.starts_with(known) && event.get(known.len()).is_none_or(is_next) {
                return Some((self.last_prefix, known.len()));
            }
        }
        self.other_prefix(event)
    }

    fn other_prefix(&mut self, event: &[u8]) -> Option<(u32, usize)> {
        let mut end = 0;
        while end < event.len() {
            let mut at = end;
            let key = varint(event, &mut at)?;
            if !(1..=LAST_PREFIX_FIELD).contains(&(key >> 3)) {
                break;
            }
            match key & 7 {
                0 => drop(varint(event, &mut at)?),
                1 => drop(fixed64(event, &mut at)?),
                2 => {
                    let length = varint(event, &mut at)?;
                    take(event, &mut at, usize::try_from(length).ok()?)?;
                }
                5 => drop(fixed32(event, &mut at)?),
                _ => return None,
            }
            if at > MOST_PREFIX_BYTES {
                return None;
            }
            end = at;
        }
        let prefix = &event[..end];
        let number = match self.prefix_numbers.get(prefix) {
            Some(number) => *number,
            None => {
                let number = self.prefixes.len() as u32;
                let place = self.layouts.event_place();
                self.prefixes.push((prefix.into(), place));
                self.prefix_numbers.insert(prefix.into(), number);
                number
            }
        };
        self.last_prefix = number;
        Some((number, end))
    }

    /// Puts the tokens of a message into their columns.
    fn commit(&mut self, place: u32, event: &[u8], at: &mut usize) {
        let shape = self.tokens[*at].value as u32;
        *at += 1;
        let layout = self.layouts.layout(&self.shapes, place, shape);
        self.add_columns();
        let column = self.layouts.column_of(place) as usize;
        self.columns[column].numbers.push(layout.number.into());
        let mut before = 0;
        for slot in layout.from..layout.to {
            let slot = self.layouts.slots[slot as usize];
            let mut count = 1;
            if slot.is_run {
                count = self.tokens[*at].count;
                self.values += 1;
                let column = slot.count_column as usize;
                self.columns[column].numbers.push(count.into());
            }
            for _ in 0..count {
                let token = self.tokens[*at];
                match slot.target {
                    Target::Number(column) => {
                        *at += 1;
                        let relative_to = if slot.is_relative { before } else { 0 };
                        before = token.value;
                        let value = token.value.wrapping_sub(relative_to);
                        self.columns[column as usize].numbers.push(value);
                    }
                    Target::Bytes(column) => {
                        *at += 1;
                        let from = token.value as usize;
                        let value = &event[from..from + token.length as usize];
                        self.columns[column as usize].strings.push(value);
                    }
                    Target::Message(place) => self.commit(place, event, at),
                }
            }
        }
    }

    /// Ends the block: its plain bytes are appended to `out`.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) {
        self.values = 0;
        let mut check = std::mem::take(&mut self.check);
        check.update(&self.unchecked);
        self.unchecked.clear();
        out.extend_from_slice(&check.finalize().to_le_bytes());
        put_varint(out, (self.prefixes.len() - self.told_prefixes) as u64);
        for (prefix, place) in &self.prefixes[self.told_prefixes..] {
            put_varint(out, self.layouts.column_of(*place).into());
            put_varint(out, prefix.len() as u64);
            out.extend_from_slice(prefix);
        }
        self.told_prefixes = self.prefixes.len();
        self.layouts.put_new(out);
        self.put_columns(out);
    }

    fn put_columns(&mut self, out: &mut Vec<u8>) {
        self.new_hashes.clear();
        self.body.clear();
        // The distance to the last column that has something, counted from -1.
        let mut before = 0;
        for (id, column) in self.columns.iter_mut().enumerate() {
            let is_bytes = self.layouts.columns[id];
            if column.numbers.is_empty() && column.strings.lengths.is_empty() {
                continue;
            }
            let id = id as u64 + 1;
            put_varint(out, (id - before) << 1 | u64::from(is_bytes));
            before = id;
            if is_bytes {
                put_bytes(
                    &mut self.body,
                    &mut self.new_hashes,
                    &column.strings,
                    &mut column.bytes_state,
                    &mut self.shared,
                );
                column.strings.clear();
            } else {
                put_numbers(
                    &mut self.body,
                    &column.numbers,
                    &mut column.number_state,
                    &mut self.shared.numbers,
                );
                column.numbers.clear();
            }
        }
        put_varint(out, 0);
        put_varint(out, self.new_hashes.len() as u64);
        out.extend_from_slice(&self.new_hashes);
        out.extend_from_slice(&self.body);
    }
}

/// The fields of a message, which ends where `message` does, as tokens; `None`
/// where something is not in its shortest form or not protobuf at all.
fn parse(
    shapes: &mut Shapes,
    type_id: u16,
    message: &[u8],
    mut at: usize,
    tokens: &mut Vec<Token>,
    depth: usize,
) -> Option<()> {
    if depth > MOST_DEPTH {
        return None;
    }
    let token = |value, length| Token {
        value,
        length,
        count: 1,
    };
    let start = tokens.len();
    tokens.push(token(0, 0));
    let (mut step, mut first_of_run) = (0, 0);
    while at < message.len() {
        let key = u32::try_from(varint(message, &mut at)?).ok()?;
        let (next, is_run) = shapes.step(type_id, step, key)?;
        step = next;
        if is_run {
            tokens[first_of_run].count += 1;
        } else {
            first_of_run = tokens.len();
        }
        match key & 7 {
            0 => tokens.push(token(varint(message, &mut at)?, 0)),
            1 => tokens.push(token(fixed64(message, &mut at)?, 0)),
            5 => tokens.push(token(fixed32(message, &mut at)?.into(), 0)),
            2 => {
                let length = varint(message, &mut at)?;
                let from = at;
                let length = usize::try_from(length).ok()?;
                take(message, &mut at, length)?;
                match shapes.child(type_id, key) {
                    NO_TYPE => tokens.push(token(from as u64, length as u32)),
                    child => parse(shapes, child, &message[..at], from, tokens, depth + 1)?,
                }
            }
            _ => return None,
        }
    }
    tokens[start].value = shapes.shape(type_id, step)?.into();
    Some(())
}
