//! The process extractor: what the kernel says of the node's process and threads.

mod component;
mod settings;

pub use component::Process;
pub use settings::ProcessExtractorSettings;
