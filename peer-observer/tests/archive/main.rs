//! The archive in the whole binary, and on real nodes.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps fails with the line where it did"
)]

mod commands;
mod killed;
mod live_and_replay;
