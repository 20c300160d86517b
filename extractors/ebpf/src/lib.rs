//! Extractor: Bitcoin Core's tracepoints, read through eBPF.
//!
//! ```text
//!  bitcoind ──tracepoint──► program (src/bpf) ──► ring ──► Record ──► Draft ──► bus
//!                              │ counts                      │ counts
//!                              └── heartbeat, gap notices ◄──┘
//! ```
//!
//! One ring per node holds the records of all tracepoints in the order in which
//! the node hit them. A thread of its own reads it: libbpf's objects belong to
//! the thread that made them.

mod attach;
mod clock;
mod component;
mod convert;
mod counters;
pub mod diagnosis;
mod intake;
mod kernel;
mod lives;
mod loss;
mod observe;
mod pace;
pub mod record;
mod rights;
mod settings;
mod stapsdt;
mod tracepoint;

pub use component::Ebpf;
pub use peer_observer_p2p::codec::Keep;
pub use settings::{EbpfSettings, Groups, KeepSettings, RingBytes, Variant};
pub use tracepoint::Tracepoint;
