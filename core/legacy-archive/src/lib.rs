//! Reads archives of the existing peer-observer system (`.bin`, `.bin.zst`) as
//! events of ours.
//!
//! ```text
//! file ─ source ─► plain bytes ─ records ─► one record ─ convert ─► payload ─ envelope ─► event
//!        (zstd)                  (lengths)               (wire)
//! ```
//!
//! Their records are read field by field straight into what they become; there
//! are no types of the old schema in between. Every field is optional to us, so
//! that files of all their versions can be read. What they do not carry is
//! absent in our events, and never invented.
//!
//! `docs/legacy-archives.md` says which of their events becomes which of ours,
//! what is absent, and how times and sequences are made.

mod beginning;
mod convert;
mod envelope;
mod error;
mod header;
mod reader;
mod records;
mod source;
mod wire;

pub use beginning::is_legacy;
pub use error::{Fault, LegacyError};
pub use header::{LegacyHeader, LegacyPrefix};
pub use reader::{LegacyItem, LegacyReader};
pub use records::CutOff;
