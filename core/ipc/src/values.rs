//! What goes in and comes out.

use std::time::Duration;

/// What a connection may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For the connection and the node's first answers.
    pub connect_timeout: Duration,
    /// The largest answer, in bytes. A larger one ends the connection.
    pub reply_bytes: usize,
}

impl Default for Limits {
    /// 5 s, 64 MiB: `getrawaddrman` of a full address manager has some 30 MB.
    fn default() -> Limits {
        Limits {
            connect_timeout: Duration::from_secs(5),
            reply_bytes: 64 << 20,
        }
    }
}

/// A block of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BlockRef {
    /// Its hash, in the order of the bytes in which blocks contain it: the
    /// reverse of how it is written.
    pub hash: [u8; 32],
    /// How many blocks there are before it.
    pub height: i32,
}

/// A block that the node would mine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockTemplate {
    /// The serialised block, with a coinbase that stands in for the real one.
    pub block: Vec<u8>,
    /// Fee of each transaction, without the coinbase, in satoshi.
    pub fees_sat: Vec<i64>,
    /// Cost of each transaction's signature operations, without the coinbase.
    pub sigops_cost: Vec<i64>,
    /// How long the node took to make it. Fetching it is not in there.
    pub duration: Duration,
}
