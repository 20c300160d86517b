//! What the fold tells as it happens, for counters and histograms.

use crate::moment::Delay;

/// What spreads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A block.
    Block,
    /// A transaction of the sample.
    Transaction,
}

/// Which moment of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A node knew of it.
    Seen,
    /// A node connected the block, or took the transaction into its mempool.
    Accepted,
}

impl Measure {
    /// The word in metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Measure::Seen => "seen",
            Measure::Accepted => "accepted",
        }
    }
}

/// Something that can be counted. Nodes are places in [`Fleet::nodes`](crate::Fleet::nodes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// When the node met something that other nodes met too is settled.
    Settled {
        /// The node.
        node: usize,
        /// What it met.
        subject: Subject,
        /// How.
        measure: Measure,
        /// How long after the first node; absent where it was the first.
        delay: Option<Delay>,
    },
    /// A transaction of the sample has come to as many nodes as it will.
    TransactionSpread {
        /// How many nodes.
        nodes: usize,
    },
    /// A node left a branch of the chain for another one.
    Reorganized {
        /// The node.
        node: usize,
        /// Blocks that it disconnected.
        depth: u32,
    },
    /// An event of a node beyond the limit was not taken into account.
    Ignored,
}
