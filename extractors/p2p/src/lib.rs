//! The P2P extractor: the node dials us, and we look at it as a peer does.
//!
//! ```text
//!             ┌ candidate ┐ introduced            messages
//! node ─dials─┼ candidate ┼───────────► Session ◄────────── conversation ◄──► node
//!             └ candidate ┘                │
//!                                          └──► bus
//! ```
//!
//! Whoever connects is a candidate first: it has to show what it speaks, to
//! shake hands, and to be the node that we watch, each in bounded time and
//! memory. One candidate at a time becomes the connection that is measured; the
//! others cannot disturb it. Nothing is ever relayed and nothing asked for but
//! what a measurement needs.

mod announcement;
mod best_block;
mod candidates;
mod clock;
mod component;
mod connected;
mod conversation;
mod counts;
mod identity;
mod introduction;
mod life;
mod listener;
mod network;
mod pinger;
mod session;
mod settings;
mod watched;

pub use component::P2p;
pub use identity::RPC_METHODS;
pub use settings::P2pExtractorSettings;
