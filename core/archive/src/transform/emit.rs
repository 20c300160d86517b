//! Puts events together: runs the programs of a block.
//!
//! Every function here gives `None` where the block's columns do not make up its
//! events. A column that has too few values is not noticed: it takes those of
//! another one, and the checksum of the events tells.

use super::limits::MOST_DEPTH;
use super::program::{LITERAL_BYTES, Op, Program, Step};
use super::values::{Cursor, Form};
use super::wire::{MORE, spread, varint_bytes};
use super::words::Words;

/// Short byte strings are copied as so many bytes, however long they are.
pub(super) const SHORT_BYTES: usize = 32;
/// What one step writes at most, unless it copies a long byte string: to check
/// once that there is room is faster than to check for each part.
const ROOM: usize = 64;
/// What may be written behind the last event: [`ROOM`], and the lengths of
/// messages that take fewer bytes in the end.
pub(super) const SLACK: usize = ROOM + 10 * MOST_DEPTH;

type Room = [u8; ROOM];

/// What is needed to put the events of a block together.
pub(super) struct Emitter<'a> {
    pub(super) steps: &'a [Step],
    pub(super) programs: &'a [Program],
    pub(super) numbers: &'a [u64],
    pub(super) cursors: &'a mut [Cursor],
    pub(super) block: &'a [u8],
    pub(super) copies: &'a [u8],
    pub(super) words: &'a Words,
    /// By program: how many bytes the last message's length took. It has to be
    /// written before the message, whose length is not known yet.
    pub(super) length_bytes: Vec<u8>,
    pub(super) out: &'a mut [u8],
}

impl Emitter<'_> {
    /// The next number of a column.
    #[inline(always)]
    pub(super) fn number(&mut self, column: u32) -> Option<u64> {
        self.cursors.get_mut(column as usize)?.number(self.numbers)
    }

    /// Appends the next byte string of a column at `at`; says where it ends.
    pub(super) fn string(&mut self, column: u32, at: usize) -> Option<usize> {
        let cursor = self.cursors.get_mut(column as usize)?;
        match cursor.form {
            Form::Plain => {
                let length = cursor.number(self.numbers)? as usize;
                copy(self.out, at, self.block, cursor.data(length), length)
            }
            Form::Words => {
                let (word, length) = self.words.get(cursor.number(self.numbers)?)?;
                copy(self.out, at, word, 1, length - 1)
            }
            Form::Hashes => copy(self.out, at, self.block, cursor.data(32), 32),
            Form::CopiedHashes => copy(self.out, at, self.copies, cursor.data(32), 32),
            Form::Absent | Form::Numbers | Form::Programs => None,
        }
    }

    /// Appends what a program says at `at`; says where that ends.
    pub(super) fn run(&mut self, program: u64, mut at: usize, depth: usize) -> Option<usize> {
        let program = self.programs.get(usize::try_from(program).ok()?)?;
        let steps = self.steps.get(program.from as usize..program.to as usize)?;
        let mut before = 0;
        for step in steps {
            let room: &mut Room = piece_mut(self.out, at)?;
            room[..LITERAL_BYTES].copy_from_slice(&step.literal);
            // It is never as much, but so the compiler sees that there is room.
            let literal = usize::from(step.literal_bytes % 32);
            at += literal;
            let cursor = self.cursors.get_mut(step.column as usize)?;
            match step.op {
                Op::Nothing => {}
                Op::Varint => {
                    before = cursor.number(self.numbers)?;
                    at += put_varint(room, literal, before);
                }
                Op::Fixed64 => {
                    before = cursor.number(self.numbers)?;
                    at += put(room, literal, &before.to_le_bytes());
                }
                Op::Fixed32 => {
                    before = cursor.number(self.numbers)?;
                    at += put(room, literal, &(before as u32).to_le_bytes());
                }
                Op::RelativeVarint => {
                    before = cursor.number(self.numbers)?.wrapping_add(before);
                    at += put_varint(room, literal, before);
                }
                Op::RelativeFixed64 => {
                    before = cursor.number(self.numbers)?.wrapping_add(before);
                    at += put(room, literal, &before.to_le_bytes());
                }
                Op::RelativeFixed32 => {
                    before = cursor.number(self.numbers)?.wrapping_add(before);
                    at += put(room, literal, &(before as u32).to_le_bytes());
                }
                Op::Text => {
                    let length = cursor.number(self.numbers)?;
                    at += put_varint(room, literal, length);
                    let length = usize::try_from(length).ok()?;
                    at = copy(self.out, at, self.block, cursor.data(length), length)?;
                }
                Op::Word => {
                    let (word, length) = self.words.get(cursor.number(self.numbers)?)?;
                    put(room, literal, piece::<SHORT_BYTES>(word, 0)?);
                    at = match length <= SHORT_BYTES {
                        true => at + length,
                        false => copy(self.out, at, word, 0, length)?,
                    };
                }
                Op::Bytes(length) => {
                    let length = length as usize;
                    at = copy(self.out, at, self.block, cursor.data(length), length)?;
                }
                Op::Hash => {
                    at += put(room, literal, piece::<32>(self.block, cursor.data(32))?);
                }
                Op::CopiedHash => {
                    at += put(room, literal, piece::<32>(self.copies, cursor.data(32))?);
                }
                Op::Message(program) => at = self.message(program.into(), at, depth)?,
                Op::AnyMessage => {
                    let program = cursor.number(self.numbers)?;
                    at = self.message(program, at, depth)?;
                }
                Op::Run(program) => {
                    let count = cursor.number(self.numbers)?;
                    if count == 0 {
                        return None;
                    }
                    for _ in 0..count {
                        at = self.run(program.into(), at, depth)?;
                    }
                }
            }
        }
        Some(at)
    }

    /// Appends a message with its length before it.
    #[inline(always)]
    fn message(&mut self, program: u64, at: usize, depth: usize) -> Option<usize> {
        if depth >= MOST_DEPTH {
            return None;
        }
        let place = usize::try_from(program).ok()?;
        let guess = usize::from(*self.length_bytes.get(place)?);
        let start = at + guess;
        let end = self.run(program, start, depth + 1)?;
        let length = end - start;
        if guess == 1 && length < 0x80 {
            *self.out.get_mut(at)? = length as u8;
            return Some(end);
        }
        self.long_message(place, at, guess, length)
    }

    /// Writes the length of a message for which room for `guess` bytes was left.
    fn long_message(
        &mut self,
        place: usize,
        at: usize,
        guess: usize,
        length: usize,
    ) -> Option<usize> {
        let needed = varint_bytes(length as u64);
        let (start, end) = (at + guess, at + needed + length);
        if needed != guess {
            *self.length_bytes.get_mut(place)? = needed as u8;
            if end > self.out.len() {
                return None;
            }
            self.out.copy_within(start..start + length, at + needed);
        }
        let mut rest = length;
        for byte in self.out.get_mut(at..at + needed - 1)? {
            *byte = rest as u8 | 0x80;
            rest >>= 7;
        }
        *self.out.get_mut(at + needed - 1)? = rest as u8;
        Some(end)
    }
}

/// Writes bytes at `at`, which is less than 32; says how many.
#[inline(always)]
fn put<const N: usize>(room: &mut Room, at: usize, bytes: &[u8; N]) -> usize {
    room[at..at + N].copy_from_slice(bytes);
    N
}

#[inline(always)]
fn piece<const N: usize>(source: &[u8], from: usize) -> Option<&[u8; N]> {
    source.get(from..)?.first_chunk()
}

#[inline(always)]
fn piece_mut<const N: usize>(out: &mut [u8], at: usize) -> Option<&mut [u8; N]> {
    out.get_mut(at..)?.first_chunk_mut()
}

/// Copies bytes of `source` to `at`; says where they end.
#[inline(always)]
pub(super) fn copy(
    out: &mut [u8],
    at: usize,
    source: &[u8],
    from: usize,
    length: usize,
) -> Option<usize> {
    if length <= SHORT_BYTES
        && let Some(bytes) = piece::<SHORT_BYTES>(source, from)
    {
        *piece_mut(out, at)? = *bytes;
        return Some(at + length);
    }
    copy_long(out, at, source, from, length)
}

#[inline(never)]
fn copy_long(
    out: &mut [u8],
    at: usize,
    source: &[u8],
    from: usize,
    length: usize,
) -> Option<usize> {
    let bytes = source.get(from..)?.get(..length)?;
    out.get_mut(at..)?.get_mut(..length)?.copy_from_slice(bytes);
    Some(at + length)
}

/// Writes a varint at `at`, which is less than 32; says how long it is.
#[inline(always)]
fn put_varint(room: &mut Room, at: usize, value: u64) -> usize {
    if value < 0x80 {
        room[at] = value as u8;
        return 1;
    }
    let length = varint_bytes(value);
    // All bytes but the last one say that there are more.
    let more = MORE >> (8 * 9usize.saturating_sub(length));
    room[at..at + 8].copy_from_slice(&(spread(value) | more).to_le_bytes());
    if length > 8 {
        room[at + 8] = (value >> 56) as u8 & 0x7f | (((length - 9) as u8) << 7);
        room[at + 9] = (value >> 63) as u8;
    }
    length
}
