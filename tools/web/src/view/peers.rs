//! The peers of one life of a node: opened at their first mention, kept a
//! while after their end, never more than a fixed number.
#![expect(
    clippy::vec_box,
    reason = "a peer takes 2 KiB and goes from list to list"
)]

use std::collections::HashMap;

use peer_observer_event::Event;

use super::peer::Peer;

/// Peers that are kept per node, closed ones included. Core's default is at
/// most 125 connections; each peer takes 1.5 KiB here.
pub(super) const MOST_PEERS: usize = 5_000;

/// So many go at once when there are too many: finding them costs a look at all.
const GIVEN_UP_AT_ONCE: usize = MOST_PEERS / 16;

/// Messages can follow the end of a connection, so its peer stays for so long.
pub(super) const KEEP_CLOSED_NS: u64 = 10_000_000_000;

/// A peer is closed when so many replies of getpeerinfo in a row lack it. One
/// is not enough: it may have been made before the peer came.
const REPLIES_UNTIL_CLOSED: u8 = 2;

/// The peers by their id.
#[derive(Default)]
pub(super) struct Peers {
    // Boxed: moving 1.5 KiB each when the map grows would show.
    by_id: HashMap<u64, Box<Peer>>,
    /// Peers that were given up because there were too many.
    pub(super) over_limit: u64,
}

impl Peers {
    /// The peer that an event is about, opened if it is new.
    pub(super) fn seen(&mut self, peer_id: u64, event: &Event) -> &mut Peer {
        if self.by_id.len() >= MOST_PEERS && !self.by_id.contains_key(&peer_id) {
            self.give_up_some();
        }
        let peer = self
            .by_id
            .entry(peer_id)
            .or_insert_with(|| Box::new(Peer::new(peer_id)));
        peer.seen(event);
        peer
    }

    pub(super) fn get(&self, peer_id: u64) -> Option<&Peer> {
        self.by_id.get(&peer_id).map(Box::as_ref)
    }

    /// All peers in no particular order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Peer> {
        self.by_id.values().map(Box::as_ref)
    }

    pub(super) fn open_count(&self) -> usize {
        self.iter().filter(|peer| peer.closed.is_none()).count()
    }

    /// The node's life is over, and all its connections with it. The answer has
    /// the peers in the order of their ids.
    pub(super) fn end_all(&mut self, event: &Event) -> Vec<Box<Peer>> {
        self.close_all(event);
        in_order(self.by_id.drain().map(|(_, peer)| peer))
    }

    pub(super) fn close_all(&mut self, event: &Event) {
        self.by_id
            .values_mut()
            .for_each(|peer| peer.close(event, false));
    }

    /// A reply of getpeerinfo follows: it will show which peers are there.
    pub(super) fn begin_reply(&mut self) {
        for peer in self.by_id.values_mut() {
            peer.missing_replies = peer.missing_replies.saturating_add(1);
        }
    }

    /// The reply is through: closes peers that nobody has seen for too long.
    pub(super) fn end_reply(&mut self, event: &Event) {
        let missing = |peer: &&mut Box<Peer>| peer.missing_replies >= REPLIES_UNTIL_CLOSED;
        self.by_id
            .values_mut()
            .filter(missing)
            .for_each(|peer| peer.close(event, true));
    }

    /// Takes the peers out whose end is long enough ago.
    pub(super) fn take_ended(&mut self, bus_time_ns: u64) -> Vec<Box<Peer>> {
        let ended = self.by_id.extract_if(|_, peer| {
            peer.closed
                .is_some_and(|closed| bus_time_ns >= closed.bus_time_ns + KEEP_CLOSED_NS)
        });
        in_order(ended.map(|(_, peer)| peer))
    }

    /// Makes room: closed peers go first, then those not seen for longest.
    fn give_up_some(&mut self) {
        let order = |peer: &Peer| match peer.closed {
            Some(_) => (0, peer.peer_id),
            None => (peer.seen_bus_time_ns, peer.peer_id),
        };
        let mut all: Vec<(u64, u64)> = self.iter().map(order).collect();
        let some = GIVEN_UP_AT_ONCE.min(all.len() - 1);
        all.select_nth_unstable(some);
        for (_, peer_id) in &all[..some] {
            self.by_id.remove(peer_id);
        }
        self.over_limit += some as u64;
    }
}

/// The same input has to give the same output, so a map's order must not show.
fn in_order(peers: impl Iterator<Item = Box<Peer>>) -> Vec<Box<Peer>> {
    let mut peers: Vec<Box<Peer>> = peers.collect();
    peers.sort_unstable_by_key(|peer| peer.peer_id);
    peers
}
