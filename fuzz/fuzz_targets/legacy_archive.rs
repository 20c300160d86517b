//! Any bytes as an archive of the existing system, compressed or not: nothing
//! panics, reading comes to an end, and what comes out is numbered without holes.
//!
//! `cargo fuzz run -s none legacy_archive` (without `-s none` it needs nightly).

#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use peer_observer_legacy_archive::{LegacyItem, LegacyReader, is_legacy};

/// The header of theirs: begun in May 2026.
const HEADER: [u8; 7] = [6, 0x08, 0xc0, 0x8e, 0xa5, 0xd0, 0x06];
/// Field 10: the timestamp, in milliseconds.
const TIMESTAMP: [u8; 7] = [0x50, 0x80, 0x92, 0xb8, 0xc3, 0x98, 0x33];

#[derive(Arbitrary, Debug)]
enum Input {
    /// A file.
    File(Vec<u8>),
    /// What stands in a compressed file, in blocks of zstd that are as they are.
    Blocks(Vec<Vec<u8>>),
    /// Events: which extractor's, and its message.
    Events(Vec<(u8, Vec<u8>)>),
}

fuzz_target!(|input: Input| match input {
    Input::File(file) => {
        read(&file);
    }
    Input::Blocks(blocks) => {
        let parts: Vec<&[u8]> = blocks.iter().map(Vec::as_slice).collect();
        read(&frame(&parts));
    }
    Input::Events(events) => {
        let plain = [HEADER.to_vec(), events.iter().flat_map(record).collect()].concat();
        assert!(is_legacy(&plain));
        let found = read(&plain);
        assert_eq!(found, read(&frame(&[&plain])));
        let records = found.events + found.undecodable;
        // The others are skipped.
        assert!(records <= events.len() as u64 && !found.is_cut_off);
    }
});

fn record((extractor, message): &(u8, Vec<u8>)) -> Vec<u8> {
    let mut payload = vec![(1 + extractor % 5) << 3 | 2];
    push_varint(&mut payload, message.len());
    payload.extend(message);
    payload.extend(TIMESTAMP);
    let mut record = Vec::new();
    push_varint(&mut record, payload.len());
    record.extend(payload);
    record
}

fn push_varint(out: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A frame with a window of 1 MiB and no checksum.
fn frame(parts: &[&[u8]]) -> Vec<u8> {
    const MOST_BLOCK_BYTES: usize = 1 << 17;
    let mut out = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 0x50];
    for block in parts.iter().flat_map(|part| part.chunks(MOST_BLOCK_BYTES)) {
        out.extend(&(block.len() as u32 * 8).to_le_bytes()[..3]);
        out.extend(block);
    }
    // The last block, which is empty.
    out.extend([1, 0, 0]);
    out
}

#[derive(Debug, Default, PartialEq)]
struct Found {
    events: u64,
    undecodable: u64,
    is_cut_off: bool,
}

fn read(file: &[u8]) -> Found {
    let mut found = Found::default();
    let Ok(mut reader) = LegacyReader::open(file, "alice") else {
        return found;
    };
    assert!(is_legacy(file));
    let mut bus_time_ns = 0;
    while let Some(item) = reader.next().expect("memory can be read") {
        assert!(!found.is_cut_off);
        match item {
            LegacyItem::Event(event) => {
                found.events += 1;
                assert_eq!(event.bus_sequence, found.events);
                assert!(event.bus_time_ns >= bus_time_ns && event.payload.is_some());
                bus_time_ns = event.bus_time_ns;
                // What it becomes can be shown.
                let _json = event.to_json();
                let _line = event.to_string();
            }
            LegacyItem::Undecodable { .. } => found.undecodable += 1,
            LegacyItem::CutOff { .. } => found.is_cut_off = true,
        }
    }
    found
}
