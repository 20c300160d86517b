//! The log extractor: every line of the node's debug.log as an event.

mod component;
mod settings;

pub use component::Log;
pub use settings::{LogExtractorSettings, LogInput};
