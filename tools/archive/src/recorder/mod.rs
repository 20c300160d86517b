//! Records the events of a bus into files.

mod component;
mod file_name;
mod filter;
mod folder;
mod last;
mod own_files;
mod part;
mod recording;
mod retention;
mod settings;
mod trouble;

pub use component::{Recorder, SUBSCRIPTION};
pub use file_name::EXTENSION;
pub use filter::RecordFilter;
pub use folder::FolderError;
pub use last::RecordedPlace;
pub use settings::{KeepSettings, RecorderSettings, Retention, Rotation};
