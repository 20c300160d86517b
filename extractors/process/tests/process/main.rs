//! The extractor on a real node.

mod cost;
mod lives;
mod memory;
mod observed;
mod pressure;
mod rights;
mod threads;
