//! Tool: folds every event of the bus into metrics and shows them as OpenMetrics text.
//!
//! ```text
//!  bus ──► fold ─┬─► node ─┬─► themes: p2p, connection, mempool, blocks, utxocache, log, ─┐
//!                │         │           reconstruction, probe, chain, process, rpc         ├─► registry ──► text
//!                │         └─► pipeline ──────────────────────────────────────────────────┤
//!                └─► fleet: all nodes together ───────────────────────────────────────────┤
//!                                            scrape: the bus, this process ───────────────┘
//! ```
//!
//! Labels hold words from fixed lists and names from the configuration, never
//! anything that a peer can choose: peers cannot make the number of series grow.
//!
//! Each metric is defined once, where its family is made: the catalogue then
//! knows it for `/metrics` and for `docs/metrics.md`, which is made from it.

mod blocks;
mod catalogue;
mod chain;
mod component;
mod connection;
mod families;
mod family;
mod fleet;
mod fold;
mod hops;
mod labels;
mod log;
mod mempool;
mod node;
mod node_info;
mod p2p;
mod pipeline;
mod plain;
mod poll;
mod polled;
mod probe;
mod process;
mod reconstruction;
mod reference;
mod rpc;
mod scrape;
mod slots;
mod themes;
mod this_process;
mod utxocache;
mod words;

pub use component::Metrics;
pub use reference::reference;
