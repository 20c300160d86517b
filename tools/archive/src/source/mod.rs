//! Reads archives, one or many, ours and those of the existing system, as one
//! stream of events.
//!
//! ```text
//!  files, folders ─► Inputs ─► chains ─► a reader each, on its own thread ─► Merge ─► blocks
//! ```
//!
//! A **chain** is files that follow each other: the parts of one recording. Chains
//! are merged by (bus_time, node, extractor, instance, sequence); within a chain
//! the order is the files'.

mod chain;
mod error;
mod inputs;
mod legacy;
mod merge;
mod reader;

pub use error::InputError;
pub use inputs::{Chain, Format, Input, Inputs};
pub use merge::{Merge, Step, Trouble};
