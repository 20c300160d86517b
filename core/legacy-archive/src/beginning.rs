//! Tells archives of the existing system from other files by how they begin.

use crate::header::{LegacyHeader, MOST_HEADER_BYTES, PREFIX};
use crate::source::is_zstd;
use crate::wire::length;

/// Is this the beginning of an archive of the existing system, compressed or not?
///
/// 64 bytes are enough, or all of a shorter file. Anything that zstd has
/// compressed counts as one: what is in it, [`LegacyReader::open`] finds out.
/// Our own archives (`POARCHV`) and JSON do not.
///
/// [`LegacyReader::open`]: crate::LegacyReader::open
pub fn is_legacy(beginning: &[u8]) -> bool {
    is_zstd(beginning) || begins_plain(beginning)
}

/// The same for what is not compressed, or no longer.
pub(crate) fn begins_plain(plain: &[u8]) -> bool {
    plain.starts_with(PREFIX) || begins_with_header(plain) || begins_with_event(plain)
}

/// A short record whose first field is number 1, a number.
fn begins_with_header(plain: &[u8]) -> bool {
    let Some(([bytes, 0x08], fields)) = plain.split_first_chunk() else {
        return false;
    };
    let bytes = u64::from(*bytes);
    let is_there = fields.len() as u64 + 1 >= bytes;
    (2..=MOST_HEADER_BYTES).contains(&bytes)
        && (!is_there || LegacyHeader::default().read(plain).is_some())
}

/// A record of a payload (fields 1 to 5, messages) and a timestamp (field 10, of
/// 6 bytes until the year 2109) behind it. What is not there may be anything.
fn begins_with_event(plain: &[u8]) -> bool {
    const TIMESTAMP_KEY: u8 = 10 << 3;
    const TIMESTAMP_BYTES: u64 = 1 + 6;
    let parts = || {
        let (record_bytes, at) = length(plain).ok()??;
        let key = *plain.get(at)?;
        let (payload_bytes, length_bytes) = length(&plain[at + 1..]).ok()??;
        let payload = at + 1 + length_bytes;
        let timestamp = (payload as u64).checked_add(payload_bytes)?;
        let end = record_bytes.checked_add(at as u64)?;
        let is_one = matches!(key, 0x0a | 0x12 | 0x1a | 0x22 | 0x2a)
            && end.checked_sub(timestamp)? == TIMESTAMP_BYTES;
        let timestamp = usize::try_from(timestamp).ok()?;
        is_one.then_some((payload, timestamp))
    };
    parts().is_some_and(|(payload, timestamp)| {
        let is_empty = payload == timestamp;
        let is_key = |key: &u8| matches!(key & 7, 0 | 2) && (1..=12).contains(&(key >> 3));
        (is_empty || plain.get(payload).is_none_or(is_key))
            && plain.get(timestamp).is_none_or(|key| *key == TIMESTAMP_KEY)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_are_told_apart() {
        let others: [&[u8]; 9] = [
            b"",
            b"P",
            b"POARCHV\x01\xf5PO\xa7",
            b"PATH=/bin",
            b"{\"node\":\"alice\",\"extractor\":\"ebpf\",\"instance\":\"1\"}\n",
            b"{\"run\":1}",
            b"PAR1",
            b"\x7fELF\x02\x01\x01",
            &[0; 64],
        ];
        for other in others {
            assert!(!is_legacy(other), "{other:?}");
        }
    }

    #[test]
    fn their_beginnings_are_known() {
        let theirs: [&[u8]; 6] = [
            b"PA\x01\x12\x34\x56\x78",
            &[6, 0x08, 0x80, 0x92, 0xb8, 0xc3, 0x06],
            &[8, 0x08, 0x80, 0x92, 0xb8, 0xc3, 0x06, 0x10, 0x01],
            &[0x28, 0xb5, 0x2f, 0xfd, 0x84],
            &[0x5a, 0x2a, 0x4d, 0x18],
            &[
                11, 0x0a, 2, 0x0a, 0, 0x50, 0x80, 0x92, 0xb8, 0xc3, 0x98, 0x33,
            ],
        ];
        for beginning in theirs {
            assert!(is_legacy(beginning), "{beginning:?}");
        }
    }
}
