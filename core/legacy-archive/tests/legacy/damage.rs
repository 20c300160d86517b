//! Files that are broken off or damaged.

use peer_observer_legacy_archive::{CutOff, Fault, LegacyItem, LegacyReader};
use prost::Message;

use crate::messages::{message, ping};
use crate::old::message::{Msg, Unknown};
use crate::old::{self, Event, compressed, records};
use crate::support::{event, items};

/// All events of the file, and its last item, which has to say that it is broken off.
fn until_cut(file: &[u8]) -> (u64, u64, u64, CutOff) {
    let (mut items, _) = items(file);
    let Some(LegacyItem::CutOff {
        after_events,
        unread_bytes,
        how,
    }) = items.pop()
    else {
        panic!("not broken off");
    };
    let events = items.into_iter().map(event).count() as u64;
    (events, after_events, unread_bytes, how)
}

/// A file that was flushed after each of its events.
fn flushed(events: u64) -> Vec<u8> {
    let header = old::file(&[]);
    let pings = (0..events).map(|nonce| records(&[ping(nonce)]));
    let parts: Vec<Vec<u8>> = [header]
        .into_iter()
        .chain(pings)
        .chain([Vec::new()])
        .collect();
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    compressed(&parts, 20)
}

#[test]
fn a_plain_file_gives_all_whole_events_wherever_it_is_cut() {
    let mut file = old::file(&[]);
    let mut ends = vec![file.len()];
    for nonce in 0..4 {
        file.extend(ping(nonce).encode_length_delimited_to_vec());
        ends.push(file.len());
    }
    for length in 2..file.len() {
        let whole = ends.iter().filter(|end| **end <= length).count() as u64;
        let events = whole.saturating_sub(1);
        if let Some(end) = ends.iter().find(|end| **end == length) {
            let (items, _) = items(&file[..*end]);
            assert_eq!(items.len() as u64, events, "cut at {length}");
            continue;
        }
        let last = ends.iter().rfind(|end| **end <= length).copied();
        let unread = (length - last.unwrap_or(0)) as u64;
        let expected = (events, events, unread, CutOff::WithinRecord);
        assert_eq!(until_cut(&file[..length]), expected, "cut at {length}");
    }
}

/// A flush after each event: what is before it can be read.
#[test]
fn a_compressed_file_gives_all_flushed_events_wherever_it_is_cut() {
    let file = flushed(6);
    let mut before = 0;
    for length in 4..file.len() {
        let (events, after_events, _, how) = until_cut(&file[..length]);
        assert_eq!(how, CutOff::WithinFrame, "cut at {length}");
        assert_eq!(events, after_events);
        assert!(events >= before, "cut at {length}");
        before = events;
    }
    // Only the frame's end is missing.
    assert_eq!(before, 6);
    assert_eq!(items(&file).0.len(), 6);
}

#[test]
fn what_stands_behind_the_last_frame_is_not_read_as_events() {
    let frame = compressed(&[&old::file(&[ping(1), ping(2)])], 20);
    let file = [&frame[..], b"this is no frame"].concat();
    let (events, after_events, unread, how) = until_cut(&file);
    assert_eq!((events, after_events, unread), (2, 2, 0));
    assert!(matches!(how, CutOff::Compression(_)), "{how}");
}

/// Everything before the damaged block is given out.
#[test]
fn a_damaged_block_takes_nothing_before_it_along() {
    let mut file = flushed(40);
    // Where the frame of fewer events has its empty last block, there is the head
    // of the next one: now of a type that does not exist.
    let at = flushed(20).len() - 3;
    file[at..at + 3].copy_from_slice(&[0xff; 3]);
    let (events, after_events, unread, how) = until_cut(&file);
    assert_eq!((events, after_events, unread), (20, 20, 0));
    assert!(matches!(how, CutOff::Compression(_)), "{how}");
}

#[test]
fn records_that_are_no_events_do_not_affect_others() {
    let mut no_text = ping(3).encode_to_vec();
    let at = no_text.windows(4).position(|part| part == b"ping").unwrap();
    no_text[at] = 0xff;
    let no_timestamp = ping(3).encode_to_vec();
    let no_timestamp = &no_timestamp[..no_timestamp.len() - 7];
    let bad: [(&[u8], Fault); 6] = [
        (&[], Fault::NoTimestamp),
        (no_timestamp, Fault::NoTimestamp),
        (&no_text, Fault::Text),
        (&[0x0a, 5, 0], Fault::Truncated),
        (&[0x0a, 1, 0xff], Fault::NoTimestamp),
        (&[0x51, 0, 0, 0, 0, 0, 0, 0, 0], Fault::FieldType),
    ];
    let mut file = old::file(&[ping(1)]);
    for (record, _) in bad {
        file.push(record.len() as u8);
        file.extend(record);
    }
    file.extend(records(&[ping(2)]));
    let (items, _) = items(&file);
    assert_eq!(items.len(), 8);
    for (index, (record, why)) in bad.into_iter().enumerate() {
        let expected = LegacyItem::Undecodable {
            at_event: 2 + index as u64,
            bytes: record.len(),
            why,
        };
        assert_eq!(items[1 + index], expected);
    }
    let last = event(items.into_iter().next_back().unwrap());
    // What is no event has no number.
    assert_eq!((last.sequence, last.bus_sequence), (2, 2));
}

#[test]
fn a_record_that_is_too_long_is_passed_over() {
    let unknown = |bytes: usize| {
        let payload = Unknown {
            command: "x".to_owned(),
            payload: vec![0; bytes],
        };
        message("x", bytes as u64, Msg::Unknown(payload))
    };
    let file = old::file(&[ping(1), unknown(33 << 20), unknown(31 << 20), ping(2)]);
    for file in [compressed(&[&file], 20), file] {
        let (items, _) = items(&file);
        assert_eq!(items.len(), 4);
        let too_long = matches!(
            items[1],
            LegacyItem::Undecodable {
                at_event: 2,
                why: Fault::TooLong,
                bytes,
            } if bytes > 33 << 20
        );
        assert!(too_long);
        assert!(matches!(items[3], LegacyItem::Event(_)));
    }
}

#[test]
fn lengths_that_cannot_be_are_the_end() {
    let begin = old::file(&[ping(1)]);
    let no_number = [&begin[..], &[0xff; 12]].concat();
    assert_eq!(until_cut(&no_number), (1, 1, 12, CutOff::NoRecord));
    // Longer than any file: what there is of it is passed over.
    let endless = [&begin[..], &[0xff; 9], &[1], &[7; 100]].concat();
    assert_eq!(until_cut(&endless), (1, 1, 100, CutOff::WithinRecord));
}

/// Two bytes of file for each of many peers, each of 700 bytes in memory.
#[test]
fn lists_have_a_limit_in_memory() {
    let bytes: usize = 8 << 20;
    let mut reply = vec![0x0a; bytes];
    reply
        .iter_mut()
        .skip(1)
        .step_by(2)
        .for_each(|byte| *byte = 0);
    let mut record = Vec::new();
    for (key, inner) in [(0x12, bytes + 5), (0x0a, bytes)] {
        record.push(key);
        prost::encode_length_delimiter(inner, &mut record).unwrap();
    }
    record.extend(reply);
    record.extend([0x50, 1]);
    let mut file = old::file(&[]);
    prost::encode_length_delimiter(record.len(), &mut file).unwrap();
    file.extend(&record);
    let (items, _) = items(&file);
    let expected = LegacyItem::Undecodable {
        at_event: 1,
        bytes: record.len(),
        why: Fault::TooMuch,
    };
    assert_eq!(items, [expected]);
}

/// Any change of any byte: nothing panics, and reading comes to an end.
#[test]
fn changed_bytes_do_no_harm() {
    let events: Vec<Event> = crate::messages::all_messages();
    let plain = old::file(&events);
    let zstd = compressed(&[&plain], 20);
    for file in [plain, zstd] {
        for at in 0..file.len() {
            for change in [1, 0x80, 0xff] {
                let mut changed = file.clone();
                changed[at] ^= change;
                let Ok(mut reader) = LegacyReader::open(&changed[..], "alice") else {
                    continue;
                };
                while reader.next().expect("memory can be read").is_some() {}
            }
        }
    }
}
