//! The process extractor: what the kernel says of the node's process and threads.
//!
//! It takes samples of `/proc/PID`: CPU time, waits and switches by thread name,
//! memory, page faults, I/O, open files, and, where switched on, pressure stall
//! information ([`ProcessSample`](peer_observer_event::ProcessSample)); less
//! often the proportional set size
//! ([`ProcessMemory`](peer_observer_event::ProcessMemory)). It needs no rights
//! for threads, memory and page faults; for the rest it must be the node's
//! user or root, or have `CAP_SYS_PTRACE`. What it may not read it leaves out,
//! and says so.

mod component;
mod missing;
mod parse;
mod read;
mod session;
mod settings;
mod watch;

pub use component::Process;
pub use settings::ProcessExtractorSettings;
