//! The client and a real node, and what else can be behind a socket.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod calls;
mod guests;
mod schema;
mod sockets;

use std::time::Duration;

/// For every call of which an answer is expected.
const SOON: Duration = Duration::from_secs(30);
