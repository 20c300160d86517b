//! Links over a real NATS server.

#![allow(clippy::unwrap_used)]

mod core;
mod jetstream;
mod process;
mod refusals;
