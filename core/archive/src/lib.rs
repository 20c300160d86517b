//! The archive's format: a file that keeps every event as the bytes it was given.
//!
//! ```text
//! magic  header │ block block block … summary │ block block … summary │ … │ index  trailer
//!               └──────── frame ──────────────┘
//! ```
//!
//! * A **frame** is read without any other: damage stays in it, and it can be
//!   copied into another file without being taken apart ([`copy_frame`]).
//! * A **block** is what can be lost when power fails: [`ArchiveWriter::flush`]
//!   ends it, and everything before is readable at once. A frame's blocks share
//!   what they know: the compressor's window, words, layouts.
//! * In a block, events are taken apart: the values of one field stand together,
//!   because they resemble each other. What cannot be taken apart so that the
//!   same bytes come back is kept as it is. Events are never decoded and encoded
//!   again, so fields that this version does not know survive.
//! * The **summary** says what its frame holds, and stands in the **index** again,
//!   so that a reader skips what it does not need.
//! * Every record has two checksums, and the events of each block a third one.
//!   A tag that nobody else knows is in each of them, so that what a peer sends
//!   is never taken for a record.
//!
//! `docs/archive-format.md` describes all of it.

mod block;
mod copy;
mod cursor;
mod damage;
mod facts;
mod header;
mod lax;
mod options;
mod reader;
mod record;
mod selection;
mod source;
mod summary;
mod tally;
mod transform;
mod verify;
mod writer;
mod zstd;

pub use block::EventBlock;
pub use copy::{CopyError, copy_frame};
pub use cursor::{BlockItem, Events, Item};
pub use damage::{Damage, DamageKind};
pub use facts::{EventFacts, MessageFacts};
pub use header::{Header, HeaderNode};
pub use options::{Options, WriteError};
pub use reader::{ArchiveReader, OpenError};
pub use selection::Selection;
pub use summary::{CommandCount, FrameEntry, PayloadCount, PublisherRange, Summary};
pub use tally::Tally;
pub use verify::{GapNotice, Hole, Report, Verifier, verify};
pub use writer::ArchiveWriter;
