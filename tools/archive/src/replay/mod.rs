//! Plays archives onto a bus.
//!
//! ```text
//!  Merge ─► decoder (a thread) ─► Pace ─► Bus::replay, which waits for the tools
//! ```

mod decoder;
mod pace;
mod player;
mod progress;

pub use pace::Speed;
pub use player::{Played, play};
pub use progress::Progress;
