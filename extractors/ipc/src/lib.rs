//! The IPC extractor: tips as they change, block templates, echo latency.

mod component;
mod settings;

pub use component::Ipc;
pub use settings::IpcExtractorSettings;
