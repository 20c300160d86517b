//! The archive as a user has it: recorded, found again, played back.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps fails with the line where it did"
)]

mod copy;
mod disk;
mod filters;
mod merge;
mod recorder;
mod replay;
mod retention;
mod support;
