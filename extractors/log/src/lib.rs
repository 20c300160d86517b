//! The log extractor: every line of the node's debug.log as an event.
//!
//! ```text
//! debug.log ─► Input ─► Entries ─► PrefixReader ─► Templates, detail ─► Reconstructions ─► bus
//!              bytes    lines      time, category   what it says         several lines
//!              └────────────────── Lines ───────────────────────────────────────┘
//! ```
//!
//! The input follows the file through rotation, truncation and restarts, on a
//! thread of its own. [`Lines`] makes events of its bytes and does no input or
//! output.

pub mod catalogue;
mod component;
mod detail;
mod entries;
mod input;
mod line;
mod lines;
mod lives;
mod observe;
mod pace;
mod place;
mod prefix;
mod reconstruction;
mod session;
mod settings;
mod templates;

pub use component::Log;
pub use lines::{Counts, Lines, Next, Rest};
pub use prefix::{CATEGORIES, LineTime, Prefix, PrefixReader, Source};
pub use settings::{LogExtractorSettings, LogInput};
