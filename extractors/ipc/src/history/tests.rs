//! Chains of made-up blocks: one branch per letter.

use std::cell::Cell;

use super::*;

/// A chain `a` of any height; `b` leaves it above the block at `fork`.
struct Chains {
    fork: i32,
    lookups: Cell<usize>,
}

impl Chains {
    fn block(&self, branch: u8, height: i32) -> BlockRef {
        let branch = if height <= self.fork { b'a' } else { branch };
        let mut hash = [branch; 32];
        hash[..4].copy_from_slice(&height.to_le_bytes());
        BlockRef { hash, height }
    }
}

impl Headers for Chains {
    async fn parent(&self, block: BlockRef) -> Result<BlockRef, LookupError> {
        self.lookups.set(self.lookups.get() + 1);
        Ok(self.block(block.hash[31], block.height - 1))
    }

    async fn hash_at(&self, height: i32) -> Result<[u8; 32], LookupError> {
        self.lookups.set(self.lookups.get() + 1);
        Ok(self.block(b'b', height).hash)
    }
}

async fn history(fork: i32, from: (u8, i32), to: (u8, i32)) -> (History, usize) {
    let chains = Chains {
        fork,
        lookups: Cell::new(0),
    };
    let (from, to) = (chains.block(from.0, from.1), chains.block(to.0, to.1));
    let history = History::between(&chains, from, to, 50).await.unwrap();
    (history, chains.lookups.get())
}

fn heights(history: &History) -> Vec<i32> {
    history.branch.iter().map(|block| block.height).collect()
}

#[tokio::test]
async fn the_next_block_takes_one_lookup() {
    let (history, lookups) = history(0, (b'b', 7), (b'b', 8)).await;
    assert_eq!((heights(&history), lookups), (vec![8], 1));
    assert_eq!(history.advanced(), Some(1));
    assert_eq!(history.fork.unwrap().height, 7);
}

#[tokio::test]
async fn skipped_blocks_are_found() {
    let (history, _) = history(0, (b'b', 7), (b'b', 58)).await;
    assert_eq!(heights(&history), (8..=58).collect::<Vec<_>>());
    assert_eq!((history.advanced(), history.untold), (Some(51), Some(0)));
}

#[tokio::test]
async fn of_too_many_the_newest() {
    let (history, lookups) = history(0, (b'b', 7), (b'b', 107)).await;
    assert_eq!(heights(&history), (57..=107).collect::<Vec<_>>());
    assert_eq!((history.advanced(), history.untold), (Some(100), Some(49)));
    assert_eq!(lookups, 51);
}

#[tokio::test]
async fn another_branch_higher_as_high_and_lower() {
    for (to, expected) in [
        (12, vec![8, 9, 10, 11, 12]),
        (10, vec![8, 9, 10]),
        (8, vec![8]),
    ] {
        let (history, _) = history(7, (b'a', 10), (b'b', to)).await;
        assert_eq!(heights(&history), expected);
        assert_eq!(history.fork.unwrap().height, 7);
        assert_eq!(history.advanced(), Some(expected.len() as u64));
    }
    // A branch that has only been cut off.
    let (history, _) = history(7, (b'a', 10), (b'a', 7)).await;
    assert_eq!((heights(&history), history.advanced()), (vec![], Some(0)));
}

#[tokio::test]
async fn too_deep_to_be_told() {
    let (history, lookups) = history(0, (b'a', 5_000), (b'b', 5_001)).await;
    assert_eq!((heights(&history), history.untold), (vec![5_001], None));
    assert_eq!(history.fork, None);
    assert!(lookups <= 2 * DEEPEST_REORGANISATION + 10, "{lookups}");
    let (history, _) = super::tests::history(0, (b'a', 10), (b'b', 5_000)).await;
    assert_eq!((history.fork, history.untold), (None, None));
    assert_eq!(history.branch.len(), 51);
}
