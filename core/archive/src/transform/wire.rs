//! Protobuf's varints, in their shortest form only: what is longer than it must
//! be could not be given back as it was.

/// Reads a varint; `None` where it ends too early, does not fit into 64 bits or
/// is longer than it must be.
#[inline(always)]
pub(crate) fn varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let first = u64::from(*bytes.get(*at)?);
    if first < 0x80 {
        *at += 1;
        return Some(first);
    }
    let second = u64::from(*bytes.get(*at + 1)?);
    if second < 0x80 {
        *at += 2;
        return (second != 0).then_some(first & 0x7f | second << 7);
    }
    long_varint(bytes, at)
}

#[inline(never)]
fn long_varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0;
    for place in 0..10 {
        let byte = *bytes.get(*at + place)?;
        // The tenth byte holds the 64th bit.
        if place == 9 && byte > 1 {
            return None;
        }
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte < 0x80 {
            *at += place + 1;
            return (byte != 0).then_some(value);
        }
    }
    None
}

/// The highest bit of each byte: in a varint, there are more.
pub(super) const MORE: u64 = 0x8080_8080_8080_8080;

/// Spreads the lowest 56 bits over 8 bytes, 7 in each.
#[inline(always)]
pub(super) fn spread(value: u64) -> u64 {
    let value = (value & 0x0fff_ffff) | (value & 0x00ff_ffff_f000_0000) << 4;
    let value = (value & 0x0000_3fff_0000_3fff) | (value & 0x0fff_c000_0fff_c000) << 2;
    (value & 0x007f_007f_007f_007f) | (value & 0x3f80_3f80_3f80_3f80) << 1
}

#[inline(always)]
pub(crate) fn put_varint(out: &mut Vec<u8>, value: u64) {
    if value < 0x80 {
        out.push(value as u8);
        return;
    }
    let (bytes, length) = varint_of(value);
    out.extend_from_slice(&bytes[..length]);
}

/// A number as a varint, and how long that is.
#[inline(always)]
pub(super) fn varint_of(mut value: u64) -> ([u8; 10], usize) {
    let mut bytes = [0; 10];
    let mut length = 0;
    while value >= 0x80 {
        bytes[length] = value as u8 | 0x80;
        value >>= 7;
        length += 1;
    }
    bytes[length] = value as u8;
    (bytes, length + 1)
}

/// How many bytes a varint takes.
#[inline(always)]
pub(crate) fn varint_bytes(value: u64) -> usize {
    // One for each 7 bits: a division, written as what is faster than one.
    let bits = 64 - (value | 1).leading_zeros() as usize;
    (bits * 9 + 64) / 64
}

/// Small numbers of both signs as small numbers.
#[inline(always)]
pub(crate) fn zigzag(value: u64) -> u64 {
    (value << 1) ^ (((value as i64) >> 63) as u64)
}

/// The inverse of [`zigzag`].
#[inline(always)]
pub(crate) fn unzigzag(value: u64) -> u64 {
    (value >> 1) ^ (value & 1).wrapping_neg()
}

/// The first 8 bytes, little-endian; `None` where there are fewer.
#[inline(always)]
pub(crate) fn fixed64(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let value = bytes.get(*at..)?.first_chunk()?;
    *at += 8;
    Some(u64::from_le_bytes(*value))
}

/// The first 4 bytes, little-endian; `None` where there are fewer.
#[inline(always)]
pub(crate) fn fixed32(bytes: &[u8], at: &mut usize) -> Option<u32> {
    let value = bytes.get(*at..)?.first_chunk()?;
    *at += 4;
    Some(u32::from_le_bytes(*value))
}

/// A length and that many bytes.
#[inline(always)]
pub(crate) fn piece<'a>(bytes: &'a [u8], at: &mut usize) -> Option<&'a [u8]> {
    let length = varint(bytes, at)?;
    take(bytes, at, usize::try_from(length).ok()?)
}

/// The next `length` bytes.
#[inline(always)]
pub(crate) fn take<'a>(bytes: &'a [u8], at: &mut usize, length: usize) -> Option<&'a [u8]> {
    let piece = bytes.get(*at..at.checked_add(length)?)?;
    *at += length;
    Some(piece)
}
