//! Files that are cut off, changed or made up.

use std::io::Cursor;
use std::ops::Range;

use peer_observer_archive::*;

use crate::files::{header, open, read, small, write};
use crate::recording::{Numbers, Traffic, recording};

/// A file cut off anywhere gives everything up to its last flush, and says what is lost.
#[test]
fn a_file_cut_off_anywhere_is_readable_up_to_its_last_flush() {
    let events = recording(60, Traffic::Mixed);
    let mut writer = ArchiveWriter::new(Vec::new(), &header(), small()).unwrap();
    // After so many bytes so many events are safe.
    let mut safe = vec![(writer.bytes(), 0)];
    for (number, event) in events.iter().enumerate() {
        writer.push(event).unwrap();
        if number % 7 == 6 {
            writer.flush().unwrap();
        }
        if number == 30 {
            writer.end_frame().unwrap();
        }
        if writer.unflushed_bytes() == 0 {
            safe.push((writer.bytes(), number + 1));
        }
    }
    let begin = safe[0].0 as usize;
    let file = writer.finish().unwrap();
    for length in 0..file.len() {
        let Ok(mut reader) = ArchiveReader::open(Cursor::new(&file[..length])) else {
            assert!(length < begin);
            continue;
        };
        let whole = safe.iter().rev().find(|(bytes, _)| *bytes <= length as u64);
        let whole = whole.map_or(0, |(_, events)| *events);
        let mut cursor = reader.events(Selection::default()).unwrap();
        let (mut found, mut damages) = (0, Vec::new());
        while let Some(item) = cursor.next().unwrap() {
            match item {
                Item::Event(event) => {
                    assert_eq!(event, events[found]);
                    found += 1;
                }
                Item::Damage(damage) => damages.push(damage),
            }
        }
        assert!(
            found >= whole,
            "{found} of {whole} events in {length} bytes"
        );
        let last = damages.last().unwrap();
        assert_eq!(last.offset + last.bytes, length as u64, "{damages:?}");
    }
}

/// One byte changed, anywhere: never a wrong event, nothing lost outside the
/// frame, and the damage is told with the right number of lost events.
#[test]
fn a_changed_byte_damages_one_frame_and_is_told() {
    const PLACES: usize = 10_000;
    let events = recording(14_000, Traffic::Mixed);
    let file = write(
        Options {
            block_bytes: 16 << 10,
            frame_bytes: 64 << 10,
            ..Options::default()
        },
        &events,
    );
    assert!((900_000..2_500_000).contains(&file.len()), "{}", file.len());
    let frames = open(&file).frames().unwrap();
    let mut first = 0;
    let mut places = Vec::new();
    for frame in &frames {
        let count = frame.summary.as_ref().unwrap().events as usize;
        places.push(Place {
            first,
            count,
            offset: frame.offset,
            end: frame.offset + frame.bytes,
        });
        first += count;
    }
    let mut numbers = Numbers(3);
    let mut changed = file.clone();
    for _ in 0..PLACES {
        let (at, mask) = (numbers.below(file.len()), 1 << numbers.below(8));
        changed[at] ^= mask;
        let in_frame = places.iter().position(|place| place.is_at(at as u64));
        // Reading all of it each time would take long: the frame before the
        // changed byte, its own, the one behind, and everything that is no frame.
        let middle = in_frame.unwrap_or_else(|| numbers.below(places.len()));
        let last = &places[(middle + 1).min(places.len() - 1)];
        let part = places[middle.saturating_sub(1)].first..last.first + last.count;
        check(
            &changed,
            &events,
            part,
            in_frame.map(|number| &places[number]),
            at,
        );
        changed[at] ^= mask;
    }
}

/// Where a frame stands among the events and in the file.
struct Place {
    first: usize,
    count: usize,
    offset: u64,
    end: u64,
}

impl Place {
    fn is_at(&self, at: u64) -> bool {
        (self.offset..self.end).contains(&at)
    }
}

/// Reads a part of the events from a file in which the byte at `at` is wrong.
fn check(file: &[u8], events: &[Vec<u8>], part: Range<usize>, frame: Option<&Place>, at: usize) {
    let events = &events[part];
    let time = |event: Option<&Vec<u8>>| EventFacts::read(event.unwrap()).bus_time_ns;
    let selection = Selection {
        from_ns: time(events.first()),
        to_ns: time(events.last()),
        ..Selection::default()
    };
    let mut reader = open(file);
    let mut cursor = reader.events(selection).unwrap();
    let (mut next, mut lost, mut told, mut damages) = (0, 0, 0, 0);
    while let Some(item) = cursor.next().unwrap() {
        match item {
            Item::Event(event) => {
                let skipped = events[next..].iter().position(|known| known == event);
                let skipped = skipped.unwrap_or_else(|| panic!("byte {at}: a wrong event"));
                lost += skipped;
                next += skipped + 1;
            }
            Item::Damage(damage) => {
                damages += 1;
                told += damage.events.unwrap() as usize;
                let end = damage.offset + damage.bytes;
                let is_inside = |frame: &Place| damage.offset >= frame.offset && end <= frame.end;
                assert!(frame.is_none_or(is_inside), "byte {at}: {damage}");
            }
        }
    }
    lost += events.len() - next;
    assert_eq!(lost, told, "byte {at}: the number of lost events");
    assert!(damages > 0, "byte {at}: nothing was told");
    assert!(lost <= frame.map_or(0, |frame| frame.count), "byte {at}");
}

/// A frame's blocks and what follows are lost with the first one that is damaged;
/// all frames around it are read, without an index too.
#[test]
fn a_file_with_holes_and_without_index_gives_all_whole_frames() {
    let events = recording(3_000, Traffic::Mixed);
    let mut file = write(small(), &events);
    let frames = open(&file).frames().unwrap();
    file.truncate(file.len() - 5);
    // A whole frame is overwritten, and the head of another one's second block.
    file[frames[2].offset as usize..][..frames[2].bytes as usize].fill(0);
    let count = |number: usize| frames[number].summary.as_ref().unwrap().events;
    let (found, damages) = read(&file);
    assert_eq!(found.len() as u64, 3_000 - count(2));
    assert_eq!(damages[0].offset, frames[2].offset);
    assert_eq!(damages[0].bytes, frames[2].bytes);
    assert_eq!(damages[0].events, None);
    let report = verify(&mut open(&file)).unwrap();
    assert!(!report.is_whole());
    assert_eq!(report.missing_events, count(2));
    assert_eq!(report.holes.len(), 1);
}

/// A peer sends what looks like a frame of an archive, in bytes that cannot be
/// compressed. Even where the head before it is damaged it is no frame.
#[test]
fn what_a_peer_sends_is_never_taken_for_a_record() {
    let mut numbers = Numbers(4);
    let mut noise =
        |length: usize| -> Vec<u8> { (0..length).map(|_| numbers.next() as u8).collect() };
    let imitated = write(small(), &[b"an event that never was".to_vec()]);
    let frame = open(&imitated).frames().unwrap()[0].clone();
    let frame = &imitated[frame.offset as usize..][..frame.bytes as usize];
    let events: Vec<Vec<u8>> = (0..20)
        .map(|_| [&noise(2_000), frame, &noise(2_000)].concat())
        .collect();
    let file = write(small(), &events);
    assert_eq!(read(&file).0, events);
    let first = open(&file).frames().unwrap()[0].offset as usize;
    assert!(file.windows(frame.len()).any(|part| part == frame));
    let mut changed = file.clone();
    changed[first + 5] ^= 1;
    // Without the header too: the index tells which records are the file's.
    for byte in [first, 12] {
        changed[byte] ^= 1;
        let (found, damages) = read(&changed);
        assert!(found.iter().all(|event| events.contains(event)), "{byte}");
        assert!(!damages.is_empty());
    }
}

#[test]
fn what_is_no_archive_is_refused() {
    for file in [
        &b""[..],
        b"PO",
        b"something else, of any length; no archive, though",
    ] {
        assert!(matches!(
            ArchiveReader::open(Cursor::new(file)),
            Err(OpenError::NotAnArchive)
        ));
    }
    let mut later = write(small(), &[]);
    later.truncate(8);
    later[7] = 9;
    assert!(matches!(
        ArchiveReader::open(Cursor::new(&later)),
        Err(OpenError::Version(9))
    ));
}
