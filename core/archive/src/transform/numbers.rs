//! A column of numbers as bytes: in the form that promises to be the smallest.

use super::Malformed;
use super::rings::NumberRing;
use super::values::{Cursor, Form, Values};
use super::wire::{piece, put_varint, take, unzigzag, varint, zigzag};

/// The form of a column stands in the high four bits of a byte; how many bytes
/// a value takes, 1 to 8, in the low four bits of PLANES and DELTA_PLANES.
const CONSTANT_STEP: u8 = 0x00;
const PLANES: u8 = 0x10;
const DELTA_PLANES: u8 = 0x20;
const VARINTS: u8 = 0x30;
const DELTA_VARINTS: u8 = 0x40;
const REFERENCES: u8 = 0x50;

/// Numbers with more bits than these are looked for among those seen before.
const RANDOM_BITS: u64 = 40;

/// What a column of numbers remembers from block to block of a frame.
#[derive(Default)]
pub(super) struct NumberState {
    last: u64,
}

fn width(value: u64) -> usize {
    (64 - (value | 1).leading_zeros() as usize).div_ceil(8)
}

/// Writes the lowest byte of all values, then the next one of all, and so on.
fn put_planes(
    out: &mut Vec<u8>,
    values: impl Iterator<Item = u64> + Clone,
    count: usize,
    width: usize,
) {
    let start = out.len();
    out.resize(start + count * width, 0);
    for (place, plane) in out[start..].chunks_exact_mut(count).enumerate() {
        for (byte, value) in plane.iter_mut().zip(values.clone()) {
            *byte = (value >> (8 * place)) as u8;
        }
    }
}

/// What decides on the form.
struct Measure {
    /// Bits of all values, estimated from some: as distances from the least one,
    /// and as differences.
    bits: u64,
    delta_bits: u64,
    least: u64,
    greatest: u64,
    /// All differences, zigzagged, together.
    delta_union: u64,
}

fn bits(value: u64) -> u64 {
    64 - u64::from((value | 1).leading_zeros())
}

fn measure(values: &[u64], first_step: u64) -> Measure {
    let count = values.len() as u64;
    let (mut least, mut greatest) = (u64::MAX, 0);
    for value in values {
        least = least.min(*value);
        greatest = greatest.max(*value);
    }
    let mut delta_union = zigzag(first_step);
    for pair in values.windows(2) {
        delta_union |= zigzag(pair[1].wrapping_sub(pair[0]));
    }
    let (mut sum, mut delta_sum, mut samples) = (0, 0, 0);
    for pair in values.windows(2).step_by(1 + values.len() / 512) {
        sum += bits(pair[1] - least);
        delta_sum += bits(zigzag(pair[1].wrapping_sub(pair[0])));
        samples += 1;
    }
    if samples == 0 {
        // A single value: not as a difference.
        (sum, delta_sum, samples) = (1, 2, 1);
    }
    Measure {
        bits: sum * count / samples,
        delta_bits: delta_sum * count / samples,
        least,
        greatest,
        delta_union,
    }
}

/// Writes a column; `values` is not empty.
pub(super) fn put_numbers(
    out: &mut Vec<u8>,
    values: &[u64],
    state: &mut NumberState,
    ring: &mut NumberRing,
) {
    let (Some(first), Some(last)) = (values.first(), values.last()) else {
        return;
    };
    let count = values.len();
    put_varint(out, count as u64);
    let base = std::mem::replace(&mut state.last, *last);
    let step = first.wrapping_sub(base);
    let is_step = |pair: &[u64]| pair[1].wrapping_sub(pair[0]) == step;
    if values.windows(2).all(is_step) {
        out.push(CONSTANT_STEP);
        put_varint(out, zigzag(step));
        return;
    }
    let measure = measure(values, step);
    let is_delta = measure.delta_bits + (count as u64) / 4 < measure.bits;
    let (bits, union) = match is_delta {
        true => (measure.delta_bits, measure.delta_union),
        false => (measure.bits, measure.greatest - measure.least),
    };
    if bits > RANDOM_BITS * count as u64 && count >= 4 {
        put_references(out, values, ring);
        return;
    }
    let width = width(union);
    // A few large ones among many small ones would make all of them large.
    let has_outliers = (width * 8 * count) as u64 > bits * 3 + 64;
    if is_delta {
        let mut before = base;
        let deltas = values.iter().map(|value| {
            let step = value.wrapping_sub(before);
            before = *value;
            zigzag(step)
        });
        if has_outliers {
            out.push(DELTA_VARINTS);
            deltas.for_each(|delta| put_varint(out, delta));
        } else {
            out.push(DELTA_PLANES | width as u8);
            let deltas: Vec<u64> = deltas.collect();
            put_planes(out, deltas.iter().copied(), count, width);
        }
        return;
    }
    let distances = values.iter().map(|value| value - measure.least);
    out.push(if has_outliers {
        VARINTS
    } else {
        PLANES | width as u8
    });
    put_varint(out, measure.least);
    if has_outliers {
        distances.for_each(|distance| put_varint(out, distance));
    } else {
        put_planes(out, distances, count, width);
    }
}

fn put_references(out: &mut Vec<u8>, values: &[u64], ring: &mut NumberRing) {
    out.push(REFERENCES);
    let mut codes = Vec::new();
    let mut new = Vec::new();
    let mut expected = 0;
    for value in values {
        match ring.find(*value) {
            Some(place) => {
                let place = u64::from(place);
                put_varint(&mut codes, 1 + zigzag(place.wrapping_sub(expected)));
                expected = place + 1;
            }
            None => {
                codes.push(0);
                new.push(*value);
                ring.add_and_index(*value);
            }
        }
    }
    put_varint(out, codes.len() as u64);
    out.extend_from_slice(&codes);
    if !new.is_empty() {
        put_planes(out, new.iter().copied(), new.len(), 8);
    }
}

const EARLY: Malformed = "a column of numbers ends too early";

/// Reads a column.
pub(super) fn get_numbers(
    block: &[u8],
    at: &mut usize,
    state: &mut NumberState,
    ring: &mut NumberRing,
    values: &mut Values,
    form: Form,
) -> Result<Cursor, Malformed> {
    let count = values.count(varint(block, at).ok_or(EARLY)?)?;
    if count == 0 {
        return Err("a column has no values");
    }
    let head = *block.get(*at).ok_or(EARLY)?;
    *at += 1;
    let (written_as, width) = (head & 0xf0, usize::from(head & 0x0f));
    if written_as == CONSTANT_STEP && block.get(*at) == Some(&0) {
        // However many there are, they need no more room than one.
        *at += 1;
        values.room(1)[0] = state.last;
        return Ok(values.cursor(1, form));
    }
    let numbers = values.room(count);
    match (written_as, width) {
        (CONSTANT_STEP, 0) => {
            let step = unzigzag(varint(block, at).ok_or(EARLY)?);
            let mut value = state.last;
            for number in numbers.iter_mut() {
                value = value.wrapping_add(step);
                *number = value;
            }
        }
        (PLANES, 1..=8) => {
            let least = varint(block, at).ok_or(EARLY)?;
            get_planes(block, at, width, least, numbers)?;
        }
        (DELTA_PLANES, 1..=8) => {
            get_planes(block, at, width, 0, numbers)?;
            let mut before = state.last;
            for number in numbers.iter_mut() {
                before = before.wrapping_add(unzigzag(*number));
                *number = before;
            }
        }
        (VARINTS, 0) => {
            let least = varint(block, at).ok_or(EARLY)?;
            for number in numbers.iter_mut() {
                *number = varint(block, at).ok_or(EARLY)?.wrapping_add(least);
            }
        }
        (DELTA_VARINTS, 0) => {
            let mut before = state.last;
            for number in numbers.iter_mut() {
                before = before.wrapping_add(unzigzag(varint(block, at).ok_or(EARLY)?));
                *number = before;
            }
        }
        (REFERENCES, 0) => get_references(block, at, numbers, ring)?,
        _ => return Err("unknown form of a column of numbers"),
    }
    state.last = numbers[count - 1];
    Ok(values.cursor(count, form))
}

/// Reads numbers of `width` bytes each, and adds `least` to each.
fn get_planes(
    block: &[u8],
    at: &mut usize,
    width: usize,
    least: u64,
    numbers: &mut [u64],
) -> Result<(), Malformed> {
    // So many at once that they stay near the processor until all planes are in.
    const AT_ONCE: usize = 512;
    let count = numbers.len();
    let planes = take(block, at, count * width).ok_or(EARLY)?;
    for (part, numbers) in numbers.chunks_mut(AT_ONCE).enumerate() {
        let (from, length) = (part * AT_ONCE, numbers.len());
        let bytes = |plane: usize| &planes[plane * count + from..][..length];
        for (number, byte) in numbers.iter_mut().zip(bytes(0)) {
            *number = u64::from(*byte);
        }
        for plane in 1..width {
            for (number, byte) in numbers.iter_mut().zip(bytes(plane)) {
                *number |= u64::from(*byte) << (8 * plane);
            }
        }
        if least != 0 {
            for number in numbers {
                *number = number.wrapping_add(least);
            }
        }
    }
    Ok(())
}

fn get_references(
    block: &[u8],
    at: &mut usize,
    numbers: &mut [u64],
    ring: &mut NumberRing,
) -> Result<(), Malformed> {
    const BAD: Malformed = "a reference to a number leads nowhere";
    let codes = piece(block, at).ok_or(BAD)?;
    // Codes of new numbers are a zero byte, and no other code has one.
    let new = codes.iter().filter(|byte| **byte == 0).count();
    // The new ones wait at the end, each until its place, which is never behind it.
    let mut next_new = numbers.len().checked_sub(new).ok_or(BAD)?;
    if new > 0 {
        get_planes(block, at, 8, 0, &mut numbers[next_new..])?;
    }
    let (mut code_at, mut expected) = (0, 0u64);
    for place in 0..numbers.len() {
        numbers[place] = match varint(codes, &mut code_at).ok_or(BAD)? {
            0 => {
                let value = *numbers.get(next_new).ok_or(BAD)?;
                next_new += 1;
                ring.add(value);
                value
            }
            code => {
                let place = expected.wrapping_add(unzigzag(code - 1));
                expected = place.wrapping_add(1);
                ring.get(place).ok_or(BAD)?
            }
        };
    }
    match code_at == codes.len() && next_new == numbers.len() {
        true => Ok(()),
        false => Err(BAD),
    }
}
