//! Archives in memory.

use std::io::Cursor;

use peer_observer_archive::*;

pub(crate) fn header() -> Header {
    Header {
        schema: "peer_observer.v1".to_owned(),
        software: "test".to_owned(),
        ..Header::default()
    }
}

/// Small blocks and frames, so that a small archive has many.
pub(crate) fn small() -> Options {
    Options {
        block_bytes: 4 << 10,
        frame_bytes: 40 << 10,
        ..Options::default()
    }
}

pub(crate) fn write<'a>(
    options: Options,
    events: impl IntoIterator<Item = &'a Vec<u8>>,
) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Vec::new(), &header(), options).unwrap();
    for event in events {
        writer.push(event).unwrap();
    }
    writer.finish().unwrap()
}

pub(crate) fn open(file: &[u8]) -> ArchiveReader<Cursor<&[u8]>> {
    ArchiveReader::open(Cursor::new(file)).unwrap()
}

/// All events, and all damage.
pub(crate) fn read(file: &[u8]) -> (Vec<Vec<u8>>, Vec<Damage>) {
    select(file, Selection::default())
}

pub(crate) fn select(file: &[u8], selection: Selection) -> (Vec<Vec<u8>>, Vec<Damage>) {
    let mut reader = open(file);
    let mut events = reader.events(selection).unwrap();
    let (mut found, mut damages) = (Vec::new(), Vec::new());
    while let Some(item) = events.next().unwrap() {
        match item {
            Item::Event(event) => found.push(event.to_vec()),
            Item::Damage(damage) => damages.push(damage),
        }
    }
    (found, damages)
}
