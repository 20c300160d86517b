//! What tells of a node's tip, from the most exact to the least: the
//! tracepoint, IPC, debug.log, RPC.

use peer_observer_event::{
    BlockConnected, BlockchainInfo, ChainReorganized, ChainTipChanged, Event,
};

use crate::fleet::Fleet;
use crate::hash_of;
use crate::moment::Moment;
use crate::news::News;
use crate::recent_chain::{Change, TipReport};

/// A block that is connected so far below the tip is not of the node's chain: it
/// validates the chain before a snapshot (assumeutxo) in the background.
const BACKGROUND_BLOCKS: i32 = 100;

impl Fleet {
    /// Tracepoint validation:block_connected.
    pub(crate) fn block_connected(
        &mut self,
        place: usize,
        event: &Event,
        block: &BlockConnected,
        tell: &mut impl FnMut(News),
    ) {
        let node = &self.nodes.all[place];
        let tip = node.recent.tip();
        if tip.is_some_and(|tip| block.height < tip.height.saturating_sub(BACKGROUND_BLOCKS)) {
            return;
        }
        let moment = node.moment(event);
        let (hash, height) = (&block.block_hash, block.height);
        self.report_tip(place, event, hash, height, moment, Some(moment), tell);
    }

    /// IPC, Mining.waitTipChanged.
    pub(crate) fn tip_changed(
        &mut self,
        place: usize,
        event: &Event,
        tip: &ChainTipChanged,
        tell: &mut impl FnMut(News),
    ) {
        let moment = self.nodes.all[place].moment(event);
        // Others were looked up later than they became part of the chain.
        let connected = tip.observed.then_some(moment);
        let (hash, height) = (&tip.block_hash, tip.height);
        self.report_tip(place, event, hash, height, moment, connected, tell);
    }

    /// `UpdateTip: new best=…`
    pub(crate) fn tip_logged(
        &mut self,
        place: usize,
        event: &Event,
        hash: &[u8],
        height: i32,
        moment: Moment,
        tell: &mut impl FnMut(News),
    ) {
        self.report_tip(place, event, hash, height, moment, Some(moment), tell);
    }

    /// RPC, getblockchaininfo.
    pub(crate) fn asked_for_tip(
        &mut self,
        place: usize,
        event: &Event,
        info: &BlockchainInfo,
        tell: &mut impl FnMut(News),
    ) {
        let node = &mut self.nodes.all[place];
        node.set_chain(info);
        let (Some(hash), Some(height)) = (&info.best_block_hash, info.height) else {
            return;
        };
        let Ok(height) = i32::try_from(height) else {
            return;
        };
        // It was so at some time between question and answer...
        let moment = node.moment_before(event, info.duration_ns);
        // ...and became so since the question before.
        let since_last = node.since_last_asked(moment);
        let connected = since_last.map(|since| node.moment_before(event, since));
        self.report_tip(place, event, hash, height, moment, connected, tell);
    }

    /// IPC: the tip has moved to another branch. Blocks on it are told of afterwards.
    pub(crate) fn reorganized(
        &mut self,
        place: usize,
        event: &Event,
        told: &ChainReorganized,
        tell: &mut impl FnMut(News),
    ) {
        let node = &mut self.nodes.all[place];
        let moment = node.moment(event);
        let tip = node.recent.tip();
        // Else somebody else has told of it already.
        if tip.is_some_and(|tip| told.old_hash == tip.hash[..]) {
            let change = node.recent.leave(told.fork_height, moment);
            self.changed(place, change, tell);
        }
    }

    /// Somebody says which block is the tip: `moment` is when it was, `connected`
    /// when it became part of the chain, as far as that is known.
    #[expect(clippy::too_many_arguments, reason = "all of it is said at once")]
    fn report_tip(
        &mut self,
        place: usize,
        event: &Event,
        hash: &[u8],
        height: i32,
        moment: Moment,
        connected: Option<Moment>,
        tell: &mut impl FnMut(News),
    ) {
        let Some(hash) = hash_of(hash) else { return };
        let report = TipReport {
            height,
            hash,
            moment,
            extractor: event.extractor(),
        };
        let change = self.nodes.all[place].recent.report(&report);
        self.changed(place, change, tell);
        self.block_accepted(place, event, &hash, height, connected);
    }

    fn changed(&mut self, place: usize, change: Change, tell: &mut impl FnMut(News)) {
        for hash in &change.disconnected {
            if let Some(trail) = self.blocks.table.get_mut(hash) {
                trail.disconnected(place);
            }
        }
        if let Some(reorganization) = change.reorganization {
            tell(News::Reorganized {
                node: place,
                depth: reorganization.depth,
            });
            self.nodes.all[place].reorganized(reorganization);
        }
    }
}
