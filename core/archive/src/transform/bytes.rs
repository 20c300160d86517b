//! A column of byte strings and texts as bytes: hashes, words, or as they are.

use rustc_hash::FxHashMap;

use super::Malformed;
use super::limits::{MOST_FRAME_WORDS, MOST_WORD_BYTES, MOST_WORDS};
use super::numbers::{NumberState, get_numbers, put_numbers};
use super::rings::{Hash, HashRing, NumberRing};
use super::wire::{piece, put_varint, take, unzigzag, varint, zigzag};

const PLAIN: u8 = 0;
const WORDS: u8 = 1;
const HASHES: u8 = 2;

/// What all columns of a frame share.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) numbers: NumberRing,
    pub(super) hashes: HashRing,
    /// How many words all columns have together.
    words: usize,
}

/// What a column of bytes remembers from block to block of a frame.
#[derive(Default)]
pub(super) struct BytesState {
    lengths: NumberState,
    codes: NumberState,
    words: Vec<Box<[u8]>>,
    /// Only the writer looks words up.
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

/// What a column may at most have, so that no file makes us ask for memory that
/// its events do not need.
#[derive(Clone, Copy)]
pub(super) struct Most {
    pub(super) values: usize,
    pub(super) bytes: usize,
}

/// Reads a column into `column`.
pub(super) fn get_bytes(
    block: &[u8],
    at: &mut usize,
    new_hashes: &mut &[u8],
    column: &mut Strings,
    state: &mut BytesState,
    shared: &mut Shared,
    most: Most,
) -> Result<(), Malformed> {
    const EARLY: Malformed = "a column of bytes ends too early";
    let form = *block.get(*at).ok_or(EARLY)?;
    *at += 1;
    column.clear();
    match form {
        HASHES => get_hashes(block, at, new_hashes, column, &mut shared.hashes, most),
        WORDS => {
            let new = varint(block, at).ok_or(EARLY)?;
            let new = usize::try_from(new).unwrap_or(usize::MAX);
            if new > MOST_WORDS - state.words.len() || new > MOST_FRAME_WORDS - shared.words {
                return Err("too many words");
            }
            shared.words += new;
            for _ in 0..new {
                let word = piece(block, at).ok_or(EARLY)?;
                if word.len() > MOST_WORD_BYTES {
                    return Err("a word is too long");
                }
                state.words.push(word.into());
            }
            let Strings { lengths, data } = column;
            get_numbers(
                block,
                at,
                lengths,
                &mut state.codes,
                &mut shared.numbers,
                most.values,
            )?;
            for code in lengths {
                let place = usize::try_from(*code).unwrap_or(usize::MAX);
                let word = state.words.get(place).ok_or("there is no such word")?;
                data.extend_from_slice(word);
                if data.len() > most.bytes {
                    return Err("a column has more bytes than the block's events");
                }
                *code = word.len() as u64;
            }
            Ok(())
        }
        PLAIN => {
            let Strings { lengths, data } = column;
            get_numbers(
                block,
                at,
                lengths,
                &mut state.lengths,
                &mut shared.numbers,
                most.values,
            )?;
            let sum = lengths
                .iter()
                .try_fold(0u64, |sum, length| sum.checked_add(*length));
            let sum = sum.and_then(|sum| usize::try_from(sum).ok()).ok_or(EARLY)?;
            data.extend_from_slice(take(block, at, sum).ok_or(EARLY)?);
            Ok(())
        }
        _ => Err("unknown form of a column of bytes"),
    }
}

fn get_hashes(
    block: &[u8],
    at: &mut usize,
    new_hashes: &mut &[u8],
    column: &mut Strings,
    ring: &mut HashRing,
    most: Most,
) -> Result<(), Malformed> {
    const BAD: Malformed = "a hash is missing";
    let count = varint(block, at).ok_or(BAD)?;
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    if count > most.values || count > most.bytes / 32 {
        return Err("a column has more hashes than the block's events can have");
    }
    let codes = piece(block, at).ok_or(BAD)?;
    column.lengths.resize(count, 32);
    let mut used = 0;
    if codes.is_empty() {
        let new = take(new_hashes, &mut used, count * 32).ok_or(BAD)?;
        let (hashes, _) = new.as_chunks::<32>();
        hashes.iter().for_each(|hash| ring.add(hash));
        column.data.extend_from_slice(new);
    } else {
        let (mut code_at, mut expected) = (0, 0u64);
        for _ in 0..count {
            match varint(codes, &mut code_at).ok_or(BAD)? {
                0 => {
                    let hash: &Hash = new_hashes
                        .get(used..)
                        .and_then(|rest| rest.first_chunk())
                        .ok_or(BAD)?;
                    used += 32;
                    ring.add(hash);
                    column.data.extend_from_slice(hash);
                }
                code => {
                    let place = expected.wrapping_add(unzigzag(code - 1));
                    column.data.extend_from_slice(ring.get(place).ok_or(BAD)?);
                    expected = place + 1;
                }
            }
        }
        if code_at != codes.len() {
            return Err("a column of hashes has bytes left over");
        }
    }
    *new_hashes = &new_hashes[used..];
    Ok(())
}
