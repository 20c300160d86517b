//! The events that tell how the chain's tip has changed.

use peer_observer_bus::Draft;
use peer_observer_event::{ChainReorganized, ChainTipChanged, Payload};
use peer_observer_ipc::BlockRef;

use crate::report::{Moved, Untold};

/// The reorganisation, if it is one; then each new block, in order.
pub(crate) fn drafts(moved: &Moved) -> Vec<Draft> {
    let mut drafts = Vec::with_capacity(moved.history.branch.len() + 1);
    drafts.extend(
        reorganisation(moved)
            .map(|reorganisation| observed(moved, Payload::ChainReorganized(reorganisation))),
    );
    for block in &moved.history.branch {
        drafts.push(match *block == moved.tip {
            true => {
                let advanced = moved.from.and(moved.history.advanced());
                let advanced = advanced.and_then(|blocks| u32::try_from(blocks).ok());
                observed(moved, changed(block, advanced, true))
            }
            false => Draft::now(changed(block, None, false)),
        });
    }
    drafts
}

/// Why there are blocks that are not told, for people.
pub(crate) fn why(moved: &Moved) -> String {
    let before = moved.from.map_or(0, |from| from.height);
    let tip = moved.tip.height;
    let because = match moved.untold_because {
        Untold::InitialBlockDownload => "the node was far behind",
        Untold::TooMany => "more came at once than are looked up",
        Untold::NotLookedUp => "what came between could not be looked up",
    };
    format!("blocks between the tips at height {before} and {tip}: {because}")
}

fn reorganisation(moved: &Moved) -> Option<ChainReorganized> {
    let (fork, old) = (moved.history.fork?, moved.from?);
    let disconnected_blocks = u32::try_from(old.height - fork.height).ok()?;
    (disconnected_blocks > 0).then(|| ChainReorganized {
        fork_height: fork.height,
        fork_hash: hash(&fork),
        old_height: old.height,
        old_hash: hash(&old),
        new_height: moved.tip.height,
        new_hash: hash(&moved.tip),
        disconnected_blocks,
        connected_blocks: moved
            .history
            .advanced()
            .and_then(|blocks| u32::try_from(blocks).ok())
            .unwrap_or(0),
    })
}

fn changed(block: &BlockRef, advanced_blocks: Option<u32>, observed: bool) -> Payload {
    Payload::ChainTipChanged(ChainTipChanged {
        block_hash: hash(block),
        height: block.height,
        advanced_blocks,
        observed,
    })
}

/// At the time at which the node told.
fn observed(moved: &Moved, payload: Payload) -> Draft {
    Draft {
        time_ns: moved.seen_ns,
        ..Draft::now(payload)
    }
}

fn hash(block: &BlockRef) -> bytes::Bytes {
    block.hash.to_vec().into()
}
