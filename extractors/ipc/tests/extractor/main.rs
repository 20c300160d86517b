//! The extractor on a real node.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod lives;
mod measures;
mod observed;
mod tips;
