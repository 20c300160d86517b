//! Events on their way to the server, held until it has confirmed them.

use std::collections::VecDeque;

use async_nats::Subject;
use bytes::Bytes;
use peer_observer_bus::Hop;

/// What an entry takes beside its bytes, in bytes; an estimate.
const OVERHEAD_BYTES: usize = 160;

/// Entries for which memory stays: as many as wait when all goes well.
const KEPT_ENTRIES: usize = 16_384;

/// An event as it travels.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) subject: Subject,
    pub(crate) payload: Bytes,
    /// Names the event: instance and sequence.
    pub(crate) instance: u64,
    pub(crate) sequence: u64,
    /// It goes without its body.
    pub(crate) is_reduced: bool,
}

/// Why an event is not sent.
pub(crate) mod reason {
    /// It is larger than the server's `max_payload`, even without its body.
    pub(crate) const TOO_LARGE: &str = "too_large";
    /// Too much was waiting to be confirmed.
    pub(crate) const BUFFER_FULL: &str = "buffer_full";
    /// We ended before the server had confirmed it.
    pub(crate) const UNCONFIRMED: &str = "unconfirmed";
}

struct Held {
    entry: Entry,
    is_settled: bool,
}

/// Entries in their order. Each has a number, counted from 0.
pub(crate) struct Outbox {
    entries: VecDeque<Held>,
    /// Number of the first entry.
    first: u64,
    /// Of `entries`, so many are on their way.
    sent: usize,
    bytes: usize,
    most_bytes: usize,
    hop: Hop,
}

impl Outbox {
    pub(crate) fn new(most_bytes: usize, hop: Hop) -> Outbox {
        Outbox {
            entries: VecDeque::new(),
            first: 0,
            sent: 0,
            bytes: 0,
            most_bytes,
            hop,
        }
    }

    /// Is there room for so many bytes?
    pub(crate) fn has_room(&self, payload_bytes: usize) -> bool {
        self.bytes + payload_bytes + OVERHEAD_BYTES <= self.most_bytes
    }

    /// Holds an entry for which there is room.
    pub(crate) fn push(&mut self, entry: Entry) {
        self.bytes += entry.payload.len() + OVERHEAD_BYTES;
        self.entries.push_back(Held {
            entry,
            is_settled: false,
        });
    }

    /// Counts an event that is not sent.
    pub(crate) fn drop_one(&self, reason: &str) {
        self.hop.add(0, 0, &[(reason, 1)]);
    }

    /// The next entries to send, with their numbers, up to `most` of them and
    /// while fewer than `most_on_their_way` are.
    pub(crate) fn take(
        &mut self,
        most: usize,
        most_on_their_way: usize,
        into: &mut Vec<(u64, Entry)>,
    ) {
        let end = self.entries.len().min(most_on_their_way);
        let mut taken = 0;
        while self.sent < end && taken < most {
            let held = &self.entries[self.sent];
            if !held.is_settled {
                into.push((self.first + self.sent as u64, held.entry.clone()));
                taken += 1;
            }
            self.sent += 1;
        }
    }

    /// The server has this entry.
    pub(crate) fn confirm(&mut self, number: u64) {
        if let Some(held) = self.get_mut(number)
            && !held.is_settled
        {
            held.is_settled = true;
            let reduced = u64::from(held.entry.is_reduced);
            self.hop.add(1 - reduced, reduced, &[]);
        }
        self.release();
    }

    /// The server has all entries before this number.
    pub(crate) fn confirm_before(&mut self, number: u64) {
        let (mut whole, mut reduced) = (0, 0);
        let count = number.saturating_sub(self.first).min(self.sent as u64) as usize;
        for held in self.entries.iter_mut().take(count) {
            if !held.is_settled {
                held.is_settled = true;
                match held.entry.is_reduced {
                    true => reduced += 1,
                    false => whole += 1,
                }
            }
        }
        self.hop.add(whole, reduced, &[]);
        self.release();
    }

    /// The entry will not be sent.
    pub(crate) fn refuse(&mut self, number: u64, reason: &str) {
        if let Some(held) = self.get_mut(number)
            && !held.is_settled
        {
            held.is_settled = true;
            self.hop.add(0, 0, &[(reason, 1)]);
        }
        self.release();
    }

    /// Nothing is on its way any more: what is not confirmed is sent again.
    pub(crate) fn rewind(&mut self) {
        self.sent = 0;
    }

    /// Nobody will send what is left.
    pub(crate) fn abandon(&mut self) {
        let left = self.entries.iter().filter(|held| !held.is_settled).count() as u64;
        self.hop.add(0, 0, &[(reason::UNCONFIRMED, left)]);
        self.first += self.entries.len() as u64;
        self.entries.clear();
        (self.sent, self.bytes) = (0, 0);
    }

    /// Events that the server has not confirmed.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Of those, so many are on their way.
    pub(crate) fn on_their_way(&self) -> usize {
        self.sent
    }

    fn get_mut(&mut self, number: u64) -> Option<&mut Held> {
        let index = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.entries.get_mut(index)
    }

    fn release(&mut self) {
        while let Some(held) = self.entries.front()
            && held.is_settled
        {
            self.bytes -= held.entry.payload.len() + OVERHEAD_BYTES;
            self.entries.pop_front();
            self.first += 1;
            self.sent = self.sent.saturating_sub(1);
        }
        if self.entries.is_empty() {
            // One outage must not hold its memory for ever.
            self.entries.shrink_to(KEPT_ENTRIES);
        }
    }
}

#[cfg(test)]
mod tests {
    use peer_observer_bus::Bus;

    use super::*;

    fn outbox(entries: u64) -> (Outbox, Hop) {
        let hop = Bus::in_process().hop("nats_publish", "");
        let mut outbox = Outbox::new(10 * (OVERHEAD_BYTES + 100), hop.clone());
        (0..entries).for_each(|sequence| outbox.push(entry(sequence)));
        (outbox, hop)
    }

    fn entry(sequence: u64) -> Entry {
        Entry {
            subject: Subject::from_static("s"),
            payload: Bytes::from_static(&[0; 100]),
            instance: 1,
            sequence,
            is_reduced: sequence % 2 == 1,
        }
    }

    fn take(outbox: &mut Outbox, most: usize) -> Vec<u64> {
        let mut taken = Vec::new();
        outbox.take(most, 6, &mut taken);
        taken.iter().map(|(number, _)| *number).collect()
    }

    #[test]
    fn what_is_not_confirmed_is_sent_again_in_its_order() {
        let (mut outbox, hop) = outbox(8);
        assert_eq!(take(&mut outbox, 4), [0, 1, 2, 3]);
        assert_eq!(take(&mut outbox, 4), [4, 5], "six may be on their way");
        outbox.confirm(0);
        outbox.confirm(3);
        outbox.rewind();
        assert_eq!(take(&mut outbox, 9), [1, 2, 4, 5, 6]);
        outbox.confirm_before(7);
        assert_eq!((outbox.len(), outbox.on_their_way()), (1, 0));
        let count = hop.count();
        assert_eq!((count.whole, count.reduced), (4, 3));
    }

    #[test]
    fn memory_is_bounded_and_what_is_left_at_the_end_is_counted() {
        let (mut outbox, hop) = outbox(10);
        assert!(!outbox.has_room(100));
        take(&mut outbox, 3);
        outbox.refuse(0, reason::TOO_LARGE);
        assert!(outbox.has_room(100));
        outbox.confirm_before(u64::MAX);
        outbox.abandon();
        let count = hop.count();
        assert_eq!((count.attempted, count.whole, count.reduced), (10, 1, 1));
        assert_eq!(count.dropped[1].count, 7);
    }
}
