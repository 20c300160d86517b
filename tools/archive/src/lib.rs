//! Tool: records events, plays them back, cuts and merges archives.

pub mod copy;
pub mod info;
mod recorder;
pub mod replay;
pub mod source;
mod text;
mod thread;
pub mod verification;

pub use recorder::{
    EXTENSION, FolderError, KeepSettings, RecordFilter, RecordedPlace, Recorder, RecorderSettings,
    Retention, Rotation, SUBSCRIPTION,
};
pub use text::time_text;
