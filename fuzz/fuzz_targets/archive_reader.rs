//! Any bytes as an archive: nothing panics, and nothing takes more memory than
//! it should. And any events come back from an archive as they were. Changes get
//! past the checksums too: into what a block's columns say.
//!
//! `cargo fuzz run -s none archive_reader` (without `-s none` it needs nightly).

#![no_main]

use std::io::Cursor;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use peer_observer_archive::{
    ArchiveReader, ArchiveWriter, Header, Item, Options, Selection, verify,
};
use zstd_safe::{DCtx, InBuffer, OutBuffer};

#[derive(Arbitrary, Debug)]
enum Input {
    /// A file.
    File(Vec<u8>),
    /// Events, and whether the block ends behind each.
    Events(Vec<(Vec<u8>, bool)>),
    /// The same, and what is changed in the file: where, and how.
    Damaged(Vec<(Vec<u8>, bool)>, Vec<(u16, u8)>),
    /// The same, but the columns of the blocks are changed, and all checksums are right.
    Crafted(Vec<(Vec<u8>, bool)>, Vec<(u16, u8)>),
    /// A block of these columns; how many events it has, and how many bytes they.
    Block(Vec<u8>, u16, u16),
}

fuzz_target!(|input: Input| match input {
    Input::File(file) => read_all(&file),
    Input::Events(events) => {
        let file = write(&events);
        let mut reader = ArchiveReader::open(Cursor::new(&file)).expect("the file is an archive");
        let mut found = reader
            .events(Selection::default())
            .expect("memory can be read");
        for (event, _) in &events {
            let item = found.next().expect("memory can be read");
            assert_eq!(item, Some(Item::Event(event)));
        }
        assert_eq!(found.next().expect("memory can be read"), None);
    }
    Input::Damaged(events, changes) => {
        let mut file = write(&events);
        for (place, mask) in changes {
            let place = usize::from(place) % file.len();
            file[place] ^= mask;
        }
        read_all(&file);
    }
    Input::Crafted(events, changes) => {
        let mut file = Vec::new();
        let mut decompressor = DCtx::create();
        let written = write(&events);
        let (magic, mut records) = written.split_at(8);
        file.extend_from_slice(magic);
        while let Some((head, rest)) = records.split_first_chunk::<HEAD_BYTES>() {
            let (payload, rest) = rest.split_at(number(head, 16) as usize);
            match head[4] {
                BLOCK => {
                    if head[6..8] == [0, 0] {
                        decompressor = DCtx::create();
                    }
                    let mut plain = vec![0; number(head, 20) as usize];
                    decompressor
                        .decompress_stream(
                            &mut OutBuffer::around(&mut plain[..]),
                            &mut InBuffer::around(payload),
                        )
                        .expect("the block is whole");
                    for (place, mask) in &changes {
                        let place = usize::from(*place) % plain.len();
                        plain[place] ^= mask;
                    }
                    put_block(&mut file, *head, &plain);
                }
                _ => put(&mut file, *head, payload),
            }
            records = rest;
        }
        read_all(&file);
    }
    Input::Block(plain, events, event_bytes) => {
        let mut file = write(&[]);
        let header = 8 + HEAD_BYTES + number(&file[8..], 16) as usize;
        file.truncate(header);
        let mut head = *file[8..].first_chunk().expect("the header stands there");
        head[4] = BLOCK;
        head[24..28].copy_from_slice(&u32::from(events).to_le_bytes());
        head[28..32].copy_from_slice(&u32::from(event_bytes).to_le_bytes());
        put_block(&mut file, head, &plain);
        read_all(&file);
    }
});

const HEAD_BYTES: usize = 56;
const BLOCK: u8 = 2;

fn number(bytes: &[u8], at: usize) -> u32 {
    let four = bytes[at..].first_chunk().expect("a head is that long");
    u32::from_le_bytes(*four)
}

/// A record whose lengths and checksums are right.
fn put(file: &mut Vec<u8>, mut head: [u8; HEAD_BYTES], payload: &[u8]) {
    head[16..20].copy_from_slice(&(payload.len() as u32).to_le_bytes());
    head[48..52].copy_from_slice(&crc32fast::hash(payload).to_le_bytes());
    let check = crc32fast::hash(&head[..52]);
    head[52..].copy_from_slice(&check.to_le_bytes());
    file.extend_from_slice(&head);
    file.extend_from_slice(payload);
}

/// A block that is not compressed: in a frame's first block the zstd stream begins.
fn put_block(file: &mut Vec<u8>, mut head: [u8; HEAD_BYTES], plain: &[u8]) {
    let mut payload = Vec::new();
    if head[6..8] == [0, 0] {
        payload.extend([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58]);
    }
    for part in plain.chunks(1 << 17) {
        payload.extend_from_slice(&((part.len() as u32) << 3).to_le_bytes()[..3]);
        payload.extend_from_slice(part);
    }
    head[20..24].copy_from_slice(&(plain.len() as u32).to_le_bytes());
    put(file, head, &payload);
}

fn write(events: &[(Vec<u8>, bool)]) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Vec::new(), &Header::default(), Options::default())
        .expect("memory can be written");
    for (event, ends_block) in events {
        writer.push(event).expect("memory can be written");
        if *ends_block {
            writer.flush().expect("memory can be written");
        }
    }
    writer.finish().expect("memory can be written")
}

fn read_all(file: &[u8]) {
    if let Ok(mut reader) = ArchiveReader::open(Cursor::new(file)) {
        let report = verify(&mut reader).expect("memory can be read");
        let mut found = reader
            .events(Selection::default())
            .expect("memory can be read");
        let mut events = 0;
        while let Some(item) = found.next().expect("memory can be read") {
            events += u64::from(matches!(item, Item::Event(_)));
        }
        assert_eq!(report.events, events);
    }
}
