//! The forms that a file can have.

use std::io::Read;

use peer_observer_event::{Body, CutReason, Payload};
use peer_observer_legacy_archive::{
    CutOff, LegacyError, LegacyHeader, LegacyItem, LegacyPrefix, LegacyReader, is_legacy,
};
use prost::Message;

use crate::messages::{message, ping};
use crate::old::message::Msg;
use crate::old::{self, CREATED, PREFIX, compressed, records};
use crate::support::{events, items};

const WINDOW_LOG: u32 = 20;

fn pings(count: u64) -> Vec<old::Event> {
    (0..count).map(ping).collect()
}

fn header(low_data: Option<bool>) -> old::Header {
    old::Header {
        created: CREATED,
        low_data,
    }
}

/// Each form of the beginning, and what it says.
fn beginnings() -> Vec<(Vec<u8>, LegacyHeader)> {
    let prefix = Some(LegacyPrefix {
        version: 1,
        commit: [0xab, 0xcd, 0xef, 0x01],
    });
    let ours = |low_data| LegacyHeader {
        created_seconds: Some(CREATED),
        low_data,
        prefix: None,
    };
    let mut beginnings = vec![
        (Vec::new(), LegacyHeader::default()),
        (
            PREFIX.to_vec(),
            LegacyHeader {
                prefix,
                ..LegacyHeader::default()
            },
        ),
        (
            [&PREFIX[..], &header(None).encode_length_delimited_to_vec()].concat(),
            LegacyHeader {
                prefix,
                ..ours(None)
            },
        ),
    ];
    for low_data in [None, Some(false), Some(true)] {
        let bytes = header(low_data).encode_length_delimited_to_vec();
        beginnings.push((bytes, ours(low_data)));
    }
    beginnings
}

#[test]
fn files_of_all_versions_are_read() {
    let records = records(&pings(3));
    for (beginning, expected) in beginnings() {
        let plain = [&beginning[..], &records].concat();
        let zstd = compressed(&[&beginning, &records], WINDOW_LOG);
        for file in [plain, zstd] {
            assert!(is_legacy(&file), "{expected:?}");
            assert!(is_legacy(&file[..64]), "{expected:?}");
            let (items, reader) = items(&file);
            assert_eq!(reader.header(), &expected);
            assert_eq!(items.len(), 3, "{expected:?}");
            assert_eq!(reader.bytes_read(), file.len() as u64);
            assert!(reader.skipped().is_empty());
        }
    }
}

#[test]
fn the_largest_window_of_theirs_is_accepted_and_no_larger_one() {
    // In two parts: of one the size is known, and a small window is enough.
    let (header, records) = (old::file(&[]), records(&pings(3)));
    let with_window = |log| compressed(&[&header, &records], log);
    assert_eq!(events(&with_window(27)).len(), 3);
    let (items, _) = items(&with_window(28));
    assert!(
        matches!(
            items[..],
            [LegacyItem::CutOff {
                after_events: 0,
                unread_bytes: 0,
                how: CutOff::Compression(_)
            }]
        ),
        "{items:?}"
    );
}

/// As `cat` of several files makes it, or a tool that compresses in parallel.
#[test]
fn several_frames_are_one_file() {
    let plain = old::file(&pings(500));
    let frames = plain
        .chunks(1_000)
        .map(|part| compressed(&[part], WINDOW_LOG));
    let skippable = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
    let file = [skippable.to_vec(), frames.collect::<Vec<_>>().concat()].concat();
    assert!(is_legacy(&file));
    assert_eq!(events(&file).len(), 500);
}

/// Gives one byte at a time.
struct Trickle<'a>(&'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let most = out.len().min(1);
        self.0.read(&mut out[..most])
    }
}

#[test]
fn how_much_comes_at_once_makes_no_difference() {
    let plain = old::file(&pings(50));
    for file in [compressed(&[&plain], WINDOW_LOG), plain] {
        let mut reader = LegacyReader::open(Trickle(&file), "alice").unwrap();
        let mut count = 0;
        while let Some(item) = reader.next().unwrap() {
            assert!(matches!(item, LegacyItem::Event(_)));
            count += 1;
        }
        assert_eq!((count, reader.bytes_read()), (50, file.len() as u64));
    }
}

#[test]
fn other_files_are_refused() {
    let text = b"2026-05-17T06:40:00Z UpdateTip: new best=0000";
    let others: [&[u8]; 4] = [b"", b"POARCHV\x01", text, &compressed(&[text], WINDOW_LOG)];
    for other in others {
        let opened = LegacyReader::open(other, "alice");
        assert!(
            matches!(opened.err(), Some(LegacyError::NotAnArchive)),
            "{other:?}"
        );
    }
}

#[test]
fn an_archive_without_events_is_empty() {
    let file = old::file(&[]);
    assert_eq!(items(&file).0, []);
    assert_eq!(items(&compressed(&[&file], WINDOW_LOG)).0, []);
}

#[test]
fn what_low_data_has_left_out_is_said() {
    let block = old::message::Block {
        header: crate::blocks::header().1,
        transactions: Vec::new(),
    };
    let event = message("block", 1_500_000, Msg::Block(block));
    let header = header(Some(true)).encode_length_delimited_to_vec();
    let file = [header, records(&[event])].concat();
    let Some(Payload::P2pMessage(message)) = events(&file).remove(0).payload else {
        panic!("no message");
    };
    let cut = message.cut.expect("the body is not all there");
    assert_eq!((cut.reason(), cut.kept_bytes), (CutReason::Setting, 80));
    assert_eq!(message.payload_bytes, 1_500_000);
    assert!(matches!(message.body, Some(Body::Block(block)) if block.header.is_some()));
}
