//! Every method against a real node: the event equals the node's reply, field
//! by field. A proxy between extractor and node records the very replies that
//! the events are made of, or adds to them what no node of this version says.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod exact;
mod extractor;
mod over_ipc;
mod proxy;
mod restart;
mod scene;
mod tables;
mod whitelist;
