//! The latest blocks of one node's chain, by all that tells of them.

use std::collections::VecDeque;

use peer_observer_event::Extractor;

use crate::Hash;
use crate::moment::Moment;

/// More than any reorganisation of a chain that is worth anything.
const MOST_BLOCKS: usize = 64;

/// A block in a node's chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainBlock {
    /// Its height.
    pub height: i32,
    /// Its hash.
    pub hash: Hash,
    /// When it became part of the node's chain, or was found there first.
    pub since: Moment,
}

/// A node left a branch of the chain for another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reorganization {
    /// When.
    pub moment: Moment,
    /// Blocks that were disconnected.
    pub depth: u32,
    /// The tip before.
    pub old_height: i32,
    /// Its hash.
    pub old_hash: Hash,
}

/// What an event says of the tip.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TipReport {
    pub(crate) height: i32,
    pub(crate) hash: Hash,
    /// When it was so.
    pub(crate) moment: Moment,
    /// Who says so: what comes from one extractor is in order.
    pub(crate) extractor: Extractor,
}

/// What a report has changed.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub(crate) reorganization: Option<Reorganization>,
    /// Blocks that are no longer in the chain.
    pub(crate) disconnected: Vec<Hash>,
}

/// Rising heights, the tip last. Between two of them can be blocks of which
/// nobody has told.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecentChain {
    blocks: VecDeque<ChainBlock>,
    /// The last time at which the tip was known to be the tip, and by whom.
    confirmed: Option<(Moment, Extractor)>,
}

impl RecentChain {
    pub(crate) fn tip(&self) -> Option<&ChainBlock> {
        self.blocks.back()
    }

    /// The block at this height, where it is known.
    pub(crate) fn at(&self, height: i32) -> Option<&ChainBlock> {
        let place = self.blocks.partition_point(|block| block.height < height);
        self.blocks
            .get(place)
            .filter(|found| found.height == height)
    }

    /// The lowest known block above this height.
    pub(crate) fn above(&self, height: i32) -> Option<&ChainBlock> {
        let place = self.blocks.partition_point(|block| block.height <= height);
        self.blocks.get(place)
    }

    /// The highest block that both chains are known to have.
    pub(crate) fn common(&self, other: &RecentChain) -> Option<i32> {
        let mut blocks = self.blocks.iter().rev();
        let is_common = |block: &&ChainBlock| {
            let at_height = other.at(block.height);
            at_height.is_some_and(|found| found.hash == block.hash)
        };
        blocks.find(is_common).map(|block| block.height)
    }

    /// Takes over what is said of the tip, unless it is older than what is known.
    pub(crate) fn report(&mut self, report: &TipReport) -> Change {
        let Some(tip) = self.blocks.back_mut() else {
            self.push(report);
            return Change::default();
        };
        if tip.hash == report.hash {
            self.confirm(report);
            return Change::default();
        }
        // What one extractor says is in order; between two only the times tell.
        let is_certainly_later = self.confirmed.is_none_or(|(moment, extractor)| {
            extractor == report.extractor || report.moment.earliest_ns() > moment.time_ns
        });
        if report.height > tip.height {
            self.push(report);
            return Change::default();
        }
        if !is_certainly_later {
            return Change::default();
        }
        let common = match self.at(report.height) {
            // The tip was taken back: `invalidateblock`.
            Some(found) if found.hash == report.hash => report.height,
            _ => report.height.saturating_sub(1),
        };
        let change = self.leave(common, report.moment);
        if common < report.height {
            self.push(report);
        } else {
            self.confirmed = Some((report.moment, report.extractor));
        }
        change
    }

    /// Disconnects what is above `common`.
    pub(crate) fn leave(&mut self, common: i32, moment: Moment) -> Change {
        let Some(tip) = self.blocks.back().copied() else {
            return Change::default();
        };
        let mut disconnected = Vec::new();
        while let Some(block) = self.blocks.pop_back_if(|block| block.height > common) {
            disconnected.push(block.hash);
        }
        let depth = i64::from(tip.height) - i64::from(common);
        let reorganization = (depth > 0).then(|| Reorganization {
            moment,
            depth: u32::try_from(depth).unwrap_or(u32::MAX),
            old_height: tip.height,
            old_hash: tip.hash,
        });
        Change {
            reorganization,
            disconnected,
        }
    }

    fn push(&mut self, report: &TipReport) {
        if self.blocks.len() == MOST_BLOCKS {
            self.blocks.pop_front();
        }
        self.blocks.push_back(ChainBlock {
            height: report.height,
            hash: report.hash,
            since: report.moment,
        });
        self.confirmed = Some((report.moment, report.extractor));
    }

    /// The tip is the tip still, or another one says when it became it.
    fn confirm(&mut self, report: &TipReport) {
        if let Some(tip) = self.blocks.back_mut()
            && report.moment.latest_ns() < tip.since.latest_ns()
        {
            tip.since = report.moment;
        }
        match &mut self.confirmed {
            Some((moment, extractor)) if report.moment.earliest_ns() > moment.time_ns => {
                (*moment, *extractor) = (report.moment, report.extractor);
            }
            Some(_) => {}
            None => self.confirmed = Some((report.moment, report.extractor)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(extractor: Extractor, time_ns: i64, height: i32, branch: u8) -> TipReport {
        let mut hash = [branch; 32];
        hash[..4].copy_from_slice(&height.to_le_bytes());
        // As exact as these sources are.
        let uncertainty_ns = match extractor {
            Extractor::Log => 500,
            Extractor::Rpc => 10,
            _ => 1,
        };
        TipReport {
            height,
            hash,
            moment: Moment {
                time_ns,
                uncertainty_ns,
            },
            extractor,
        }
    }

    fn tip(chain: &RecentChain) -> (i32, u8) {
        let tip = chain.tip().unwrap();
        (tip.height, tip.hash[31])
    }

    #[test]
    fn a_lower_block_of_another_branch_is_a_reorganisation() {
        use Extractor::{Ebpf, Ipc};
        let mut chain = RecentChain::default();
        for height in 100..=103 {
            let change = chain.report(&report(Ebpf, i64::from(height) * 1000, height, 1));
            assert!(change.reorganization.is_none());
        }
        let change = chain.report(&report(Ebpf, 110_000, 102, 2));
        let reorganization = change.reorganization.unwrap();
        assert_eq!((reorganization.depth, reorganization.old_height), (2, 103));
        assert_eq!(change.disconnected.len(), 2);
        assert!(
            chain
                .report(&report(Ebpf, 110_001, 103, 2))
                .disconnected
                .is_empty()
        );
        // Another source tells of the same, later.
        for height in [102, 103] {
            let change = chain.report(&report(Ipc, 110_002, height, 2));
            assert!(change.reorganization.is_none());
        }
        assert_eq!(tip(&chain), (103, 2));
    }

    #[test]
    fn what_is_late_or_inexact_changes_nothing() {
        use Extractor::{Ebpf, Log, Rpc};
        let mut chain = RecentChain::default();
        chain.report(&report(Ebpf, 10_000, 100, 1));
        chain.report(&report(Ebpf, 20_000, 101, 1));
        chain.report(&report(Ebpf, 20_100, 101, 2));
        // The log has whole seconds: this is the block that was left since.
        assert!(
            chain
                .report(&report(Log, 20_500, 101, 1))
                .reorganization
                .is_none()
        );
        // The answer to a question that was asked before.
        assert!(
            chain
                .report(&report(Rpc, 20_105, 100, 1))
                .reorganization
                .is_none()
        );
        assert_eq!(tip(&chain), (101, 2));
        // Asked afterwards, it counts: the tip was taken back.
        let change = chain.report(&report(Rpc, 30_000, 100, 1));
        assert_eq!(change.reorganization.unwrap().depth, 1);
        assert_eq!(tip(&chain), (100, 1));
    }

    #[test]
    fn a_log_alone_is_in_order_within_a_second() {
        let mut chain = RecentChain::default();
        for (height, branch) in [(100, 1), (101, 1), (100, 1), (101, 2), (102, 2)] {
            chain.report(&report(Extractor::Log, 5_500, height, branch));
        }
        assert_eq!(tip(&chain), (102, 2));
    }

    #[test]
    fn what_both_chains_have_is_found_behind_holes() {
        let mut one = RecentChain::default();
        let mut other = RecentChain::default();
        for height in [100, 101, 102, 105] {
            one.report(&report(Extractor::Ebpf, height.into(), height, 1));
        }
        for (height, branch) in [(100, 1), (102, 1), (103, 2), (105, 2)] {
            other.report(&report(Extractor::Ebpf, height.into(), height, branch));
        }
        assert_eq!(one.common(&other), Some(102));
        assert_eq!(one.above(102).map(|block| block.height), Some(105));
        assert_eq!(one.above(105), None);
        assert_eq!(one.at(103), None);
    }
}
