//! Reading a message from its beginning to its end.

use std::str::FromStr;

use bytes::Bytes;

use crate::templates::hash;

/// What is left of a message.
#[derive(Clone, Copy)]
pub(super) struct Scan<'a>(pub(super) &'a str);

impl<'a> Scan<'a> {
    /// Goes behind `literal`, which has to come next.
    pub(super) fn literal(&mut self, literal: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(literal)?;
        Some(())
    }

    /// Goes behind `literal` if it comes next.
    pub(super) fn has(&mut self, literal: &str) -> bool {
        self.literal(literal).is_some()
    }

    /// What stands in front of the next `literal`; goes behind that.
    pub(super) fn until(&mut self, literal: &str) -> Option<&'a str> {
        let (text, rest) = self.0.split_once(literal)?;
        self.0 = rest;
        Some(text)
    }

    /// A number in decimal notation.
    pub(super) fn number<T: FromStr>(&mut self) -> Option<T> {
        let is_part = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'e' | b'+');
        let end = self.0.bytes().position(|byte| !is_part(byte));
        let (number, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest;
        // The dot of a sentence's end is none of the number.
        number.trim_end_matches('.').parse().ok()
    }

    /// 64 hexadecimal digits: a hash as Bitcoin shows it.
    pub(super) fn hash(&mut self) -> Option<Bytes> {
        let (digits, rest) = self.0.split_at_checked(64)?;
        self.0 = rest;
        hash(digits)
    }

    /// `literal` and a number behind it.
    pub(super) fn field<T: FromStr>(&mut self, literal: &str) -> Option<T> {
        self.literal(literal)?;
        self.number()
    }
}
