//! Loss accounting: for every hop, `attempted = whole + reduced + dropped`.

use std::sync::{Arc, Mutex, PoisonError};

use peer_observer_event::{DropCount, HopCount};

/// The counters of one hop. Clones count into the same hop.
#[derive(Clone, Debug)]
pub struct Hop(Arc<Mutex<HopCount>>);

impl Hop {
    pub(crate) fn new(hop: &str, part: &str) -> Hop {
        Hop(Arc::new(Mutex::new(HopCount {
            hop: hop.to_owned(),
            part: part.to_owned(),
            ..HopCount::default()
        })))
    }

    /// Adds to all counters at once, so that a reader never sees a sum that does not hold.
    pub fn add(&self, whole: u64, reduced: u64, dropped: &[(&str, u64)]) {
        // The counters stay valid wherever a panic happened: nothing below can panic.
        let mut count = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        count.whole += whole;
        count.reduced += reduced;
        count.attempted += whole + reduced;
        for (reason, number) in dropped.iter().filter(|(_, number)| *number > 0) {
            count.attempted += number;
            match count.dropped.iter_mut().find(|drop| drop.reason == *reason) {
                Some(drop) => drop.count += number,
                None => count.dropped.push(DropCount {
                    reason: (*reason).to_owned(),
                    count: *number,
                }),
            }
        }
    }

    /// The counters now.
    pub fn count(&self) -> HopCount {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn is(&self, hop: &str, part: &str) -> bool {
        let count = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        count.hop == hop && count.part == part
    }
}

/// All that a hop dropped, whatever the reason.
pub fn dropped(count: &HopCount) -> u64 {
    count.dropped.iter().map(|drop| drop.count).sum()
}
