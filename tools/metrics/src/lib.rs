//! Tool: folds every event of the bus into metrics and shows them as OpenMetrics text.
//!
//! ```text
//!  bus ──► fold ──► p2p, connection, mempool, blocks, utxocache, rpc, pipeline ──► registry ──► text
//!                                                     scrape: bus, process ──────┘
//! ```
//!
//! Labels hold words from fixed lists and names from the configuration, never
//! anything that a peer can choose: peers cannot make the number of series grow.

mod blocks;
mod component;
mod connection;
mod family;
mod fold;
mod hops;
mod mempool;
mod node;
mod p2p;
mod pipeline;
mod process;
mod rpc;
mod scrape;
mod utxocache;
mod words;

pub use component::Metrics;
