//! Processes of the whole binary, connected over a real NATS server.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps fails with the line where it did"
)]

mod four_nodes;
mod million;
mod process;
mod python;
