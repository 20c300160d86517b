//! Looks at every checksum and every sequence of an archive.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};

use peer_observer_event::{Gap, Kind};
use prost::Message;

use crate::cursor::Item;
use crate::damage::Damage;
use crate::facts::EventFacts;
use crate::reader::ArchiveReader;
use crate::selection::Selection;

/// More of a list than these are counted, but not listed.
const MOST_LISTED: usize = 10_000;
/// More publishers than these are not followed, nor ones with longer names.
const MOST_PUBLISHERS: usize = 100_000;
const MOST_NAME_BYTES: usize = 256;
/// Longer gap notices are none of ours.
const MOST_GAP_BYTES: usize = 1024;

/// What [`verify`] has found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Frames that the index or the records' heads show.
    pub frames: u64,
    /// Events that can be read, and their bytes.
    pub events: u64,
    /// Bytes of these events.
    pub event_bytes: u64,
    /// What cannot be read.
    pub damages: Vec<Damage>,
    /// Sequence numbers that no event has, by publisher and place.
    pub holes: Vec<Hole>,
    /// Sequence numbers that no event has, in all.
    pub missing_events: u64,
    /// Events of [`Report::missing_events`] that are lost with damage, as far
    /// as this can be told.
    pub damaged_events: u64,
    /// Events that the recorder says it has missed.
    pub missed_events: u64,
    /// The header says that filters were in force: a hole need not be a loss.
    pub is_filtered: bool,
    /// Gap notices: losses before the bus. Lost events have no sequence
    /// numbers, so these explain no hole, and no hole shows them.
    pub gaps: Vec<GapNotice>,
    /// Events lost before the bus, as far as the notices could tell.
    pub gap_events: u64,
    /// Events that came again, or later than a higher sequence number.
    pub disordered_events: u64,
    /// There is a whole index.
    pub has_index: bool,
}

/// Sequence numbers that no event has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    /// Name of the node.
    pub node: String,
    /// The value of the enum `Extractor`.
    pub extractor: u64,
    /// The instance.
    pub instance: u64,
    /// The kind, where the hole is in a `kind_sequence`; absent where it is in
    /// the `sequence`.
    pub kind: Option<Kind>,
    /// The last number before the hole.
    pub after_sequence: u64,
    /// How many are missing.
    pub missing: u64,
    /// `bus_time_ns` of the first event behind the hole.
    pub bus_time_ns: u64,
}

/// A gap notice in the archive.
#[derive(Clone, Debug, PartialEq)]
pub struct GapNotice {
    /// Name of the node.
    pub node: String,
    /// The value of the enum `Extractor`.
    pub extractor: u64,
    /// When the notice came, in nanoseconds of the bus.
    pub bus_time_ns: u64,
    /// What it says.
    pub gap: Gap,
}

impl Report {
    /// Can everything be read that was ever written, and is nothing missing
    /// that should be there?
    pub fn is_whole(&self) -> bool {
        self.damages.is_empty() && self.unexplained_events() == 0 && self.missed_events == 0
    }

    /// Missing events for which there is no reason. Behind filters there always is.
    pub fn unexplained_events(&self) -> u64 {
        let explained = self.damaged_events.saturating_add(self.missed_events);
        match self.is_filtered {
            true => 0,
            false => self.missing_events.saturating_sub(explained),
        }
    }
}

/// A sequence without holes: node, extractor, instance; and the kind, where the
/// file has whole kinds only.
type Sequence = (Vec<u8>, u64, u64, Option<Kind>);

/// Reads all of an archive.
///
/// # Errors
/// Where the file cannot be read. That it is damaged is no error.
pub fn verify<R: Read + Seek>(reader: &mut ArchiveReader<R>) -> io::Result<Report> {
    Verifier::default().file(reader)
}

/// Looks at files that follow each other: the sequences go on from file to file.
#[derive(Clone, Debug, Default)]
pub struct Verifier {
    /// The last number of each sequence.
    last: BTreeMap<Sequence, u64>,
}

impl Verifier {
    /// Reads all of the next file.
    ///
    /// # Errors
    /// Where the file cannot be read. That it is damaged is no error.
    pub fn file<R: Read + Seek>(&mut self, reader: &mut ArchiveReader<R>) -> io::Result<Report> {
        let header = reader.header();
        let by_kind = !header.filters.is_empty() && header.filters_whole_kinds;
        let mut report = Report {
            is_filtered: !header.filters.is_empty() && !by_kind,
            has_index: reader.index()?.is_some(),
            ..Report::default()
        };
        for frame in reader.frames()? {
            report.frames += 1;
            let missed = frame.summary.map_or(0, |summary| summary.missed_events);
            report.missed_events = report.missed_events.saturating_add(missed);
        }
        let mut events = reader.events(Selection::default())?;
        while let Some(item) = events.next()? {
            match item {
                Item::Event(event) => {
                    let facts = EventFacts::read(event);
                    report.events += 1;
                    report.event_bytes += event.len() as u64;
                    report.follow(&mut self.last, &facts, by_kind);
                    if facts.is_gap() {
                        report.add_gap(&facts);
                    }
                }
                Item::Damage(damage) => {
                    let lost = damage.events.unwrap_or(0);
                    report.damaged_events = report.damaged_events.saturating_add(lost);
                    if report.damages.len() < MOST_LISTED {
                        report.damages.push(damage);
                    }
                }
            }
        }
        Ok(report)
    }
}

impl Report {
    fn follow(
        &mut self,
        last: &mut BTreeMap<Sequence, u64>,
        facts: &EventFacts<'_>,
        by_kind: bool,
    ) {
        let (kind, sequence) = match by_kind {
            true => (Some(facts.kind), facts.kind_sequence),
            false => (None, facts.sequence),
        };
        // Sequences count from 1: an event without one is none of ours.
        if sequence == 0 || facts.node.len() > MOST_NAME_BYTES {
            return;
        }
        let key = (facts.node.to_vec(), facts.extractor, facts.instance, kind);
        let Some(before) = last.get_mut(&key) else {
            if last.len() < MOST_PUBLISHERS {
                last.insert(key, sequence);
            }
            return;
        };
        if sequence <= *before {
            self.disordered_events += 1;
            return;
        }
        let missing = sequence - *before - 1;
        let after_sequence = std::mem::replace(before, sequence);
        if missing == 0 {
            return;
        }
        self.missing_events = self.missing_events.saturating_add(missing);
        if self.holes.len() < MOST_LISTED {
            self.holes.push(Hole {
                node: String::from_utf8_lossy(facts.node).into_owned(),
                extractor: facts.extractor,
                instance: facts.instance,
                kind,
                after_sequence,
                missing,
                bus_time_ns: facts.bus_time_ns,
            });
        }
    }

    fn add_gap(&mut self, facts: &EventFacts<'_>) {
        if facts.payload.len() > MOST_GAP_BYTES || facts.node.len() > MOST_NAME_BYTES {
            return;
        }
        let Ok(gap) = Gap::decode(facts.payload) else {
            return;
        };
        self.gap_events = self.gap_events.saturating_add(gap.count.unwrap_or(0));
        if self.gaps.len() < MOST_LISTED {
            self.gaps.push(GapNotice {
                node: String::from_utf8_lossy(facts.node).into_owned(),
                extractor: facts.extractor,
                bus_time_ns: facts.bus_time_ns,
                gap,
            });
        }
    }
}
