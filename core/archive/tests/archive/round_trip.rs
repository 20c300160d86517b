//! Every event comes back byte for byte, whatever it is.

use peer_observer_archive::*;
use peer_observer_event::*;
use proptest::prelude::*;
use prost::Message;

use crate::files::{open, read, small, write};
use crate::recording::{Numbers, Traffic, recording};
use crate::samples;

fn check(options: Options, events: &[Vec<u8>]) {
    let (found, damages) = read(&write(options, events));
    assert_eq!(damages, []);
    assert_eq!(found.len(), events.len());
    for (number, (found, event)) in found.iter().zip(events).enumerate() {
        assert_eq!(found, event, "event {number}");
    }
}

#[test]
fn an_event_of_every_payload_comes_back() {
    let events: Vec<Vec<u8>> = samples::events()
        .iter()
        .map(Message::encode_to_vec)
        .collect();
    check(Options::default(), &events);
    // Each one behind each other one of its kind, with other values.
    let twice: Vec<Vec<u8>> = events.iter().chain(&events).cloned().collect();
    check(small(), &twice);
}

#[test]
fn what_is_read_without_decoding_is_what_decoding_gives() {
    for event in samples::events() {
        let bytes = event.encode_to_vec();
        let facts = EventFacts::read(&bytes);
        assert_eq!(facts.node, event.node.as_bytes());
        assert_eq!(facts.extractor, event.extractor as u64);
        assert_eq!(facts.run, event.run);
        assert_eq!(facts.instance, event.instance);
        assert_eq!(facts.sequence, event.sequence);
        assert_eq!(facts.kind_sequence, event.kind_sequence);
        assert_eq!(facts.time_ns, event.time_ns);
        assert_eq!(facts.bus_sequence, event.bus_sequence);
        assert_eq!(facts.bus_time_ns, event.bus_time_ns);
        assert_eq!(facts.kind, event.kind());
        assert_eq!(facts.command(), event.command().map(str::as_bytes));
    }
}

/// Unknown fields, varints that are too long, broken lengths.
#[test]
fn changed_events_come_back() {
    let mut numbers = Numbers(7);
    let mut events = recording(3_000, Traffic::Mixed);
    events.extend(samples::events().iter().map(Message::encode_to_vec));
    for event in &mut events {
        for _ in 0..numbers.below(3) {
            let at = numbers.below(event.len());
            match numbers.below(3) {
                0 => event[at] = numbers.next() as u8,
                1 => event.truncate(at.max(1)),
                _ => event.insert(at, numbers.next() as u8),
            }
        }
    }
    events.push(Vec::new());
    // A varint that is longer than it must be, and a field nobody knows.
    events.push(vec![0x28, 0x85, 0x00]);
    events.push(vec![0xfa, 0xff, 0x7f, 0x02, 1, 2]);
    check(small(), &events);
    check(Options::default(), &events);
}

/// More fields and publishers than a frame can have columns for.
#[test]
fn events_of_very_many_structures_come_back() {
    let mut numbers = Numbers(8);
    let mut events = Vec::new();
    for publisher in 0..600u32 {
        let mut event = Event {
            node: format!("node {publisher}"),
            ..samples::events()[numbers.below(40)].clone()
        }
        .encode_to_vec();
        for _ in 0..numbers.below(300) {
            let field = 160 + numbers.below(1 << 20) as u64;
            prost::encoding::encode_varint(field << 3, &mut event);
            prost::encoding::encode_varint(numbers.next() >> numbers.below(64), &mut event);
        }
        events.push(event);
    }
    check(Options::default(), &events);
}

/// A full node's getrawaddrman, the longest events, and more values than one
/// event or one block can be taken apart into.
#[test]
fn long_events_come_back() {
    let mut numbers = Numbers(9);
    let entry = |numbers: &mut Numbers| AddrmanEntry {
        bucket: numbers.below(1024) as u32,
        position: numbers.below(64) as u32,
        address: Some(format!("203.0.113.{}", numbers.below(256))),
        port: Some(8333),
        network: Some(Network::Ipv4.into()),
        services: Some(0x409),
        time_unix_seconds: Some(1_790_000_000 + numbers.below(1 << 20) as i64),
        source: Some(format!("198.51.100.{}", numbers.below(256))),
        source_network: Some(Network::Ipv4.into()),
        ..AddrmanEntry::default()
    };
    let reply = RawAddrman {
        new_entries: (0..60_000).map(|_| entry(&mut numbers)).collect(),
        ..RawAddrman::default()
    };
    let addrman = Event {
        payload: Some(Payload::RawAddrman(reply)),
        ..samples::events()[0].clone()
    };
    let addrman = addrman.encode_to_vec();
    let small = recording(10, Traffic::Mixed);
    // Fields that nobody knows, with one byte each.
    let values = |count: usize| [0xf8, 0x07, 1].repeat(count);
    let mut events = vec![addrman.clone(), small[0].clone(), addrman];
    events.extend([vec![7; 30 << 20], small[1].clone(), vec![8; 32 << 20]]);
    events.extend([small[2].clone(), values(1_100_000), small[3].clone()]);
    events.extend((0..2_500).map(|_| values(1_000)));
    let options = Options {
        block_bytes: 16 << 20,
        ..Options::default()
    };
    let file = write(options.clone(), &events);
    assert!(file.len() < 3 << 20, "{}", file.len());
    check(options, &events);
}

#[test]
fn an_event_that_is_too_long_is_refused_and_nothing_else_changes() {
    let events = recording(10, Traffic::Mixed);
    let mut writer =
        ArchiveWriter::new(Vec::new(), &Header::default(), Options::default()).unwrap();
    for event in &events {
        writer.push(event).unwrap();
        let long = vec![0; (32 << 20) + 1];
        assert!(
            matches!(writer.push(&long), Err(WriteError::TooLong { bytes }) if bytes == long.len())
        );
    }
    assert_eq!(read(&writer.finish().unwrap()).0, events);
}

#[test]
fn the_header_comes_back() {
    let header = Header {
        nodes: vec![HeaderNode {
            name: "alice".to_owned(),
            chain: "regtest".to_owned(),
        }],
        filters: vec!["kinds: p2p_message".to_owned()],
        ..crate::files::header()
    };
    let writer = ArchiveWriter::new(Vec::new(), &header, Options::default()).unwrap();
    let file = writer.finish().unwrap();
    assert_eq!(open(&file).header(), &header);
    assert_eq!(open(&file).frames().unwrap(), []);
}

proptest! {
    #[test]
    fn any_bytes_come_back(events in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..60)) {
        check(small(), &events);
    }
}
