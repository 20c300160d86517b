//! Reads files, and makes things that stand in many events.

use peer_observer_event::{Event, Payload};
use peer_observer_legacy_archive::{LegacyItem, LegacyReader};

use crate::old::{self, Source};

pub(crate) const NODE: &str = "alice";

/// Everything in a file, and the reader at its end.
pub(crate) fn items(file: &[u8]) -> (Vec<LegacyItem>, LegacyReader<&[u8]>) {
    let mut reader = LegacyReader::open(file, NODE).expect("an archive");
    let mut items = Vec::new();
    while let Some(item) = reader.next().expect("memory can be read") {
        items.push(item);
    }
    assert_eq!(reader.next().expect("memory can be read"), None);
    (items, reader)
}

/// The events of a file in which there is nothing else.
pub(crate) fn events(file: &[u8]) -> Vec<Event> {
    let (items, _) = items(file);
    items.into_iter().map(event).collect()
}

pub(crate) fn event(item: LegacyItem) -> Event {
    match item {
        LegacyItem::Event(event) => *event,
        other => panic!("no event: {other:?}"),
    }
}

/// What one event becomes.
pub(crate) fn converted(source: Source) -> Event {
    let mut events = events(&old::file(&[old::Event::new(source)]));
    assert_eq!(events.len(), 1);
    events.remove(0)
}

pub(crate) fn payload(source: Source) -> Payload {
    converted(source).payload.expect("a payload")
}

/// A hash, in internal byte order.
pub(crate) fn hash(first: u8) -> Vec<u8> {
    (0..32).map(|index| first.wrapping_add(index)).collect()
}

/// The same hash as Bitcoin shows it.
pub(crate) fn hash_text(first: u8) -> String {
    peer_observer_event::json::hash_hex(&hash(first))
}
