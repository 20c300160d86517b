//! Records: everything in a file behind its first eight bytes. A head of 48 bytes
//! with a checksum of its own, and a payload with one.

/// The file begins with it. The last byte is the format's version.
pub(crate) const FILE_MAGIC: &[u8; 8] = b"POARCHV\x01";
/// A finished file ends with it; the eight bytes before it say where the index is.
pub(crate) const TRAILER_MAGIC: &[u8; 8] = b"POINDEX\x01";
pub(crate) const TRAILER_BYTES: u64 = 16;
/// Every record begins with it, so that a reader finds the next one behind damage.
pub(crate) const RECORD_MAGIC: [u8; 4] = [0xf5, b'P', b'O', 0xa7];
pub(crate) const HEAD_BYTES: usize = 48;

pub(crate) const HEADER: u8 = 1;
pub(crate) const BLOCK: u8 = 2;
pub(crate) const SUMMARY: u8 = 3;
pub(crate) const INDEX: u8 = 4;

/// What a record's head says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) kind: u8,
    /// Of a block: its number in its frame, from 0.
    pub(crate) number: u16,
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
        bytes[8..12].copy_from_slice(&self.stored.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.plain.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.events.to_le_bytes());
        bytes[20..24].copy_from_slice(&self.event_bytes.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.first_bus_time_ns.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.span_ns.to_le_bytes());
        bytes[40..44].copy_from_slice(&self.payload_check.to_le_bytes());
        let check = crc32fast::hash(&bytes[..44]);
        bytes[44..].copy_from_slice(&check.to_le_bytes());
        bytes
    }

    /// `None` where this is no head, or a damaged one.
    pub(crate) fn parse(bytes: &[u8; HEAD_BYTES]) -> Option<Head> {
        let four = |at: usize| {
            let mut number = [0; 4];
            number.copy_from_slice(&bytes[at..at + 4]);
            u32::from_le_bytes(number)
        };
        let eight = |at: usize| u64::from(four(at)) | u64::from(four(at + 4)) << 32;
        if bytes[..4] != RECORD_MAGIC || crc32fast::hash(&bytes[..44]) != four(44) {
            return None;
        }
        Some(Head {
            kind: bytes[4],
            number: u16::from_le_bytes([bytes[6], bytes[7]]),
            stored: four(8),
            plain: four(12),
            events: four(16),
            event_bytes: four(20),
            first_bus_time_ns: eight(24),
            span_ns: eight(32),
            payload_check: four(40),
        })
    }

    /// Bytes of the whole record.
    pub(crate) fn record_bytes(&self) -> u64 {
        HEAD_BYTES as u64 + u64::from(self.stored)
    }
}
