//! How far a recording has come.

use std::fs::File;
use std::io;
use std::path::Path;

use peer_observer_archive::{ArchiveReader, EventFacts, Item, OpenError, Selection};

use super::folder::Folder;
use super::own_files::own_files;

/// The place of a recorded event on the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedPlace {
    /// Its `bus_sequence`.
    pub bus_sequence: u64,
    /// Its `bus_time_ns`, in nanoseconds since the epoch.
    pub bus_time_ns: u64,
}

/// The place of the last event that can be read in the recorder's files.
pub(super) fn last_recorded(folder: &Folder) -> io::Result<Option<RecordedPlace>> {
    for file in own_files(folder)?.iter().rev() {
        if let Some(place) = last_in(&file.path)? {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

fn last_in(path: &Path) -> io::Result<Option<RecordedPlace>> {
    let mut reader = match ArchiveReader::open(File::open(path)?) {
        Ok(reader) => reader,
        Err(OpenError::Io(error)) => return Err(error),
        // It was one of ours a moment ago; nothing can be read in it now.
        Err(_) => return Ok(None),
    };
    // A process that was killed leaves a last frame without summary.
    let frames = reader.frames()?;
    let ends = frames.iter().filter_map(|frame| frame.summary.as_ref());
    let from_ns = ends.map(|summary| summary.last_bus_time_ns).max();
    let mut events = reader.events(Selection {
        from_ns: from_ns.unwrap_or(0),
        ..Selection::default()
    })?;
    let mut last = None;
    while let Some(item) = events.next()? {
        if let Item::Event(event) = item {
            let facts = EventFacts::read(event);
            last = Some(RecordedPlace {
                bus_sequence: facts.bus_sequence,
                bus_time_ns: facts.bus_time_ns,
            });
        }
    }
    Ok(last)
}
