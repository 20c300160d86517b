//! Tool: folds every event of the bus into metrics and shows them as OpenMetrics text.
//!
//! ```text
//!  bus ──► fold ──► p2p, connection, mempool, blocks, utxocache, rpc, pipeline ──► registry ──► text
//!                                                     scrape: bus, process ──────┘
//! ```
//!
//! Labels hold words from fixed lists and names from the configuration, never
//! anything that a peer can choose: peers cannot make the number of series grow.
//!
//! Each metric is defined once, where its family is made: the catalogue then
//! knows it for `/metrics` and for `docs/metrics.md`, which is made from it.

mod blocks;
mod catalogue;
mod component;
mod connection;
mod family;
mod fold;
mod hops;
mod labels;
mod mempool;
mod node;
mod p2p;
mod pipeline;
mod plain;
mod polled;
mod process;
mod reference;
mod rpc;
mod scrape;
mod utxocache;
mod words;

pub use component::Metrics;
pub use reference::reference;
