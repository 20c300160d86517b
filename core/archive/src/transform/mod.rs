//! Events to columns and back. A block's events are taken apart at wire level:
//! all values of one field stand together, because they resemble each other.
//! What `docs/archive-format.md` calls a block's plain bytes is what
//! [`Encoder::finish`] gives and [`Decoder::block`] takes.

mod bytes;
mod decoder;
mod draft;
mod emit;
mod encoder;
mod layouts;
pub(crate) mod limits;
mod numbers;
mod program;
mod rings;
mod shapes;
mod structure;
#[cfg(test)]
mod tests;
mod values;
pub(crate) mod wire;
mod words;

pub(crate) use decoder::Decoder;
pub(crate) use encoder::Encoder;

/// The column that has the prefix of each event: its number plus one, or 0 for
/// an event that stands in [`RAW_COLUMN`].
const PREFIX_COLUMN: u32 = 0;
/// The column of events that are not taken apart.
const RAW_COLUMN: u32 = 1;
/// These two.
const FIRST_COLUMNS: usize = 2;

/// Flags of a layout's field.
const IS_RUN: u64 = 1;
const IS_MESSAGE: u64 = 2;
const IS_RELATIVE: u64 = 4;

/// Why a block cannot be read.
pub(crate) type Malformed = &'static str;
