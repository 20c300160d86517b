//! Records: everything in a file behind its first eight bytes. A head of 56 bytes
//! with a checksum of its own, and a payload with one.

use crate::transform::limits::{
    MOST_BLOCK_EVENT_BYTES, MOST_BLOCK_EVENTS, MOST_PLAIN_BYTES, MOST_STORED_BYTES,
};

/// The file begins with it. The last byte is the format's version.
pub(crate) const FILE_MAGIC: &[u8; 8] = b"POARCHV\x01";
/// A finished file ends with it; the eight bytes before it say where the index is.
pub(crate) const TRAILER_MAGIC: &[u8; 8] = b"POINDEX\x01";
pub(crate) const TRAILER_BYTES: u64 = 16;
/// Every record begins with it, so that a reader finds the next one behind damage.
pub(crate) const RECORD_MAGIC: [u8; 4] = [0xf5, b'P', b'O', 0xa7];
pub(crate) const HEAD_BYTES: usize = 56;

pub(crate) const HEADER: u8 = 1;
pub(crate) const BLOCK: u8 = 2;
pub(crate) const SUMMARY: u8 = 3;
pub(crate) const INDEX: u8 = 4;

/// The most bytes of a header or a summary, and of an index.
pub(crate) const MOST_MESSAGE_BYTES: usize = 1 << 20;
pub(crate) const MOST_INDEX_BYTES: usize = 16 << 20;

/// What a record's head says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) kind: u8,
    /// Of a block: its number in its frame, from 0.
    pub(crate) number: u16,
    /// The same number in all records of a file, and hardly in those of any
    /// other: what a peer sends cannot look like a record of ours.
    pub(crate) tag: u64,
    /// Bytes of the payload as it stands in the file.
    pub(crate) stored: u32,
    /// Of a block: bytes after decompression.
    pub(crate) plain: u32,
    /// Of a block: events, and their bytes.
    pub(crate) events: u32,
    pub(crate) event_bytes: u32,
    /// Of a block: `bus_time_ns` of the earliest event, and what the latest one
    /// is later, in nanoseconds.
    pub(crate) first_bus_time_ns: u64,
    pub(crate) span_ns: u64,
    /// CRC-32 of the payload.
    pub(crate) payload_check: u32,
}

impl Head {
    pub(crate) fn encode(&self) -> [u8; HEAD_BYTES] {
        let mut bytes = [0; HEAD_BYTES];
        bytes[..4].copy_from_slice(&RECORD_MAGIC);
        bytes[4] = self.kind;
        bytes[6..8].copy_from_slice(&self.number.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.tag.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.stored.to_le_bytes());
        bytes[20..24].copy_from_slice(&self.plain.to_le_bytes());
        bytes[24..28].copy_from_slice(&self.events.to_le_bytes());
        bytes[28..32].copy_from_slice(&self.event_bytes.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.first_bus_time_ns.to_le_bytes());
        bytes[40..48].copy_from_slice(&self.span_ns.to_le_bytes());
        bytes[48..52].copy_from_slice(&self.payload_check.to_le_bytes());
        let check = crc32fast::hash(&bytes[..52]);
        bytes[52..].copy_from_slice(&check.to_le_bytes());
        bytes
    }

    /// `None` where this is no head, a damaged one, or one that exceeds the limits.
    pub(crate) fn parse(bytes: &[u8; HEAD_BYTES]) -> Option<Head> {
        let four = |at: usize| {
            let mut number = [0; 4];
            number.copy_from_slice(&bytes[at..at + 4]);
            u32::from_le_bytes(number)
        };
        let eight = |at: usize| u64::from(four(at)) | u64::from(four(at + 4)) << 32;
        if bytes[..4] != RECORD_MAGIC || crc32fast::hash(&bytes[..52]) != four(52) {
            return None;
        }
        let head = Head {
            kind: bytes[4],
            number: u16::from_le_bytes([bytes[6], bytes[7]]),
            tag: eight(8),
            stored: four(16),
            plain: four(20),
            events: four(24),
            event_bytes: four(28),
            first_bus_time_ns: eight(32),
            span_ns: eight(40),
            payload_check: four(48),
        };
        head.is_within_limits().then_some(head)
    }

    fn is_within_limits(&self) -> bool {
        let most_stored = match self.kind {
            HEADER | SUMMARY => MOST_MESSAGE_BYTES,
            INDEX => MOST_INDEX_BYTES,
            _ => MOST_STORED_BYTES,
        };
        self.stored as usize <= most_stored
            && self.plain as usize <= MOST_PLAIN_BYTES
            && self.event_bytes as usize <= MOST_BLOCK_EVENT_BYTES
            && self.events as usize <= MOST_BLOCK_EVENTS
    }

    /// Bytes of the whole record.
    pub(crate) fn record_bytes(&self) -> u64 {
        HEAD_BYTES as u64 + u64::from(self.stored)
    }
}
