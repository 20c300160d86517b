//! A real Bitcoin Core node for tests, and what tests do with it: mine, fund
//! and send transactions, speak the P2P protocol, wait for things to happen;
//! a real NATS server.
//!
//! No node that is started here ever dials out: see [`Node`].

mod cache;
pub mod core;
mod nats;
mod nats_tls;
mod node;
pub mod observer;
mod peer;
mod ports;
pub mod python;
pub mod scene;
mod wait;

pub use nats::{NatsBuilder, NatsServer};
pub use nats_tls::Certificates;
pub use node::{FEATURE_VERSION, Node, NodeBuilder};
pub use peer::{LogEntry, Peer, PeerOptions};
pub use peer_observer_p2p::Transport;
pub use ports::free_port;
pub use wait::{DEADLINE, wait_for, wait_for_value};
