//! Protobuf's wire format, for reading only and without any schema.

use bytes::Bytes;

use crate::error::Fault;

pub(crate) type Result<T> = std::result::Result<T, Fault>;

const HASH_BYTES: usize = 32;

/// The value of a field.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    /// A varint.
    Number(u64),
    Fixed64(u64),
    /// No field of theirs has it.
    Fixed32,
    Bytes(&'a [u8]),
}

/// The fields of a message that are still to be read.
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl<'a> Fields<'a> {
    /// The next field's number and value.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Option<(u32, Value<'a>)>> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Number(self.varint()?),
            1 => {
                let (value, rest) = self.0.split_first_chunk().ok_or(Fault::Truncated)?;
                self.0 = rest;
                Value::Fixed64(u64::from_le_bytes(*value))
            }
            2 => {
                let bytes = usize::try_from(self.varint()?).map_err(|_| Fault::Truncated)?;
                let (value, rest) = self.0.split_at_checked(bytes).ok_or(Fault::Truncated)?;
                self.0 = rest;
                Value::Bytes(value)
            }
            5 => {
                self.0 = self.0.get(4..).ok_or(Fault::Truncated)?;
                Value::Fixed32
            }
            _ => return Err(Fault::FieldType),
        };
        let number = u32::try_from(key >> 3).map_err(|_| Fault::Number)?;
        Ok(Some((number, value)))
    }

    #[inline]
    fn varint(&mut self) -> Result<u64> {
        if let [byte @ 0..0x80, rest @ ..] = self.0 {
            self.0 = rest;
            return Ok((*byte).into());
        }
        let (value, bytes) = length(self.0)?.ok_or(Fault::Truncated)?;
        self.0 = &self.0[bytes..];
        Ok(value)
    }
}

/// The varint at the beginning of `bytes`, and how long it is; `None` where it
/// goes on behind the end.
pub(crate) fn length(bytes: &[u8]) -> Result<Option<(u64, usize)>> {
    let mut value = 0;
    for (index, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if *byte < 0x80 {
            // Of the tenth byte one bit is left.
            let fits = index < 9 || *byte <= 1;
            return if fits {
                Ok(Some((value, index + 1)))
            } else {
                Err(Fault::Number)
            };
        }
    }
    if bytes.len() < 10 {
        Ok(None)
    } else {
        Err(Fault::Number)
    }
}

impl<'a> Value<'a> {
    /// A `uint64`, and any other number that is a varint.
    pub(crate) fn u64(self) -> Result<u64> {
        match self {
            Value::Number(number) => Ok(number),
            _ => Err(Fault::FieldType),
        }
    }

    /// A `uint32`: the lower half, as protobuf wants it.
    pub(crate) fn u32(self) -> Result<u32> {
        Ok(self.u64()? as u32)
    }

    /// An `int64`.
    pub(crate) fn i64(self) -> Result<i64> {
        Ok(self.u64()? as i64)
    }

    /// An `int32`.
    pub(crate) fn i32(self) -> Result<i32> {
        Ok(self.u64()? as i32)
    }

    /// An `int32` or `int64` that counts something: below zero there is nothing.
    pub(crate) fn count(self) -> Result<u64> {
        Ok(self.i64()?.max(0) as u64)
    }

    /// As [`Value::count`], where the node itself has 32 bits.
    pub(crate) fn count32(self) -> Result<u32> {
        Ok(u32::try_from(self.count()?).unwrap_or(u32::MAX))
    }

    /// A `sint64` or `sint32`.
    pub(crate) fn zigzag(self) -> Result<i64> {
        let number = self.u64()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub(crate) fn bool(self) -> Result<bool> {
        Ok(self.u64()? != 0)
    }

    pub(crate) fn fixed64(self) -> Result<u64> {
        match self {
            Value::Fixed64(number) => Ok(number),
            _ => Err(Fault::FieldType),
        }
    }

    pub(crate) fn double(self) -> Result<f64> {
        self.fixed64().map(f64::from_bits)
    }

    /// `bytes`, and whatever else has a length.
    pub(crate) fn bytes(self) -> Result<&'a [u8]> {
        match self {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(Fault::FieldType),
        }
    }

    pub(crate) fn copied(self) -> Result<Bytes> {
        self.bytes().map(Bytes::copy_from_slice)
    }

    pub(crate) fn text(self) -> Result<&'a str> {
        str::from_utf8(self.bytes()?).map_err(|_| Fault::Text)
    }

    pub(crate) fn string(self) -> Result<String> {
        self.text().map(str::to_owned)
    }

    /// A text; none where it is empty.
    pub(crate) fn some_string(self) -> Result<Option<String>> {
        Ok(Some(self.string()?).filter(|text| !text.is_empty()))
    }

    pub(crate) fn array(self) -> Result<[u8; HASH_BYTES]> {
        self.bytes()?.try_into().map_err(|_| Fault::Hash)
    }

    /// A hash in internal byte order.
    pub(crate) fn hash(self) -> Result<Bytes> {
        self.array().map(|hash| Bytes::copy_from_slice(&hash))
    }

    /// A hash as text, that is, in hex and reversed.
    pub(crate) fn hash_from_text(self) -> Result<Bytes> {
        let text = self.bytes()?;
        let mut hash = [0; HASH_BYTES];
        if text.len() != 2 * HASH_BYTES {
            return Err(Fault::Hash);
        }
        let decoded = data_encoding::HEXLOWER_PERMISSIVE.decode_mut(text, &mut hash);
        decoded.map_err(|_| Fault::Hash)?;
        hash.reverse();
        Ok(Bytes::copy_from_slice(&hash))
    }

    pub(crate) fn fields(self) -> Result<Fields<'a>> {
        self.bytes().map(Fields)
    }

    /// Key and value of a map's entry.
    pub(crate) fn entry(self) -> Result<(Option<Value<'a>>, Option<Value<'a>>)> {
        let (mut key, mut value) = (None, None);
        let mut fields = self.fields()?;
        while let Some((number, found)) = fields.next()? {
            match number {
                1 => key = Some(found),
                2 => value = Some(found),
                _ => {}
            }
        }
        Ok((key, value))
    }

    /// Numbers of a list: one where each is a field of its own, else all at once.
    pub(crate) fn each_number(self, mut found: impl FnMut(u64) -> Result<()>) -> Result<()> {
        let mut packed = match self {
            Value::Bytes(bytes) => Fields(bytes),
            one => return found(one.u64()?),
        };
        while !packed.0.is_empty() {
            found(packed.varint()?)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_have_at_most_64_bits() {
        let most = [&[0xff; 9][..], &[1]].concat();
        assert_eq!(length(&most), Ok(Some((u64::MAX, 10))));
        assert_eq!(length(&[0x96, 1, 7]), Ok(Some((150, 2))));
        assert_eq!(length(&[0x85, 0]), Ok(Some((5, 2))));
        assert_eq!(length(&[0x80; 9]), Ok(None));
        assert_eq!(length(&[]), Ok(None));
        assert_eq!(length(&[&[0xff; 9][..], &[2]].concat()), Err(Fault::Number));
        assert_eq!(length(&[0x80; 11]), Err(Fault::Number));
    }

    #[test]
    fn zigzag_takes_turns() {
        let numbers = [0, 1, 2, 3, u64::MAX].map(|number| Value::Number(number).zigzag());
        assert_eq!(numbers, [0, -1, 1, -2, i64::MIN].map(Ok));
    }
}
