//! What cannot be read in a file.

use std::fmt;

/// A part of a file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Where it begins, in bytes from the file's beginning.
    pub offset: u64,
    /// How many bytes of the file are affected.
    pub bytes: u64,
    /// How many events are lost with it, where that can be told.
    pub events: Option<u64>,
    /// What is wrong.
    pub what: DamageKind,
}

/// What is wrong with a part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DamageKind {
    /// The first eight bytes.
    Magic,
    /// The header: what it says is not known.
    Header,
    /// The head of a record, or what should be one.
    Head,
    /// The payload of a record: its checksum is wrong.
    Payload,
    /// A block with a right checksum that cannot be read nevertheless.
    Block(&'static str),
    /// A block that needs another one before it.
    Dependent,
    /// The index or what says where it is. All events can be read without it.
    Index,
    /// The file ends within a record.
    CutOff,
    /// The file ends behind a whole record, but without an index: it was not
    /// finished, or it is still being written. Events may be lost.
    Unfinished,
}

impl fmt::Display for Damage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.what {
            DamageKind::Magic => "the file's first bytes are damaged",
            DamageKind::Header => "the header is damaged",
            DamageKind::Head => "a record's head is damaged",
            DamageKind::Payload => "a record's payload is damaged",
            DamageKind::Block(what) => what,
            DamageKind::Dependent => "a block needs another one that is damaged",
            DamageKind::Index => "the index is damaged, all events can be read without it",
            DamageKind::CutOff => "the file ends within a record",
            DamageKind::Unfinished => "the file was not finished",
        };
        write!(out, "byte {}: {what}, {} bytes", self.offset, self.bytes)?;
        match self.events {
            Some(events) => write!(out, ", {events} events lost"),
            None => write!(out, ", an unknown number of events lost"),
        }
    }
}
