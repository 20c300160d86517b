//! The events of a block, all at once.

/// Events that stand together in an archive, in their order: their bytes one
/// behind the other, and where each of them ends. Can be handed to another
/// thread, and given back with [`crate::Events::recycle`].
#[derive(Debug, Default)]
pub struct EventBlock {
    /// More may stand behind the last event: to make memory longer means to fill
    /// it with zeros, so it never becomes shorter.
    pub(crate) bytes: Vec<u8>,
    pub(crate) ends: Vec<u32>,
}

impl EventBlock {
    /// How many events there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Is there no event?
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All events, one behind the other.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.end()]
    }

    /// Where the last event ends.
    fn end(&self) -> usize {
        self.ends.last().map_or(0, |end| *end as usize)
    }

    /// Where each event ends in [`EventBlock::bytes`]; the next one begins there.
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// An event by its place, from 0.
    pub fn get(&self, number: usize) -> Option<&[u8]> {
        let end = *self.ends.get(number)? as usize;
        let start = match number.checked_sub(1) {
            Some(before) => self.ends[before] as usize,
            None => 0,
        };
        self.bytes.get(start..end)
    }

    /// The events in their order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let event = &self.bytes[start..*end as usize];
            start = *end as usize;
            event
        })
    }

    /// Appends an event. A block has at most 4 GiB, so whoever fills one hands
    /// it on long before.
    pub fn push(&mut self, event: &[u8]) {
        self.bytes.truncate(self.end());
        self.bytes.extend_from_slice(event);
        self.ends.push(self.bytes.len() as u32);
    }

    /// Takes all events out and keeps the memory.
    pub fn clear(&mut self) {
        self.ends.clear();
    }

    /// Keeps the events from this place on that are wanted.
    pub(crate) fn retain_from(&mut self, first: usize, mut is_wanted: impl FnMut(&[u8]) -> bool) {
        let mut start = match first.checked_sub(1) {
            Some(before) => self.ends[before] as usize,
            None => 0,
        };
        let (mut kept, mut kept_bytes) = (0, 0);
        for number in first..self.ends.len() {
            let end = self.ends[number] as usize;
            if is_wanted(&self.bytes[start..end]) {
                self.bytes.copy_within(start..end, kept_bytes);
                kept_bytes += end - start;
                self.ends[kept] = kept_bytes as u32;
                kept += 1;
            }
            start = end;
        }
        self.ends.truncate(kept);
    }
}
