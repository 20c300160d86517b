//! Blocks: who told of them, and when a node had them.

use peer_observer_event::log_line::Detail;
use peer_observer_event::probe_announcement::Body as ProbeBody;
use peer_observer_event::{
    Block, Body, Event, InventoryItem, LogLine, LogTime, P2pMessage, ProbeAnnouncement,
};

use crate::fleet::Fleet;
use crate::hash_of;
use crate::moment::Moment;
use crate::news::News;
use crate::table::{Speaker, Table};
use crate::trail::{Announcement, Message};
use crate::{Hash, standing};

/// About ten hours of the main chain; more than the page shows.
const MOST_BLOCKS: usize = 64;
/// Blocks that were announced and that no node has connected yet.
const MOST_CANDIDATES: usize = 256;
/// Core announces at most so many blocks at once (`MAX_BLOCKS_TO_ANNOUNCE`);
/// more are an answer to somebody who asked.
const MOST_ANNOUNCED: usize = 8;
/// A block further below the best tip than this is history that a node reads up.
const HISTORY_BLOCKS: i32 = 32;
/// Inventory type of blocks.
const BLOCK: u32 = 2;
/// Lines of the log have a time in whole seconds, cut off, or in microseconds.
const SECOND_NS: u64 = 1_000_000_000;
const MICROSECOND_NS: u64 = 1_000;

/// The latest blocks.
#[derive(Debug)]
pub(crate) struct Blocks {
    pub(crate) table: Table,
}

impl Blocks {
    pub(crate) fn new() -> Blocks {
        Blocks {
            table: Table::new(MOST_BLOCKS, MOST_CANDIDATES),
        }
    }

    /// A peer, or the node itself, speaks of a block.
    pub(crate) fn announce(
        &mut self,
        node: usize,
        bus_time_ns: u64,
        hash: &Hash,
        announcement: Announcement,
    ) {
        let speaker = Speaker {
            node,
            peer_id: announcement.peer_id,
        };
        let (trail, _) = self.table.candidate(hash, speaker, bus_time_ns);
        trail.sighting(node, bus_time_ns).announce(announcement);
    }
}

impl Fleet {
    /// A P2P message that is about blocks or transactions.
    pub(crate) fn message(&mut self, place: usize, event: &Event, message: &P2pMessage) {
        match &message.body {
            Some(Body::Inv(inv)) => {
                self.announced_transactions(place, event, message, &inv.items);
                for hash in announced_blocks(&inv.items) {
                    self.peer_announced(place, event, message, Message::Inv, hash);
                }
            }
            Some(Body::Headers(headers)) if headers.headers.len() <= MOST_ANNOUNCED => {
                for header in &headers.headers {
                    if let Some(hash) = hash_of(&header.hash) {
                        self.peer_announced(place, event, message, Message::Headers, &hash);
                    }
                }
            }
            Some(Body::Cmpctblock(block)) => {
                let header = block.header.as_ref();
                if let Some(hash) = header.and_then(|header| hash_of(&header.hash)) {
                    self.peer_announced(place, event, message, Message::CompactBlock, &hash);
                }
            }
            Some(Body::Block(block)) => self.block_message(place, event, message, block),
            Some(Body::Blocktxn(rest)) => self.block_received(place, event, &rest.block_hash),
            Some(Body::Tx(transaction)) => {
                self.transaction_message(place, event, message, transaction);
            }
            _ => {}
        }
    }

    fn block_message(&mut self, place: usize, event: &Event, message: &P2pMessage, block: &Block) {
        let header = block.header.as_ref();
        if let Some(hash) = header.and_then(|header| hash_of(&header.hash)) {
            self.peer_announced(place, event, message, Message::Block, &hash);
            self.block_received(place, event, &hash);
        }
    }

    fn peer_announced(
        &mut self,
        place: usize,
        event: &Event,
        message: &P2pMessage,
        how: Message,
        hash: &Hash,
    ) {
        let moment = self.nodes.all[place].moment(event);
        let (peer_id, address) = (Some(message.peer_id), Some(&*message.address));
        let announcement = Announcement::new(moment, how, event.run, peer_id, address);
        self.blocks
            .announce(place, event.bus_time_ns, hash, announcement);
    }

    /// The node has all of a block that it was told of before.
    pub(crate) fn block_received(&mut self, place: usize, event: &Event, hash: &[u8]) {
        let moment = self.nodes.all[place].moment(event);
        let trail = hash_of(hash).and_then(|hash| self.blocks.table.get_mut(&hash));
        if let Some(trail) = trail {
            let sighting = trail.sighting(place, event.bus_time_ns);
            Moment::keep_best(&mut sighting.received, moment);
        }
    }

    /// The node tells our own connection of blocks and transactions.
    pub(crate) fn announced_to_us(
        &mut self,
        place: usize,
        event: &Event,
        announcement: &ProbeAnnouncement,
    ) {
        match &announcement.body {
            Some(ProbeBody::Inv(inv)) => {
                self.relayed_transactions(place, event, &inv.items);
                for hash in announced_blocks(&inv.items) {
                    self.block_relayed(place, event, hash);
                }
            }
            Some(ProbeBody::Headers(headers)) if headers.headers.len() <= MOST_ANNOUNCED => {
                for header in &headers.headers {
                    if let Some(hash) = hash_of(&header.hash) {
                        self.block_relayed(place, event, &hash);
                    }
                }
            }
            Some(ProbeBody::Cmpctblock(block)) => {
                let header = block.header.as_ref();
                if let Some(hash) = header.and_then(|header| hash_of(&header.hash)) {
                    self.block_relayed(place, event, &hash);
                }
            }
            _ => {}
        }
    }

    fn block_relayed(&mut self, place: usize, event: &Event, hash: &Hash) {
        let moment = self.nodes.all[place].moment(event);
        let speaker = Speaker {
            node: place,
            peer_id: None,
        };
        let bus_time_ns = event.bus_time_ns;
        let (trail, _) = self.blocks.table.candidate(hash, speaker, bus_time_ns);
        let sighting = trail.sighting(place, bus_time_ns);
        Moment::keep_best(&mut sighting.relayed, moment);
    }

    /// The block is in the node's chain since then; absent where that is not known.
    pub(crate) fn block_accepted(
        &mut self,
        place: usize,
        event: &Event,
        hash: &Hash,
        height: i32,
        moment: Option<Moment>,
    ) {
        let bus_time_ns = event.bus_time_ns;
        let table = &mut self.blocks.table;
        if !table.get_mut(hash).is_some_and(|trail| trail.is_accepted) {
            let highest = standing::highest(&self.nodes.all, place);
            let is_history = highest.is_some_and(|highest| {
                i64::from(height) < i64::from(highest) - i64::from(HISTORY_BLOCKS)
            });
            if is_history {
                return;
            }
        }
        let (trail, _) = table.accept(hash, bus_time_ns);
        trail.height = Some(height);
        if let Some(moment) = moment {
            trail.accepted(place, moment, bus_time_ns);
        }
    }

    /// A line of debug.log that says something.
    pub(crate) fn log_line(
        &mut self,
        place: usize,
        event: &Event,
        line: &LogLine,
        tell: &mut impl FnMut(News),
    ) {
        let moment = self.line_moment(place, event, line);
        match &line.detail {
            Some(Detail::HeaderSeen(seen)) => {
                let Some(hash) = hash_of(&seen.block_hash) else {
                    return;
                };
                let message = match seen.compact_block {
                    true => Message::CompactBlock,
                    false => Message::Header,
                };
                let announcement =
                    Announcement::new(moment, message, event.run, seen.peer_id, None);
                self.blocks
                    .announce(place, event.bus_time_ns, &hash, announcement);
            }
            Some(Detail::TipUpdated(tip)) => {
                self.tip_logged(place, event, &tip.block_hash, tip.height, moment, tell);
            }
            Some(Detail::TransactionAccepted(accepted)) => {
                let (txid, wtxid) = (&accepted.txid, accepted.wtxid.as_deref());
                self.transaction_logged(place, event, txid, wtxid, moment);
            }
            _ => {}
        }
    }

    fn line_moment(&self, place: usize, event: &Event, line: &LogLine) -> Moment {
        let within_ns = match line.time() {
            LogTime::Microseconds => MICROSECOND_NS,
            // A line without a time has that of its reading.
            LogTime::Seconds | LogTime::Unspecified => SECOND_NS,
        };
        self.nodes.all[place].moment_within(event, within_ns)
    }
}

/// Is it a block?
pub(crate) fn is_block(item: &InventoryItem) -> bool {
    item.r#type == BLOCK
}

/// The blocks that somebody announces; none where there are too many to be news.
fn announced_blocks(items: &[InventoryItem]) -> impl Iterator<Item = &Hash> {
    let blocks = items.iter().filter(|item| is_block(item));
    let are_news = blocks.clone().count() <= MOST_ANNOUNCED;
    let most = if are_news { MOST_ANNOUNCED } else { 0 };
    blocks.map(|item| &item.hash).take(most)
}
