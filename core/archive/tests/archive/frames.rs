//! Frames: their summaries, skipping, copying, reading while writing.

use std::cell::RefCell;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::rc::Rc;

use peer_observer_archive::*;
use peer_observer_event::{Kind, KindSet};

use crate::files::{header, open, read, select, small, write};
use crate::recording::{Traffic, recording};

#[test]
fn the_index_is_what_scanning_finds() {
    let events = recording(2_000, Traffic::Mixed);
    let file = write(small(), &events);
    let frames = open(&file).frames().unwrap();
    assert!(frames.len() > 5);
    let unfinished = &file[..file.len() - 1];
    assert_eq!(open(unfinished).index().unwrap(), None);
    assert_eq!(open(unfinished).frames().unwrap(), frames);
    let summaries = || frames.iter().filter_map(|frame| frame.summary.as_ref());
    assert_eq!(
        summaries().map(|summary| summary.events).sum::<u64>(),
        2_000
    );
    let pings = summaries().flat_map(|summary| &summary.commands);
    let pings = pings.filter(|of| of.command == "ping").map(|of| of.events);
    assert!(pings.sum::<u64>() > 500);
}

#[test]
fn only_what_is_wanted_is_given() {
    let events = recording(2_000, Traffic::Mixed);
    let file = write(small(), &events);
    let wanted = |selection: &Selection| -> Vec<Vec<u8>> {
        let is_wanted = |event: &&Vec<u8>| selection.matches(&EventFacts::read(event));
        events.iter().filter(is_wanted).cloned().collect()
    };
    let from_ns = EventFacts::read(&events[700]).bus_time_ns;
    let to_ns = EventFacts::read(&events[900]).bus_time_ns;
    for (selection, count) in [
        (
            Selection {
                from_ns,
                to_ns,
                ..Selection::default()
            },
            201,
        ),
        (
            Selection {
                nodes: Some(vec!["bob".to_owned()]),
                ..Selection::default()
            },
            0,
        ),
        (
            Selection {
                kinds: KindSet::NONE.with(Kind::Tick),
                ..Selection::default()
            },
            0,
        ),
        (
            Selection {
                nodes: Some(vec!["alice".to_owned()]),
                ..Selection::default()
            },
            2_000,
        ),
    ] {
        let (found, damages) = select(&file, selection.clone());
        assert_eq!(damages, []);
        assert_eq!(found.len(), count, "{selection:?}");
        assert_eq!(found, wanted(&selection));
    }
    let invs = Selection {
        commands: Some(vec!["inv".to_owned()]),
        ..Selection::default()
    };
    let (found, _) = select(&file, invs.clone());
    assert!(found.len() > 50);
    assert_eq!(found, wanted(&invs));
}

#[test]
fn what_is_damaged_does_not_matter_where_it_is_skipped() {
    let events = recording(2_000, Traffic::Mixed);
    let mut file = write(small(), &events);
    let frames = open(&file).frames().unwrap();
    file[frames[0].offset as usize + 100] ^= 1;
    let last = frames
        .last()
        .and_then(|frame| frame.summary.as_ref())
        .unwrap();
    let selection = Selection {
        from_ns: last.first_bus_time_ns,
        ..Selection::default()
    };
    let (found, damages) = select(&file, selection);
    assert_eq!(damages, []);
    assert_eq!(found.len() as u64, last.events);
}

#[test]
fn frames_are_copied() {
    let events = recording(2_000, Traffic::Mixed);
    let (first, second) = events.split_at(1_200);
    let files = [write(small(), first), write(small(), second)];
    let mut writer = ArchiveWriter::new(Vec::new(), &header(), small()).unwrap();
    for file in &files {
        let mut reader = open(file);
        for frame in reader.frames().unwrap() {
            copy_frame(&mut reader, &frame, &mut writer).unwrap();
        }
    }
    // The merged archive goes on as any other.
    writer.push(&events[0]).unwrap();
    let merged = writer.finish().unwrap();
    let (found, damages) = read(&merged);
    assert_eq!(damages, []);
    assert_eq!(found[..2_000], events);
    assert_eq!(found.len(), 2_001);
    // Nothing was compressed again: behind the head of its first record the frame is the same.
    let frame = open(&files[1]).frames().unwrap()[0].clone();
    let payload = &files[1][frame.offset as usize + 56..][..1000];
    assert!(merged.windows(payload.len()).any(|part| part == payload));
}

#[test]
fn a_damaged_frame_is_not_copied() {
    let mut file = write(small(), &recording(2_000, Traffic::Mixed));
    let frames = open(&file).frames().unwrap();
    file[frames[1].offset as usize + 200] ^= 1;
    let mut writer = ArchiveWriter::new(Vec::new(), &header(), small()).unwrap();
    let before = writer.bytes();
    let copied = copy_frame(&mut open(&file), &frames[1], &mut writer);
    assert!(matches!(copied, Err(CopyError::Damaged { .. })));
    assert_eq!(writer.bytes(), before);
    copy_frame(&mut open(&file), &frames[2], &mut writer).unwrap();
}

/// Frames of very many publishers with long names fill the index.
#[test]
fn an_archive_whose_index_is_full_takes_no_more_frames_and_can_be_finished() {
    let event = |number: usize| {
        let mut event = vec![0x0a, 250, 1];
        event.extend(format!("{number:0250}").into_bytes());
        event
    };
    let mut writer = ArchiveWriter::new(Vec::new(), &header(), small()).unwrap();
    let mut count = 0;
    while !writer.is_full() {
        writer.push(&event(count)).unwrap();
        count += 1;
    }
    assert!(matches!(writer.push(&event(count)), Err(WriteError::Full)));
    let other = write(small(), &[event(0)]);
    let frame = open(&other).frames().unwrap()[0].clone();
    let copied = copy_frame(&mut open(&other), &frame, &mut writer);
    assert!(matches!(copied, Err(CopyError::Write(WriteError::Full))));
    writer.miss(1);
    let file = writer.finish().unwrap();
    let frames = open(&file).index().unwrap().unwrap();
    let events = frames.iter().filter_map(|frame| frame.summary.as_ref());
    assert_eq!(
        events.map(|summary| summary.events as usize).sum::<usize>(),
        count
    );
    assert_eq!(read(&file), ((0..count).map(event).collect(), vec![]));
}

#[test]
fn what_was_missed_is_told() {
    let events = recording(10, Traffic::Mixed);
    let mut writer = ArchiveWriter::new(Vec::new(), &header(), small()).unwrap();
    for event in &events[..4] {
        writer.push(event).unwrap();
    }
    writer.miss(2);
    for event in &events[6..] {
        writer.push(event).unwrap();
    }
    let report = verify(&mut open(&writer.finish().unwrap())).unwrap();
    assert_eq!(report.missed_events, 2);
    assert_eq!(report.missing_events, 2);
    assert_eq!(report.holes[0].after_sequence, 4);
    assert_eq!(report.unexplained_events(), 0);

    // At the very end too.
    let mut writer = ArchiveWriter::new(Vec::new(), &header(), small()).unwrap();
    writer.miss(3);
    let file = writer.finish().unwrap();
    let report = verify(&mut open(&file)).unwrap();
    assert_eq!(report.missed_events, 3);
    assert_eq!(report.damages, []);
}

/// A file that one writes while the other reads.
#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>, u64);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Shared {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let file = self.0.borrow();
        let bytes = (&file[(self.1 as usize).min(file.len())..]).read(out)?;
        self.1 += bytes as u64;
        Ok(bytes)
    }
}

impl Seek for Shared {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.1 = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(at) => (self.0.borrow().len() as i64 + at) as u64,
            SeekFrom::Current(at) => (self.1 as i64 + at) as u64,
        };
        Ok(self.1)
    }
}

#[test]
fn a_file_is_read_while_it_is_written() {
    let file = Shared::default();
    let mut writer = ArchiveWriter::new(file.clone(), &header(), small()).unwrap();
    let mut reader = ArchiveReader::open(file).unwrap();
    let mut events = reader.follow(Selection::default()).unwrap();
    for event in recording(500, Traffic::Mixed) {
        writer.push(&event).unwrap();
        writer.flush().unwrap();
        assert_eq!(events.next().unwrap(), Some(Item::Event(&event)));
        assert_eq!(events.next().unwrap(), None);
    }
    writer.finish().unwrap();
    assert_eq!(events.next().unwrap(), None);
}
