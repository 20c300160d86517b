//! A reader that knows docs/archive-format.md and nothing else.

use std::process::Command;

use peer_observer_archive::*;
use prost::Message;

use crate::files::{header, open, small, write};
use crate::recording::{Numbers, Traffic, recording};
use crate::samples;

const READER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/independent_reader.py");
const PACKAGE: &str = "zstandard==0.25.0";

fn read(file: &[u8]) -> Vec<u8> {
    let path = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(path.path(), file).unwrap();
    let python = testkit::python::with(&[PACKAGE]).unwrap();
    let output = Command::new(python)
        .arg(READER)
        .arg(path.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    output.stdout
}

fn delimited(events: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    for event in events {
        prost::encoding::encode_varint(event.len() as u64, &mut out);
        out.extend_from_slice(event);
    }
    out
}

/// Every payload, events with hashes that come again, and events that cannot be
/// taken apart.
fn events() -> Vec<Vec<u8>> {
    let mut numbers = Numbers(11);
    let mut events = recording(3_000, Traffic::Mixed);
    events.extend(recording(200, Traffic::Invs));
    events.extend(recording(100, Traffic::Invs));
    for _ in 0..2 {
        events.extend(samples::events().iter().map(Message::encode_to_vec));
    }
    for event in events.iter_mut().step_by(7) {
        let at = numbers.below(event.len());
        event[at] = numbers.next() as u8;
    }
    events.push(Vec::new());
    events
}

#[test]
fn a_reader_written_from_the_document_reads_the_same_events() {
    let events = events();
    for options in [small(), Options::default()] {
        assert!(read(&write(options, &events)) == delimited(&events));
    }
}

/// Frames of two files in one, behind its own, and at last one without events.
#[test]
fn a_reader_written_from_the_document_reads_merged_files() {
    let events = events();
    let file = write(small(), &events);
    let mut writer = ArchiveWriter::new(Vec::new(), &header(), small()).unwrap();
    for event in &events {
        writer.push(event).unwrap();
    }
    let mut reader = open(&file);
    for frame in reader.frames().unwrap() {
        copy_frame(&mut reader, &frame, &mut writer).unwrap();
    }
    writer.miss(3);
    let merged = writer.finish().unwrap();
    assert!(read(&merged) == [delimited(&events), delimited(&events)].concat());
}
