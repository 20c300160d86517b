//! Values that are too random to be compressed, and were seen not long ago.

use rustc_hash::FxHashMap;

use super::limits::{HASH_RING, NUMBER_RING};

/// The last [`NUMBER_RING`] large numbers.
#[derive(Default)]
pub(super) struct NumberRing {
    ring: Vec<u64>,
    at: usize,
    /// Only the writer looks numbers up.
    places: FxHashMap<u64, u32>,
}

impl NumberRing {
    pub(super) fn get(&self, place: u64) -> Option<u64> {
        self.ring.get(usize::try_from(place).ok()?).copied()
    }

    pub(super) fn find(&self, value: u64) -> Option<u32> {
        self.places.get(&value).copied()
    }

    /// The reader's way.
    pub(super) fn add(&mut self, value: u64) {
        self.replace(value);
    }

    /// The writer's way: it will be found.
    pub(super) fn add_and_index(&mut self, value: u64) {
        let (place, old) = self.replace(value);
        if let Some(old) = old
            && self.places.get(&old) == Some(&place)
        {
            self.places.remove(&old);
        }
        self.places.insert(value, place);
    }

    fn replace(&mut self, value: u64) -> (u32, Option<u64>) {
        let place = self.at;
        self.at = (place + 1) % NUMBER_RING;
        if self.ring.len() < NUMBER_RING {
            self.ring.push(value);
            return (place as u32, None);
        }
        let old = std::mem::replace(&mut self.ring[place], value);
        (place as u32, Some(old))
    }
}

/// A hash as it stands in an event.
pub(super) type Hash = [u8; 32];

const TABLE_BITS: u32 = 19;
const NOWHERE: u32 = u32::MAX;

/// The last [`HASH_RING`] hashes.
#[derive(Default)]
pub(super) struct HashRing {
    ring: Vec<Hash>,
    at: usize,
    /// The writer's index: two places for each hash. It may forget a hash,
    /// which costs 32 bytes, but never finds a wrong one.
    table: Vec<u32>,
}

impl HashRing {
    #[inline]
    pub(super) fn get(&self, place: u64) -> Option<&Hash> {
        self.ring.get(usize::try_from(place).ok()?)
    }

    #[inline]
    pub(super) fn find(&mut self, hash: &Hash) -> Option<u32> {
        if self.table.is_empty() {
            self.table = vec![NOWHERE; 1 << TABLE_BITS];
        }
        let slot = slot(hash);
        let places = [self.table[slot], self.table[slot ^ 1]];
        places
            .into_iter()
            .find(|place| self.ring.get(*place as usize) == Some(hash))
    }

    /// The reader's way.
    #[inline]
    pub(super) fn add(&mut self, hash: &Hash) {
        if self.ring.len() < HASH_RING {
            self.ring.push(*hash);
        } else {
            self.ring[self.at] = *hash;
        }
        self.at = (self.at + 1) % HASH_RING;
    }

    /// The writer's way, after [`HashRing::find`].
    #[inline]
    pub(super) fn add_and_index(&mut self, hash: &Hash) {
        let slot = slot(hash);
        self.table[slot ^ 1] = self.table[slot];
        self.table[slot] = self.at as u32;
        self.add(hash);
    }
}

#[inline]
fn slot(hash: &Hash) -> usize {
    let mut part = [0; 8];
    part.copy_from_slice(&hash[8..16]);
    let mixed = u64::from_le_bytes(part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> (64 - TABLE_BITS)) as usize
}
