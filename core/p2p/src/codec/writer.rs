//! Building a payload.

use bytes::Bytes;

use super::error::EncodeError;

#[derive(Default)]
pub(super) struct Writer {
    payload: Vec<u8>,
}

pub(super) type Result = std::result::Result<(), EncodeError>;

impl Writer {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.payload
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.payload.extend_from_slice(bytes);
    }

    pub(super) fn u8(&mut self, value: u8) {
        self.payload.push(value);
    }

    pub(super) fn u32(&mut self, value: u32) {
        self.bytes(&value.to_le_bytes());
    }

    pub(super) fn u64(&mut self, value: u64) {
        self.bytes(&value.to_le_bytes());
    }

    pub(super) fn i32(&mut self, value: i32) {
        self.bytes(&value.to_le_bytes());
    }

    pub(super) fn i64(&mut self, value: i64) {
        self.bytes(&value.to_le_bytes());
    }

    /// A number of the schema that has one byte on the wire.
    pub(super) fn narrow_u8(&mut self, field: &'static str, value: u32) -> Result {
        let limit = u8::MAX.into();
        let narrow = u8::try_from(value).map_err(|_| EncodeError::TooLarge {
            field,
            value: value.into(),
            limit,
        })?;
        self.u8(narrow);
        Ok(())
    }

    /// A port: two bytes, the high one first.
    pub(super) fn port(&mut self, value: u32) -> Result {
        let limit = u16::MAX.into();
        let port = u16::try_from(value).map_err(|_| EncodeError::TooLarge {
            field: "port",
            value: value.into(),
            limit,
        })?;
        self.bytes(&port.to_be_bytes());
        Ok(())
    }

    pub(super) fn compact(&mut self, value: u64) {
        match value {
            0..253 => self.u8(value as u8),
            253..=0xffff => {
                self.u8(253);
                self.bytes(&(value as u16).to_le_bytes());
            }
            0x1_0000..=0xffff_ffff => {
                self.u8(254);
                self.u32(value as u32);
            }
            _ => {
                self.u8(255);
                self.u64(value);
            }
        }
    }

    pub(super) fn size(&mut self, size: usize) {
        self.compact(size as u64);
    }

    pub(super) fn sized_bytes(&mut self, bytes: &[u8]) {
        self.size(bytes.len());
        self.bytes(bytes);
    }

    pub(super) fn limited(&mut self, field: &'static str, limit: usize, bytes: &[u8]) -> Result {
        if bytes.len() > limit {
            return Err(EncodeError::TooLong {
                field,
                length: bytes.len(),
                limit,
            });
        }
        self.sized_bytes(bytes);
        Ok(())
    }

    pub(super) fn hash(&mut self, field: &'static str, hash: &Bytes) -> Result {
        if hash.len() != 32 {
            return Err(EncodeError::HashLength {
                field,
                length: hash.len(),
            });
        }
        self.bytes(hash);
        Ok(())
    }

    pub(super) fn hashes(&mut self, field: &'static str, hashes: &[Bytes]) -> Result {
        self.size(hashes.len());
        hashes.iter().try_for_each(|hash| self.hash(field, hash))
    }
}
