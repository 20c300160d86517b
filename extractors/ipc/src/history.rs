//! How the chain got from one tip to another, by the headers between them.

use peer_observer_ipc::BlockRef;

use crate::lookups::LookupError;

/// A reorganisation that goes deeper is told without where the branches part.
const DEEPEST_REORGANISATION: usize = 1_000;

/// Where headers come from.
pub(crate) trait Headers {
    /// The block before this one.
    async fn parent(&self, block: BlockRef) -> Result<BlockRef, LookupError>;
    /// The hash of the block at this height in the node's chain now.
    async fn hash_at(&self, height: i32) -> Result<[u8; 32], LookupError>;
}

/// How the chain got from one tip to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct History {
    /// The last block that both have; absent where that is not known.
    pub(crate) fork: Option<BlockRef>,
    /// The blocks that come behind it up to the new tip, without the oldest
    /// [`History::untold`] of them.
    pub(crate) branch: Vec<BlockRef>,
    /// How many blocks were not looked up; absent where that is not known.
    pub(crate) untold: Option<u64>,
}

impl History {
    /// Nothing is known of what was before `tip`, and it is of no interest.
    pub(crate) fn starting_with(tip: BlockRef) -> History {
        History {
            fork: None,
            branch: vec![tip],
            untold: Some(0),
        }
    }

    /// Blocks from `from` to `to` of which nothing can be looked up.
    pub(crate) fn unknown(from: BlockRef, to: BlockRef) -> History {
        let between = i64::from(to.height) - i64::from(from.height) - 1;
        History {
            fork: None,
            branch: vec![to],
            // A tip that is not higher is one of another branch.
            untold: u64::try_from(between).ok(),
        }
    }

    /// Looks up what is between the tips, of a longer way the newest `most`
    /// blocks only.
    pub(crate) async fn between(
        headers: &impl Headers,
        from: BlockRef,
        to: BlockRef,
        most: usize,
    ) -> Result<History, LookupError> {
        let ahead = i64::from(to.height) - i64::from(from.height);
        // The new tip itself needs no looking up.
        match usize::try_from(ahead) {
            Ok(ahead) if ahead > most + 1 => History::far(headers, from, to, most, ahead).await,
            _ => History::near(headers, from, to).await,
        }
    }

    /// Walks back from both tips until the branches meet.
    async fn near(
        headers: &impl Headers,
        from: BlockRef,
        to: BlockRef,
    ) -> Result<History, LookupError> {
        let (mut old, mut new) = (from, to);
        let mut branch = Vec::new();
        let mut disconnected = 0;
        while old != new {
            if new.height >= old.height {
                branch.push(new);
                new = headers.parent(new).await?;
            } else if disconnected < DEEPEST_REORGANISATION {
                disconnected += 1;
                old = headers.parent(old).await?;
            } else {
                return Ok(History {
                    untold: None,
                    ..History::starting_with(to)
                });
            }
        }
        branch.reverse();
        Ok(History {
            fork: Some(new),
            branch,
            untold: Some(0),
        })
    }

    /// Walks back from the new tip for `most` blocks.
    async fn far(
        headers: &impl Headers,
        from: BlockRef,
        to: BlockRef,
        most: usize,
        ahead: usize,
    ) -> Result<History, LookupError> {
        let is_in_chain = headers.hash_at(from.height).await? == from.hash;
        let mut branch = vec![to];
        let mut block = to;
        for _ in 0..most {
            block = headers.parent(block).await?;
            branch.push(block);
        }
        let untold = (ahead - branch.len()) as u64;
        branch.reverse();
        Ok(History {
            fork: is_in_chain.then_some(from),
            branch,
            untold: is_in_chain.then_some(untold),
        })
    }

    /// By how many blocks the new tip is above the last one that both have.
    pub(crate) fn advanced(&self) -> Option<u64> {
        let fork = self.fork.as_ref()?;
        let tip = self.branch.last().unwrap_or(fork);
        u64::try_from(i64::from(tip.height) - i64::from(fork.height)).ok()
    }
}

#[cfg(test)]
mod tests;
