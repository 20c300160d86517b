//! From bytes to events: the whole way of a line, without any input or output.

use std::io;

use peer_observer_bus::{Draft, wall_clock_ns};
use peer_observer_event::Payload;

use crate::entries::Entries;
use crate::line::{LineReader, heap_bytes};
use crate::reconstruction::Reconstructions;

pub use crate::entries::Rest;

/// Makes events of the bytes of one log.
pub struct Lines {
    entries: Entries,
    reader: LineReader,
    reconstructions: Reconstructions,
    counts: Counts,
}

/// How much became events so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines of the file whose text is there whole.
    pub whole_lines: u64,
    /// Lines whose text was cut.
    pub cut_lines: u64,
    /// Bytes of the file.
    pub bytes: u64,
}

/// What [`Lines::next`] came upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// A line or several that belong together; its events were added.
    Line,
    /// The empty lines that a node writes when it starts, as an event like any
    /// other. What follows is of its new life.
    Start,
    /// Nothing: it takes more bytes.
    Nothing,
}

impl Default for Lines {
    fn default() -> Lines {
        Lines::new()
    }
}

impl Lines {
    /// Nothing read yet.
    pub fn new() -> Lines {
        Lines {
            entries: Entries::new(),
            reader: LineReader::new(),
            reconstructions: Reconstructions::default(),
            counts: Counts::default(),
        }
    }

    /// Takes the bytes that `read` puts at the beginning of the space that it is
    /// given; `read` says how many. There is space as long as
    /// [`next`](Lines::next) is called until it comes upon nothing.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn fill(&mut self, read: impl FnOnce(&mut [u8]) -> io::Result<usize>) -> io::Result<usize> {
        self.entries.fill(read)
    }

    /// Adds the events of the next line to `events`: the line; in front of it a
    /// template that was met for the first time; behind it what it completes.
    pub fn next(&mut self, rest: Rest, events: &mut Vec<Draft>) -> Next {
        let Some(entry) = self.entries.next(rest) else {
            return Next::Nothing;
        };
        let is_start = entry.is_start_mark();
        let line = self.reader.read(&entry);
        let time_ns = line.time.map_or_else(wall_clock_ns, |time| time.unix_ns);
        let lines = u64::from(line.payload.line_count);
        match line.payload.cut {
            true => self.counts.cut_lines += lines,
            false => self.counts.whole_lines += lines,
        }
        self.counts.bytes += line.payload.line_bytes;
        let reconstruction = self.reconstructions.take(&line.payload, time_ns);

        let mut add = |payload, bulk_bytes| {
            events.push(Draft {
                time_ns,
                monotonic_ns: None,
                payload,
                bulk_bytes,
            });
        };
        if let Some(first) = line.first {
            add(Payload::LogTemplateSeen(first), 0);
        }
        let bulk_bytes = heap_bytes(&line.payload);
        add(Payload::LogLine(Box::new(line.payload)), bulk_bytes);
        if let Some(reconstruction) = reconstruction {
            add(Payload::BlockReconstruction(Box::new(reconstruction)), 0);
        }
        match is_start {
            true => Next::Start,
            false => Next::Line,
        }
    }

    /// What became events so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }
}
