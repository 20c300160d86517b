//! Peers that are gone, readable for a while longer.
#![expect(
    clippy::vec_box,
    reason = "a peer takes 2 KiB and goes from list to list"
)]

use std::collections::VecDeque;

use super::peer::Peer;

/// So many are kept per node; each takes 2 KiB here.
pub(super) const MOST_GONE: usize = 1_000;

/// And for so long after their end.
pub(super) const KEEP_GONE_NS: u64 = 600_000_000_000;

/// The peers in the order in which they went, with the life of the node that
/// they belonged to.
#[derive(Default)]
pub(super) struct Gone(VecDeque<(Option<u64>, Box<Peer>)>);

impl Gone {
    pub(super) fn add(&mut self, run: Option<u64>, peers: Vec<Box<Peer>>) {
        let too_many = peers.len().saturating_sub(MOST_GONE);
        let added = peers.into_iter().skip(too_many);
        self.0.extend(added.map(|peer| (run, peer)));
        let too_many = self.0.len().saturating_sub(MOST_GONE);
        self.0.drain(..too_many);
    }

    /// Forgets those whose end is too long ago.
    pub(super) fn forget(&mut self, bus_time_ns: u64) {
        let is_old = |(_, peer): &(Option<u64>, Box<Peer>)| {
            peer.closed
                .is_none_or(|closed| bus_time_ns >= closed.bus_time_ns + KEEP_GONE_NS)
        };
        let old = self.0.iter().take_while(|entry| is_old(entry)).count();
        self.0.drain(..old);
    }

    /// The one that went last, of that life of the node where one is given.
    pub(super) fn find(&self, peer_id: u64, run: Option<u64>) -> Option<(Option<u64>, &Peer)> {
        let mut latest_first = self.0.iter().rev();
        let found = latest_first.find(|(life, peer)| {
            peer.peer_id == peer_id && run.is_none_or(|run| *life == Some(run))
        });
        found.map(|(life, peer)| (*life, peer.as_ref()))
    }
}
