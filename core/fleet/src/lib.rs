//! What several nodes show together: a fold over the events of all of them.
//!
//! ```text
//!  events ──► fleet ─┬─► trails: which node met a block or transaction when, and from which peer
//!                    ├─► nodes: tips, standings (who is behind, who is on a branch of their own)
//!                    └─► clocks: how far each extractor's clock is off the bus's
//! ```
//!
//! No I/O and no clock: time is the bus's, so the same events give the same
//! result. Memory is bounded, whatever a peer or a foreign stream says: per
//! node, 64 blocks and 256 transactions that nodes have accepted, 256 and 512
//! that are only talked of, about 200 bytes each; 256 nodes.
//! `docs/fleet.md` defines what is shown, and how far off it may be.

mod blocks;
mod clock;
mod fleet;
mod moment;
mod news;
mod node;
mod presence;
mod recent_chain;
mod sample;
mod standing;
mod table;
mod tips;
mod trail;
mod transactions;

pub use clock::ClockOffset;
pub use fleet::{Fleet, MOST_NODES};
pub use moment::{Delay, Moment};
pub use news::{Measure, News, Subject};
pub use node::{Branch, Node};
pub use recent_chain::{ChainBlock, Reorganization};
pub use sample::Sample;
pub use standing::{Relation, Standing};
pub use trail::{Announcement, Message, Sighting, Trail};

/// A block hash, txid or wtxid, in the order of the wire.
pub type Hash = [u8; 32];

/// The hash in these bytes; none where a foreign stream has something else there.
fn hash_of(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().ok()
}
