//! Extractor: the node's RPC interface.
//!
//! ```text
//!  probe ───uptime──────────┐
//!  task  ───getpeerinfo─────┼──► Session ──► bus
//!  task  ───(next method)───┘      │
//!    ▲ may call?                   │
//!    └──────────── Link ◄──────────┘
//! ```
//!
//! Each method has a task of its own with its own interval, timeout and reply
//! limit, so that a slow one delays no other. Whether the node is there is
//! decided by the probe alone; while it is not, no method is called. The
//! session publishes, counts and says how things are. Calls go over HTTP or IPC
//! (`transport`).

mod component;
mod failure;
mod link;
mod method;
mod methods;
mod probe;
mod schedule;
mod session;
mod settings;
mod tolerant;
mod transport;

#[cfg(test)]
mod tests;

pub use component::Rpc;
pub use settings::{MethodSettings, RpcExtractorSettings, RpcTransport, whitelist};
