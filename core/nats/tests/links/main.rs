//! Links over a real NATS server.

#![allow(clippy::unwrap_used)]

mod core;
mod jetstream;
mod old_server;
mod process;
mod refusals;
mod small_disk;
