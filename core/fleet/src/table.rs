//! Trails by hash, in bounded memory.
//!
//! Everybody can announce hashes of blocks and transactions that do not exist.
//! So a trail is a candidate until a node has accepted what it is of, and
//! candidates have a table of their own, in which a peer has few places: who
//! floods replaces their own.

use std::collections::{BTreeMap, VecDeque};

use crate::Hash;
use crate::trail::Trail;

/// Places among the candidates that one peer can have. Core announces at most
/// eight blocks at once; transactions of a sample come one at a time.
const MOST_OF_PEER: usize = 8;

/// Who spoke of a candidate first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Speaker {
    pub(crate) node: usize,
    /// `None` is the node itself, which is trusted.
    pub(crate) peer_id: Option<u64>,
}

/// Blocks or transactions.
#[derive(Debug)]
pub(crate) struct Table {
    trails: BTreeMap<Hash, Trail>,
    /// The latest last.
    accepted: VecDeque<Hash>,
    /// The latest last.
    candidates: VecDeque<(Hash, Speaker)>,
    most_accepted: usize,
    most_candidates: usize,
}

impl Table {
    pub(crate) fn new(most_accepted: usize, most_candidates: usize) -> Table {
        Table {
            trails: BTreeMap::new(),
            accepted: VecDeque::new(),
            candidates: VecDeque::new(),
            most_accepted,
            most_candidates,
        }
    }

    pub(crate) fn get_mut(&mut self, hash: &Hash) -> Option<&mut Trail> {
        self.trails.get_mut(hash)
    }

    /// The trail, a candidate where it is new; and the trail that had to go.
    pub(crate) fn candidate(
        &mut self,
        hash: &Hash,
        speaker: Speaker,
        bus_time_ns: u64,
    ) -> (&mut Trail, Option<Trail>) {
        let mut gone = None;
        if !self.trails.contains_key(hash) {
            gone = self.make_room(speaker);
            self.candidates.push_back((*hash, speaker));
        }
        let trail = self.trails.entry(*hash);
        (
            trail.or_insert_with(|| Trail::new(*hash, bus_time_ns)),
            gone,
        )
    }

    /// The speaker's own oldest candidate goes, or the oldest of all.
    fn make_room(&mut self, speaker: Speaker) -> Option<Trail> {
        let is_own = |candidate: &&(Hash, Speaker)| candidate.1 == speaker;
        let own = self.candidates.iter().filter(is_own).count();
        let place = if speaker.peer_id.is_some() && own >= MOST_OF_PEER {
            self.candidates
                .iter()
                .position(|candidate| candidate.1 == speaker)?
        } else if self.candidates.len() >= self.most_candidates {
            0
        } else {
            return None;
        };
        let (hash, _) = self.candidates.remove(place)?;
        self.trails.remove(&hash)
    }

    /// The trail of what a node has accepted; and the trail that had to go.
    pub(crate) fn accept(&mut self, hash: &Hash, bus_time_ns: u64) -> (&mut Trail, Option<Trail>) {
        let mut gone = None;
        let known = self.trails.get(hash);
        if !known.is_some_and(|trail| trail.is_accepted) {
            self.candidates.retain(|(candidate, _)| candidate != hash);
            if self.accepted.len() >= self.most_accepted {
                let oldest = self.accepted.pop_front();
                gone = oldest.and_then(|oldest| self.trails.remove(&oldest));
            }
            self.accepted.push_back(*hash);
        }
        let trail = self.trails.entry(*hash);
        let trail = trail.or_insert_with(|| Trail::new(*hash, bus_time_ns));
        trail.is_accepted = true;
        (trail, gone)
    }

    /// What nodes have accepted, the latest first.
    pub(crate) fn accepted(&self) -> impl Iterator<Item = &Trail> {
        let hashes = self.accepted.iter().rev();
        hashes.filter_map(|hash| self.trails.get(hash))
    }

    /// Calls this for each trail of what nodes have accepted.
    pub(crate) fn each_accepted(&mut self, mut call: impl FnMut(&mut Trail)) {
        for hash in &self.accepted {
            if let Some(trail) = self.trails.get_mut(hash) {
                call(trail);
            }
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        assert_eq!(
            self.trails.len(),
            self.accepted.len() + self.candidates.len()
        );
        self.trails.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(number: u16) -> Hash {
        let mut hash = [7; 32];
        hash[..2].copy_from_slice(&number.to_le_bytes());
        hash
    }

    #[test]
    fn who_floods_replaces_their_own() {
        let mut table = Table::new(4, 100);
        let peer = |peer_id| Speaker {
            node: 0,
            peer_id: Some(peer_id),
        };
        table.candidate(&hash(1), peer(1), 5);
        for number in 100..1000 {
            table.candidate(&hash(number), peer(2), 6);
        }
        assert!(table.get_mut(&hash(1)).is_some());
        assert_eq!(table.len(), 1 + MOST_OF_PEER);
        // Many peers together push out the oldest, and no more than that.
        for number in 1000..2000 {
            table.candidate(&hash(number), peer(number.into()), 7);
        }
        assert_eq!(table.len(), 100);
    }

    #[test]
    fn what_is_accepted_stays_until_later_ones_are() {
        let mut table = Table::new(4, 2);
        let speaker = Speaker {
            node: 0,
            peer_id: None,
        };
        table.candidate(&hash(1), speaker, 5).0.height = Some(9);
        for number in 1..=4 {
            let (trail, gone) = table.accept(&hash(number), 6);
            assert_eq!(trail.height, (number == 1).then_some(9));
            assert!(gone.is_none());
        }
        for number in 10..20 {
            table.candidate(&hash(number), speaker, 7);
        }
        let (_, gone) = table.accept(&hash(5), 8);
        assert_eq!(gone.map(|trail| trail.hash), Some(hash(1)));
        let accepted: Vec<Hash> = table.accepted().map(|trail| trail.hash).collect();
        assert_eq!(accepted, [5, 4, 3, 2].map(hash));
        assert_eq!(table.len(), 4 + 2);
    }
}
