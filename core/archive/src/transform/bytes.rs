//! A column of byte strings and texts as bytes: hashes, words, or as they are.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::Malformed;
use super::limits::{MOST_FRAME_WORDS, MOST_WORD_BYTES, MOST_WORDS};
use super::numbers::{NumberState, get_numbers, put_numbers};
use super::rings::{Hash, HashRing, NumberRing};
use super::values::{Cursor, Form, Values};
use super::wire::{piece, put_varint, take, unzigzag, varint, zigzag};
use super::words::Words;

const PLAIN: u8 = 0;
const WORDS: u8 = 1;
const HASHES: u8 = 2;

/// What all columns of a frame share on the writer's side.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) numbers: NumberRing,
    pub(super) hashes: HashRing,
    /// How many words all columns have together.
    words: usize,
}

/// What the writer remembers of a column of bytes from block to block of a frame.
#[derive(Default)]
pub(super) struct BytesState {
    lengths: NumberState,
    codes: NumberState,
    words: Vec<Box<[u8]>>,
    places: FxHashMap<Box<[u8]>, u32>,
}

/// The values of a column in a block.
#[derive(Default)]
pub(super) struct Strings {
    pub(super) lengths: Vec<u64>,
    pub(super) data: Vec<u8>,
}

impl Strings {
    #[inline(always)]
    pub(super) fn push(&mut self, value: &[u8]) {
        self.lengths.push(value.len() as u64);
        self.data.extend_from_slice(value);
    }

    pub(super) fn clear(&mut self) {
        self.lengths.clear();
        self.data.clear();
    }
}

/// Writes a column that is not empty. Hashes that are new go to `new_hashes`.
pub(super) fn put_bytes(
    out: &mut Vec<u8>,
    new_hashes: &mut Vec<u8>,
    column: &Strings,
    state: &mut BytesState,
    shared: &mut Shared,
) {
    if column.lengths.iter().all(|length| *length == 32) {
        put_hashes(out, new_hashes, &column.data, &mut shared.hashes);
        return;
    }
    let before = state.words.len();
    if let Some(codes) = state.codes_of(column, MOST_FRAME_WORDS - shared.words) {
        shared.words += state.words.len() - before;
        out.push(WORDS);
        put_varint(out, (state.words.len() - before) as u64);
        for word in &state.words[before..] {
            put_varint(out, word.len() as u64);
            out.extend_from_slice(word);
        }
        put_numbers(out, &codes, &mut state.codes, &mut shared.numbers);
        return;
    }
    for word in state.words.drain(before..) {
        state.places.remove(&word);
    }
    out.push(PLAIN);
    put_numbers(
        out,
        &column.lengths,
        &mut state.lengths,
        &mut shared.numbers,
    );
    out.extend_from_slice(&column.data);
}

impl BytesState {
    /// The number of each value's word, where there are few different ones. New
    /// words are added, and have to be taken back where the answer is `None`.
    fn codes_of(&mut self, column: &Strings, most_new: usize) -> Option<Vec<u64>> {
        if column.data.len() > MOST_WORD_BYTES * column.lengths.len() {
            return None;
        }
        let before = self.words.len();
        let mut codes = Vec::with_capacity(column.lengths.len());
        let mut at = 0;
        for length in &column.lengths {
            let word = take(&column.data, &mut at, *length as usize)?;
            if let Some(place) = self.places.get(word) {
                codes.push(u64::from(*place));
                continue;
            }
            let new = self.words.len() - before;
            let are_many = new * 3 > codes.len() + 24;
            if are_many
                || new >= most_new
                || word.len() > MOST_WORD_BYTES
                || self.words.len() >= MOST_WORDS
            {
                return None;
            }
            let place = self.words.len() as u32;
            codes.push(u64::from(place));
            self.places.insert(word.into(), place);
            self.words.push(word.into());
        }
        Some(codes)
    }
}

fn put_hashes(out: &mut Vec<u8>, new_hashes: &mut Vec<u8>, data: &[u8], ring: &mut HashRing) {
    let (hashes, _) = data.as_chunks::<32>();
    let mut codes = Vec::with_capacity(hashes.len());
    let mut expected = 0;
    for hash in hashes {
        match ring.find(hash) {
            Some(place) => {
                let place = u64::from(place);
                put_varint(&mut codes, 1 + zigzag(place.wrapping_sub(expected)));
                expected = place + 1;
            }
            None => {
                codes.push(0);
                new_hashes.extend_from_slice(hash);
                ring.add_and_index(hash);
            }
        }
    }
    out.push(HASHES);
    put_varint(out, hashes.len() as u64);
    // That all are new is common in floods.
    if codes.iter().all(|code| *code == 0) {
        codes.clear();
    }
    put_varint(out, codes.len() as u64);
    out.extend_from_slice(&codes);
}

const EARLY: Malformed = "a column of bytes ends too early";

/// What the reader remembers of a column of bytes from block to block of a frame.
#[derive(Default)]
pub(super) struct ReadState {
    lengths: NumberState,
    codes: NumberState,
    /// Where the column's words stand among those of the frame.
    words: Vec<u32>,
}

/// What the reader remembers of all columns of a frame.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) numbers: NumberRing,
    pub(super) hashes: HashRing,
    pub(super) words: Words,
}

/// Reads a column. `new_hashes` is the part of the block with new hashes that
/// is left.
pub(super) fn get_bytes(
    block: &[u8],
    at: &mut usize,
    new_hashes: &mut Range<usize>,
    state: &mut ReadState,
    memory: &mut Memory,
    values: &mut Values,
) -> Result<Cursor, Malformed> {
    let form = *block.get(*at).ok_or(EARLY)?;
    *at += 1;
    match form {
        HASHES => get_hashes(block, at, new_hashes, &mut memory.hashes, values),
        WORDS => {
            let new = varint(block, at).ok_or(EARLY)?;
            for _ in 0..new {
                let word = piece(block, at).ok_or(EARLY)?;
                if state.words.len() >= MOST_WORDS {
                    return Err("a column has too many words");
                }
                state.words.push(memory.words.add(word)?);
            }
            let (codes, numbers) = (&mut state.codes, &mut memory.numbers);
            let cursor = get_numbers(block, at, codes, numbers, values, Form::Words)?;
            for number in values.numbers_of(cursor) {
                let start = state
                    .words
                    .get(usize::try_from(*number).unwrap_or(usize::MAX));
                *number = u64::from(*start.ok_or("there is no such word")?);
            }
            Ok(cursor)
        }
        PLAIN => {
            let count = varint(block, &mut at.clone()).ok_or(EARLY)?;
            let (lengths, numbers) = (&mut state.lengths, &mut memory.numbers);
            let mut cursor = get_numbers(block, at, lengths, numbers, values, Form::Plain)?;
            let lengths = values.numbers_of(cursor).iter();
            let sum = match cursor.step {
                0 => lengths.map(|length| length.checked_mul(count)).sum(),
                _ => lengths
                    .copied()
                    .try_fold(0u64, |sum, length| sum.checked_add(length)),
            };
            cursor.data = *at as u32;
            let sum = sum.and_then(|sum: u64| usize::try_from(sum).ok());
            take(block, at, sum.ok_or(EARLY)?).ok_or(EARLY)?;
            Ok(cursor)
        }
        _ => Err("unknown form of a column of bytes"),
    }
}

fn get_hashes(
    block: &[u8],
    at: &mut usize,
    new_hashes: &mut Range<usize>,
    ring: &mut HashRing,
    values: &mut Values,
) -> Result<Cursor, Malformed> {
    const BAD: Malformed = "a hash is missing";
    let count = values.count(varint(block, at).ok_or(BAD)?)?;
    let codes = piece(block, at).ok_or(BAD)?;
    let new = &block[new_hashes.clone()];
    let mut cursor = Cursor::default();
    let mut used = 0;
    if codes.is_empty() {
        let hashes = take(new, &mut used, count * 32).ok_or(BAD)?;
        let (hashes, _) = hashes.as_chunks::<32>();
        hashes.iter().for_each(|hash| ring.add(hash));
        (cursor.form, cursor.data) = (Form::Hashes, new_hashes.start as u32);
    } else {
        values.reserve_copies(count)?;
        let copies = &mut values.copies;
        (cursor.form, cursor.data) = (Form::CopiedHashes, copies.len() as u32);
        let (mut code_at, mut expected) = (0, 0u64);
        for _ in 0..count {
            match varint(codes, &mut code_at).ok_or(BAD)? {
                0 => {
                    let hash: &Hash = new
                        .get(used..)
                        .and_then(|rest| rest.first_chunk())
                        .ok_or(BAD)?;
                    used += 32;
                    ring.add(hash);
                    copies.extend_from_slice(hash);
                }
                code => {
                    let place = expected.wrapping_add(unzigzag(code - 1));
                    copies.extend_from_slice(ring.get(place).ok_or(BAD)?);
                    expected = place.wrapping_add(1);
                }
            }
        }
        if code_at != codes.len() {
            return Err("a column of hashes has bytes left over");
        }
    }
    new_hashes.start += used;
    Ok(cursor)
}
