//! Transactions of the sample: who told of them, and when a node took them.

use std::collections::{BTreeMap, VecDeque};

use peer_observer_event::{Direction, Event, InventoryItem, P2pMessage, Transaction};

use crate::fleet::Fleet;
use crate::moment::Moment;
use crate::table::{Speaker, Table};
use crate::trail::{Announcement, Message, Trail};
use crate::{Hash, hash_of};

/// Two hours of the default sample on the main chain.
const MOST_TRANSACTIONS: usize = 256;
/// Transactions that were announced and that no node has taken yet.
const MOST_CANDIDATES: usize = 512;
/// Transactions that a mempool took before anything told their wtxid: those
/// that were sent by the node itself, whose wtxid is known when a peer gets them.
const MOST_UNMATCHED: usize = 512;

/// The latest transactions of the sample.
#[derive(Debug)]
pub(crate) struct Transactions {
    pub(crate) table: Table,
    /// Wtxids of those in the table by txid, where that is known.
    by_txid: BTreeMap<Hash, Hash>,
    unmatched: VecDeque<Unmatched>,
}

#[derive(Debug)]
struct Unmatched {
    txid: Hash,
    node: usize,
    moment: Moment,
    bus_time_ns: u64,
}

impl Transactions {
    pub(crate) fn new() -> Transactions {
        Transactions {
            table: Table::new(MOST_TRANSACTIONS, MOST_CANDIDATES),
            by_txid: BTreeMap::new(),
            unmatched: VecDeque::new(),
        }
    }

    /// The trail of a transaction that somebody speaks of.
    fn trail(&mut self, wtxid: &Hash, speaker: Speaker, bus_time_ns: u64) -> &mut Trail {
        let (trail, gone) = self.table.candidate(wtxid, speaker, bus_time_ns);
        forget(&mut self.by_txid, gone);
        trail
    }

    /// The node has taken it.
    fn accept(&mut self, wtxid: &Hash, node: usize, moment: Moment, bus_time_ns: u64) {
        let (trail, gone) = self.table.accept(wtxid, bus_time_ns);
        forget(&mut self.by_txid, gone);
        trail.accepted(node, moment, bus_time_ns);
    }

    /// Both ids of a transaction in the table are known.
    fn know_txid(&mut self, wtxid: &Hash, txid: Hash) {
        let Some(trail) = self.table.get_mut(wtxid) else {
            return;
        };
        if trail.txid.replace(txid).is_some() {
            return;
        }
        self.by_txid.insert(txid, *wtxid);
        while let Some(place) = self.unmatched.iter().position(|one| one.txid == txid) {
            if let Some(one) = self.unmatched.remove(place) {
                self.accept(wtxid, one.node, one.moment, one.bus_time_ns);
            }
        }
    }

    /// The node has taken a transaction of which only the txid is known.
    fn accept_txid(&mut self, txid: Hash, node: usize, moment: Moment, bus_time_ns: u64) {
        if let Some(wtxid) = self.by_txid.get(&txid).copied() {
            return self.accept(&wtxid, node, moment, bus_time_ns);
        }
        if self.unmatched.len() == MOST_UNMATCHED {
            self.unmatched.pop_front();
        }
        self.unmatched.push_back(Unmatched {
            txid,
            node,
            moment,
            bus_time_ns,
        });
    }
}

fn forget(by_txid: &mut BTreeMap<Hash, Hash>, gone: Option<Trail>) {
    if let Some(txid) = gone.and_then(|trail| trail.txid) {
        by_txid.remove(&txid);
    }
}

impl Fleet {
    /// A peer announces transactions, mostly none of the sample.
    pub(crate) fn announced_transactions(
        &mut self,
        place: usize,
        event: &Event,
        message: &P2pMessage,
        items: &[InventoryItem],
    ) {
        let sample = self.sample;
        for item in items.iter().filter(|item| sample.has_item(item)) {
            self.transaction_announced(place, event, message, Message::Inv, &item.hash);
        }
    }

    fn transaction_announced(
        &mut self,
        place: usize,
        event: &Event,
        message: &P2pMessage,
        how: Message,
        wtxid: &Hash,
    ) {
        let moment = self.nodes.all[place].moment(event);
        let (peer_id, address) = (Some(message.peer_id), Some(&*message.address));
        let announcement = Announcement::new(moment, how, event.run, peer_id, address);
        let speaker = Speaker {
            node: place,
            peer_id,
        };
        let bus_time_ns = event.bus_time_ns;
        let trail = self.transactions.trail(wtxid, speaker, bus_time_ns);
        trail.sighting(place, bus_time_ns).announce(announcement);
    }

    /// A whole transaction. One that the node sends says nothing of when it came,
    /// but has both ids.
    pub(crate) fn transaction_message(
        &mut self,
        place: usize,
        event: &Event,
        message: &P2pMessage,
        transaction: &Transaction,
    ) {
        let ids = hash_of(&transaction.txid).zip(hash_of(&transaction.wtxid));
        let Some((txid, wtxid)) = ids.filter(|(_, wtxid)| self.sample.has(wtxid)) else {
            return;
        };
        if message.direction == Direction::Inbound as i32 {
            self.transaction_announced(place, event, message, Message::Transaction, &wtxid);
            let moment = self.nodes.all[place].moment(event);
            if let Some(trail) = self.transactions.table.get_mut(&wtxid) {
                let sighting = trail.sighting(place, event.bus_time_ns);
                Moment::keep_best(&mut sighting.received, moment);
            }
        } else {
            let speaker = Speaker {
                node: place,
                peer_id: None,
            };
            self.transactions.trail(&wtxid, speaker, event.bus_time_ns);
        }
        self.transactions.know_txid(&wtxid, txid);
    }

    /// The node tells our own connection of transactions: it has taken them.
    pub(crate) fn relayed_transactions(
        &mut self,
        place: usize,
        event: &Event,
        items: &[InventoryItem],
    ) {
        let sample = self.sample;
        for item in items.iter().filter(|item| sample.has_item(item)) {
            let moment = self.nodes.all[place].moment(event);
            let bus_time_ns = event.bus_time_ns;
            let (trail, gone) = self.transactions.table.accept(&item.hash, bus_time_ns);
            forget(&mut self.transactions.by_txid, gone);
            let sighting = trail.sighting(place, bus_time_ns);
            Moment::keep_best(&mut sighting.relayed, moment);
        }
    }

    /// Tracepoint mempool:added.
    pub(crate) fn mempool_added(&mut self, place: usize, event: &Event, txid: &[u8]) {
        if let Some(txid) = hash_of(txid) {
            let moment = self.nodes.all[place].moment(event);
            self.transactions
                .accept_txid(txid, place, moment, event.bus_time_ns);
        }
    }

    /// `AcceptToMemoryPool: … accepted`; older versions do not say the wtxid.
    pub(crate) fn transaction_logged(
        &mut self,
        place: usize,
        event: &Event,
        txid: &[u8],
        wtxid: Option<&[u8]>,
        moment: Moment,
    ) {
        let bus_time_ns = event.bus_time_ns;
        let Some(txid) = hash_of(txid) else { return };
        let transactions = &mut self.transactions;
        match wtxid.and_then(hash_of) {
            Some(wtxid) if self.sample.has(&wtxid) => {
                transactions.accept(&wtxid, place, moment, bus_time_ns);
                transactions.know_txid(&wtxid, txid);
            }
            Some(_) => {}
            None => transactions.accept_txid(txid, place, moment, bus_time_ns),
        }
    }
}
