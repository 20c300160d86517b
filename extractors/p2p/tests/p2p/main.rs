//! The extractor on real nodes.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod again;
mod announcements;
mod busy;
mod hostile;
mod strangers;
mod support;
mod switches;
mod transports;
