//! A cursor over a payload. Nothing is allocated before the payload has been
//! found long enough for it.

use bitcoin::hashes::{Hash, HashEngine, sha256d};
use bytes::{Bytes, BytesMut};

use super::Keep;
use super::error::{DecodeError, Problem};

/// Core's MAX_SIZE: a larger CompactSize is never a size.
const MAX_SIZE: u64 = 0x0200_0000;

/// Lists with more items than this grow while they are read.
const MAX_ITEMS_AT_ONCE: usize = 50_000;

/// Room for computed hashes is made in pieces, each twice as large as the one
/// before: first for the two of one transaction, at most for 2,048. In bytes.
const FIRST_HASH_ROOM: usize = 2 * 32;
const MOST_HASH_ROOM: usize = 2048 * 32;

pub(super) struct Reader<'payload> {
    payload: &'payload [u8],
    offset: usize,
    keep: Keep,
    /// One copy of the payload, made when the first piece of it is kept.
    copy: Option<Bytes>,
    /// Room for hashes that are computed, many to an allocation.
    hashes: BytesMut,
    /// How much room is made next, in bytes.
    hash_room: usize,
    held_bytes: usize,
}

pub(super) type Result<T> = std::result::Result<T, DecodeError>;

impl<'payload> Reader<'payload> {
    pub(super) fn new(payload: &'payload [u8], keep: Keep) -> Self {
        Reader {
            payload,
            offset: 0,
            keep,
            copy: None,
            hashes: BytesMut::new(),
            hash_room: FIRST_HASH_ROOM,
            held_bytes: 0,
        }
    }

    pub(super) fn keeps_everything(&self) -> bool {
        self.keep == Keep::Full
    }

    pub(super) fn remaining(&self) -> usize {
        self.payload.len() - self.offset
    }

    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    /// Heap memory of what has been read, in bytes.
    pub(super) fn held_bytes(&self) -> usize {
        self.held_bytes
    }

    /// The error at this place.
    pub(super) fn error(&self, problem: Problem) -> DecodeError {
        DecodeError {
            problem,
            offset: self.offset,
        }
    }

    pub(super) fn skip(&mut self, length: usize) -> Result<()> {
        self.take(length).map(drop)
    }

    /// The next byte, which stays the next.
    pub(super) fn peek(&self) -> Option<u8> {
        self.payload.get(self.offset).copied()
    }

    /// A piece of the payload that has been read already.
    pub(super) fn piece(&self, start: usize, end: usize) -> &'payload [u8] {
        &self.payload[start..end]
    }

    /// The next bytes, not kept.
    pub(super) fn take(&mut self, length: usize) -> Result<&'payload [u8]> {
        let Some(bytes) = self.payload[self.offset..].get(..length) else {
            let missing_bytes = length - self.remaining();
            return Err(self.error(Problem::EndOfPayload { missing_bytes }));
        };
        self.offset += length;
        Ok(bytes)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let Some(bytes) = self.payload[self.offset..].first_chunk::<N>() else {
            let missing_bytes = N - self.remaining();
            return Err(self.error(Problem::EndOfPayload { missing_bytes }));
        };
        self.offset += N;
        Ok(*bytes)
    }

    pub(super) fn u8(&mut self) -> Result<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn i32(&mut self) -> Result<i32> {
        self.array().map(i32::from_le_bytes)
    }

    pub(super) fn i64(&mut self) -> Result<i64> {
        self.array().map(i64::from_le_bytes)
    }

    /// A CompactSize of any value, in its shortest form (Core's ReadCompactSize
    /// without range check).
    pub(super) fn compact(&mut self) -> Result<u64> {
        let start = self.offset;
        let (value, smallest) = match self.u8()? {
            byte @ ..253 => return Ok(byte.into()),
            253 => (self.u16()?.into(), 253),
            254 => (self.u32()?.into(), 0x1_0000),
            255 => (self.u64()?, 0x1_0000_0000),
        };
        if value < smallest {
            let problem = Problem::NonCanonicalSize { value };
            return Err(DecodeError {
                problem,
                offset: start,
            });
        }
        Ok(value)
    }

    /// A CompactSize that is a size or a count.
    pub(super) fn size(&mut self) -> Result<usize> {
        let start = self.offset;
        let size = self.compact()?;
        if size > MAX_SIZE {
            return Err(DecodeError {
                problem: Problem::SizeTooLarge { size },
                offset: start,
            });
        }
        Ok(size as usize)
    }

    /// The count in front of items that take at least `item_bytes` each, all
    /// of which have room in what follows.
    pub(super) fn count(&mut self, item_bytes: usize) -> Result<usize> {
        let start = self.offset;
        let count = self.size()?;
        let remaining_bytes = self.remaining();
        if count > remaining_bytes / item_bytes {
            let problem = Problem::CountTooLarge {
                count,
                item_bytes,
                remaining_bytes,
            };
            return Err(DecodeError {
                problem,
                offset: start,
            });
        }
        Ok(count)
    }

    /// A count and as many items, of at least `item_bytes` each.
    pub(super) fn list<T>(
        &mut self,
        item_bytes: usize,
        mut item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let count = self.count(item_bytes)?;
        let mut items = Vec::with_capacity(count.min(MAX_ITEMS_AT_ONCE));
        for _ in 0..count {
            items.push(item(self)?);
        }
        self.held_bytes += items.capacity() * size_of::<T>();
        Ok(items)
    }

    /// A count and as many items of `N` bytes each, that every value of theirs is right for.
    pub(super) fn plain_list<const N: usize, T>(
        &mut self,
        item: impl Fn(&[u8; N]) -> T,
    ) -> Result<Vec<T>> {
        let count = self.count(N)?;
        let (chunks, _) = self.take(count * N)?.as_chunks();
        let items: Vec<T> = chunks.iter().map(item).collect();
        self.held_bytes += items.capacity() * size_of::<T>();
        Ok(items)
    }

    /// The next bytes as a slice of the one copy of the payload.
    pub(super) fn bytes(&mut self, length: usize) -> Result<Bytes> {
        let start = self.offset;
        self.skip(length)?;
        Ok(self.kept(start, self.offset))
    }

    /// A piece of the payload as a slice of the one copy of it.
    pub(super) fn kept(&mut self, start: usize, end: usize) -> Bytes {
        if start == end {
            return Bytes::new();
        }
        let copy = self.copy.get_or_insert_with(|| {
            self.held_bytes += self.payload.len();
            Bytes::copy_from_slice(self.payload)
        });
        copy.slice(start..end)
    }

    /// The next bytes as a copy of their own: for little out of a large payload.
    pub(super) fn copied(&mut self, length: usize) -> Result<Bytes> {
        self.held_bytes += length;
        self.take(length).map(Bytes::copy_from_slice)
    }

    pub(super) fn hash(&mut self) -> Result<Bytes> {
        self.bytes(32)
    }

    pub(super) fn hashes(&mut self) -> Result<Vec<Bytes>> {
        self.list(32, Self::hash)
    }

    /// A length and as many bytes, kept.
    pub(super) fn sized_bytes(&mut self) -> Result<Bytes> {
        let length = self.size()?;
        self.bytes(length)
    }

    /// A length of at most `limit` and as many bytes, not kept.
    pub(super) fn limited(&mut self, field: &'static str, limit: usize) -> Result<&'payload [u8]> {
        let start = self.offset;
        let length = self.size()?;
        if length > limit {
            let problem = Problem::TooLong {
                field,
                length,
                limit,
            };
            return Err(DecodeError {
                problem,
                offset: start,
            });
        }
        self.take(length)
    }

    /// Text of at most `limit` bytes; invalid UTF-8 is replaced by U+FFFD.
    pub(super) fn text(&mut self, field: &'static str, limit: usize) -> Result<String> {
        let bytes = self.limited(field, limit)?;
        let text = String::from_utf8_lossy(bytes).into_owned();
        self.held_bytes += text.len();
        Ok(text)
    }

    /// Keeps a computed hash, one of possibly many in an allocation.
    pub(super) fn keep_hash(&mut self, hash: sha256d::Hash) -> Bytes {
        if self.hashes.capacity() < hash.as_byte_array().len() {
            self.hashes = BytesMut::with_capacity(self.hash_room);
            self.held_bytes += self.hash_room;
            self.hash_room = (self.hash_room * 2).min(MOST_HASH_ROOM);
        }
        self.hashes.extend_from_slice(hash.as_byte_array());
        self.hashes.split().freeze()
    }
}

/// The double SHA-256 of pieces, one after the other.
pub(super) fn double_sha256(pieces: &[&[u8]]) -> sha256d::Hash {
    let mut engine = sha256d::Hash::engine();
    pieces.iter().for_each(|piece| engine.input(piece));
    sha256d::Hash::from_engine(engine)
}
