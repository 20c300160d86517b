//! Protobuf's wire format, for looking only: longer varints than necessary are
//! numbers too, and what cannot be read ends the reading.

/// The value of a field.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// The fields of a message, or what is left of it.
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = (u32, Value<'a>);

    #[inline(always)]
    fn next(&mut self) -> Option<(u32, Value<'a>)> {
        let key = self.varint()?;
        self.value(key)
    }
}

impl<'a> Fields<'a> {
    /// The field's number and value, behind its key.
    #[inline(always)]
    pub(crate) fn value(&mut self, key: u64) -> Option<(u32, Value<'a>)> {
        let field = u32::try_from(key >> 3).ok()?;
        let value = match key & 7 {
            0 => Value::Number(self.varint()?),
            1 => Value::Number(self.fixed64()?),
            2 => Value::Bytes(self.bytes()?),
            5 => {
                let (value, rest) = self.0.split_first_chunk()?;
                self.0 = rest;
                Value::Number(u32::from_le_bytes(*value).into())
            }
            _ => return None,
        };
        Some((field, value))
    }

    #[inline(always)]
    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.varint()?).ok()?;
        let (value, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(value)
    }

    #[inline(always)]
    pub(crate) fn fixed64(&mut self) -> Option<u64> {
        let (value, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*value))
    }

    #[inline(always)]
    pub(crate) fn varint(&mut self) -> Option<u64> {
        let (first, rest) = self.0.split_first()?;
        if *first < 0x80 {
            self.0 = rest;
            return Some(u64::from(*first));
        }
        self.long_varint()
    }

    #[inline(never)]
    fn long_varint(&mut self) -> Option<u64> {
        let (mut value, mut shift) = (0, 0);
        while shift < 64 {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if *byte < 0x80 {
                return Some(value);
            }
            shift += 7;
        }
        None
    }
}
