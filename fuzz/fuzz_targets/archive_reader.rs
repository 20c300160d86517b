//! Any bytes as an archive: nothing panics, and nothing takes more memory than
//! it should. And any events come back from an archive as they were.
//!
//! `cargo fuzz run -s none archive_reader` (without `-s none` it needs nightly).

#![no_main]

use std::io::Cursor;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use peer_observer_archive::{ArchiveReader, ArchiveWriter, Header, Item, Options, Selection, verify};

#[derive(Arbitrary, Debug)]
enum Input {
    /// A file.
    File(Vec<u8>),
    /// Events, and whether the block ends behind each.
    Events(Vec<(Vec<u8>, bool)>),
    /// The same, and what is changed in the file: where, and how.
    Damaged(Vec<(Vec<u8>, bool)>, Vec<(u16, u8)>),
}

fuzz_target!(|input: Input| match input {
    Input::File(file) => read_all(&file),
    Input::Events(events) => {
        let file = write(&events);
        let mut reader = ArchiveReader::open(Cursor::new(&file)).expect("the file is an archive");
        let mut found = reader.events(Selection::default()).expect("memory can be read");
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
});

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
        let mut found = reader.events(Selection::default()).expect("memory can be read");
        let mut events = 0;
        while let Some(item) = found.next().expect("memory can be read") {
            events += u64::from(matches!(item, Item::Event(_)));
        }
        assert_eq!(report.events, events);
    }
}
