//! The IPC extractor: tips as they change, block templates, echo latency.
//!
//! ```text
//!                      ┌ follow    waitTipChanged, headers of what was skipped ┐
//!  lives ──connected──►├ echoes    Echo.echo                                   ├──► Session ──► bus
//!                      └ templates Mining.createNewBlock                       ┘
//! ```
//!
//! `lives` finds the node's socket, connects, and starts over when the
//! connection has ended. The session publishes, counts and says how things are.

mod calls;
mod component;
mod follow;
mod history;
mod lives;
mod lookups;
mod measure;
mod place;
mod report;
mod session;
mod settings;
mod template;
mod tips;

pub use component::Ipc;
pub use settings::IpcExtractorSettings;
