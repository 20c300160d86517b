//! Tool: events as lines, for a terminal, a file or a pipe.
//!
//! ```text
//!  Event ──► Filter ──► Printer ──► one line each, text or JSON
//!                  └──► Summary ──► one table at the end
//! ```
//!
//! [`Output`] is that whole picture, [`Watch`] runs it on a subscription.

mod colour;
mod output;
mod printer;
mod summary;
mod watch;

pub use output::{Output, Settings, Step, WriteError};
pub use printer::{Format, Printer};
pub use summary::Summary;
pub use watch::{SUBSCRIPTION, Watch};
