//! Files whose checksums are right and that were made to take much memory.

use zstd_safe::{CCtx, zstd_sys::ZSTD_EndDirective};
use zstd_safe::{InBuffer, OutBuffer};

const HEADER: u8 = 1;
const BLOCK: u8 = 2;
const SUMMARY: u8 = 3;
const INDEX: u8 = 4;

/// The head's fields `plain`, `events` and `event_bytes`.
type Sizes = [u32; 3];

pub(crate) struct Record {
    kind: u8,
    sizes: Sizes,
    payload: Vec<u8>,
}

fn message(kind: u8, payload: Vec<u8>) -> Record {
    Record {
        kind,
        sizes: [0; 3],
        payload,
    }
}

/// A file of these records behind an empty header.
pub(crate) fn file(records: &[Record]) -> Vec<u8> {
    let mut file = b"POARCHV\x01".to_vec();
    put(&mut file, &message(HEADER, Vec::new()));
    for record in records {
        put(&mut file, record);
    }
    file
}

fn put(file: &mut Vec<u8>, record: &Record) {
    let mut head = vec![0xf5, b'P', b'O', 0xa7, record.kind, 0, 0, 0];
    head.extend([7; 8]);
    head.extend((record.payload.len() as u32).to_le_bytes());
    for size in record.sizes {
        head.extend(size.to_le_bytes());
    }
    head.extend([0; 16]);
    head.extend(crc32fast::hash(&record.payload).to_le_bytes());
    head.extend(crc32fast::hash(&head).to_le_bytes());
    file.extend(head);
    file.extend(&record.payload);
}

/// An index record with its trailer.
fn with_index(mut file: Vec<u8>, index: Vec<u8>) -> Vec<u8> {
    let offset = file.len() as u64;
    put(&mut file, &message(INDEX, index));
    file.extend(offset.to_le_bytes());
    file.extend(b"POINDEX\x01");
    file
}

/// As many empty frame entries as an index has room for.
pub(crate) fn large_index() -> Vec<u8> {
    with_index(file(&[]), [0x0a, 0].repeat(8 << 20))
}

/// As many empty publishers as a summary has room for, in many frames.
pub(crate) fn large_summary() -> Vec<u8> {
    let publishers = || message(SUMMARY, [0x3a, 0].repeat(1 << 19));
    let mut records = Vec::new();
    for _ in 0..16 {
        records.push(block(&[], [1, 0]));
        records.push(publishers());
    }
    file(&records)
}

/// Very many frames, without an index.
pub(crate) fn many_frames() -> Vec<u8> {
    let mut records = Vec::new();
    for _ in 0..400_000 {
        records.push(message(BLOCK, Vec::new()));
        records.push(message(SUMMARY, vec![8, 1]));
    }
    file(&records)
}

/// A block whose columns say what `plain` says.
fn block(plain: &[u8], [events, event_bytes]: [u32; 2]) -> Record {
    let mut payload = Vec::with_capacity(1 << 24);
    let mut context = CCtx::create();
    let mut output = OutBuffer::around(&mut payload);
    let mut input = InBuffer::around(plain);
    let end = ZSTD_EndDirective::ZSTD_e_flush;
    let left = context.compress_stream2(&mut output, &mut input, end);
    assert_eq!(left, Ok(0));
    Record {
        kind: BLOCK,
        sizes: [plain.len() as u32, events, event_bytes],
        payload,
    }
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn varints(out: &mut Vec<u8>, values: &[u64]) {
    values.iter().for_each(|value| varint(out, *value));
}

/// A block that has as much as possible of everything: layouts that all become
/// steps, words, numbers, hashes that were seen before, event bytes.
pub(crate) fn large_block() -> Record {
    const LAYOUTS: u64 = 510;
    const FIELDS: u64 = 256;
    const WORD_COLUMNS: u64 = 32;
    const WORDS: u64 = 4096;
    const HASHES: u64 = 1 << 20;
    let (layout_column, count_column, value_column, hash_column) = (2, 3, 4, 5);
    let first_word_column = 6;

    let mut plain = vec![0; 4];
    // No prefixes; layouts of fields that all are runs: each one is a program.
    varints(&mut plain, &[0, LAYOUTS]);
    for _ in 0..LAYOUTS {
        varints(&mut plain, &[layout_column, FIELDS]);
        for _ in 0..FIELDS {
            varints(&mut plain, &[8, value_column << 3 | 1, count_column]);
        }
    }
    // The columns: numbers, hashes, words.
    varints(&mut plain, &[3 << 1, 1 << 1, 1 << 1, 1 << 1 | 1]);
    varints(&mut plain, &[1 << 1 | 1].repeat(WORD_COLUMNS as usize));
    // The last one takes what is left of the block's bytes.
    varints(&mut plain, &[1 << 1 | 1, 0]);
    varint(&mut plain, 32);
    plain.extend([5; 32]);
    // Layouts: from the second one on, one after the other. Then numbers that are not all the same.
    varints(&mut plain, &[LAYOUTS - 1, 0x00]);
    varint(&mut plain, 2);
    for values in [
        2u64,
        (1 << 21) - LAYOUTS - HASHES - 2 * WORD_COLUMNS * WORDS,
    ] {
        varints(&mut plain, &[values, 0x10 | 1, 0]);
        plain.extend((0..values).map(|value| value as u8));
    }
    // One new hash, the others refer to it.
    plain.push(2);
    varints(&mut plain, &[HASHES, HASHES, 0]);
    plain.extend((1..HASHES).map(|number| if number == 1 { 1 } else { 2 }));
    for _ in 0..WORD_COLUMNS {
        plain.push(1);
        varint(&mut plain, WORDS);
        for _ in 0..WORDS {
            plain.push(95);
            plain.extend([6; 95]);
        }
        // Which words: 0, 1, 0, 1, …
        varints(&mut plain, &[WORDS, 0x10 | 1, 0]);
        plain.extend((0..WORDS).map(|value| value as u8 & 1));
    }
    assert_eq!(first_word_column, hash_column + 1);
    // A byte string as long as can be.
    let length = (48 << 20) - plain.len() as u64 - 16;
    plain.push(0);
    varints(&mut plain, &[1, 0x30, length, 0]);
    plain.resize(plain.len() + length as usize, 7);
    block(&plain, [1 << 19, 32 << 20])
}
