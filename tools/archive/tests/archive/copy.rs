//! Cut and merge keep bytes.

use std::path::PathBuf;

use peer_observer_archive::{
    ArchiveReader, ArchiveWriter, Header, HeaderNode, Item, Options, Selection,
};
use peer_observer_archive_tool::copy::{CopyError, copy};
use peer_observer_archive_tool::source::Inputs;
use peer_observer_event::{Event, Kind, KindSet};
use prost::Message;

use crate::support::{ping, tick};

/// Events with a field that this version does not know.
fn strange_events() -> Vec<Vec<u8>> {
    let event = |sequence| Event {
        node: "alice".to_owned(),
        sequence,
        bus_time_ns: sequence * 1_000_000_000,
        payload: Some(if sequence % 10 == 0 {
            tick()
        } else {
            ping(sequence)
        }),
        ..Event::default()
    };
    let with_more = |event: Event| {
        let mut bytes = event.encode_to_vec();
        // Field 999, four bytes long.
        bytes.extend_from_slice(&[0xba, 0x3e, 4, 1, 2, 3, 4]);
        bytes
    };
    (1..=1000)
        .map(|sequence| with_more(event(sequence)))
        .collect()
}

fn write(path: &PathBuf, events: &[Vec<u8>]) {
    let header = Header {
        nodes: vec![HeaderNode {
            name: "alice".to_owned(),
            chain: "regtest".to_owned(),
        }],
        redactions: vec!["tx: summary".to_owned()],
        clock_note: "node time, 30 times as fast".to_owned(),
        ..Header::default()
    };
    let file = std::fs::File::create(path).unwrap();
    let mut writer = ArchiveWriter::new(file, &header, Options::default()).unwrap();
    events.iter().for_each(|event| writer.push(event).unwrap());
    writer.finish().unwrap();
}

fn read(path: &PathBuf) -> (Header, Vec<Vec<u8>>) {
    let mut reader = ArchiveReader::open(std::fs::File::open(path).unwrap()).unwrap();
    let header = reader.header().clone();
    let mut events = Vec::new();
    let mut found = reader.events(Selection::default()).unwrap();
    while let Some(item) = found.next().unwrap() {
        match item {
            Item::Event(event) => events.push(event.to_vec()),
            Item::Damage(damage) => panic!("{damage}"),
        }
    }
    (header, events)
}

#[test]
fn what_is_cut_out_is_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (
        folder.path().join("from.poar"),
        folder.path().join("to.poar"),
    );
    let events = strange_events();
    write(&from, &events);
    let selection = Selection {
        from_ns: 100_000_000_000,
        to_ns: 199_999_999_999,
        kinds: KindSet::NONE.with(Kind::P2pMessage),
        ..Selection::default()
    };
    let inputs = || Inputs::find(std::slice::from_ref(&from), "legacy").unwrap();
    let mut progress = 0;
    let copied = copy(inputs(), &selection, &to, "test 1", |bytes| {
        progress = bytes
    })
    .unwrap();
    assert_eq!(copied.events, 90);
    assert_eq!(progress, std::fs::metadata(&from).unwrap().len());
    let wanted: Vec<Vec<u8>> = (100..200)
        .filter(|sequence| sequence % 10 != 0)
        .map(|sequence| events[sequence - 1].clone())
        .collect();
    let (header, found) = read(&to);
    assert!(found == wanted);
    assert_eq!(header.software, "test 1");
    assert_eq!(header.sources, ["from.poar"]);
    assert_eq!(header.filters, ["kinds: p2p_message"]);
    assert!(header.filters_whole_kinds);
    assert_eq!(header.redactions, ["tx: summary"]);
    assert_eq!(header.clock_note, "node time, 30 times as fast");
    assert_eq!(header.nodes[0].name, "alice");
    // Nothing is overwritten.
    let again = copy(inputs(), &selection, &to, "test 1", |_| {}).unwrap_err();
    assert!(matches!(again, CopyError::Exists { .. }), "{again}");
    assert!(again.to_string().contains("is there already"));
}

#[test]
fn a_merged_archive_has_all_events() {
    let folder = tempfile::tempdir().unwrap();
    let events = strange_events();
    let (odd, even): (Vec<_>, Vec<_>) = events
        .iter()
        .cloned()
        .enumerate()
        .partition(|(at, _)| at % 2 == 1);
    let strip =
        |list: Vec<(usize, Vec<u8>)>| list.into_iter().map(|(_, event)| event).collect::<Vec<_>>();
    let places = [
        folder.path().join("odd.poar"),
        folder.path().join("even.poar"),
    ];
    write(&places[0], &strip(odd));
    write(&places[1], &strip(even));
    let to = folder.path().join("all.poar");
    let inputs = Inputs::find(&places, "legacy").unwrap();
    copy(inputs, &Selection::default(), &to, "test 1", |_| {}).unwrap();
    let (header, found) = read(&to);
    assert!(found == events);
    assert_eq!(header.sources, ["even.poar", "odd.poar"]);
    assert_eq!(header.filters, Vec::<String>::new());
}
