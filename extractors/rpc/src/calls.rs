//! Counting calls: hop `rpc`, one part per method. A call that was answered
//! and understood is whole, any other is dropped by reason.

use peer_observer_event::{DropCount, HopCount};

/// The counters of this instance of the extractor.
#[derive(Debug, Default)]
pub(crate) struct Calls(Vec<HopCount>);

impl Calls {
    /// A call became an event.
    pub(crate) fn whole(&mut self, method: &str) {
        let count = self.of(method);
        count.attempted += 1;
        count.whole += 1;
    }

    /// A call became none.
    pub(crate) fn dropped(&mut self, method: &str, reason: &str) {
        let count = self.of(method);
        count.attempted += 1;
        match count.dropped.iter_mut().find(|drop| drop.reason == reason) {
            Some(drop) => drop.count += 1,
            None => count.dropped.push(DropCount {
                reason: reason.to_owned(),
                count: 1,
            }),
        }
    }

    /// The counters now.
    pub(crate) fn counts(&self) -> Vec<HopCount> {
        self.0.clone()
    }

    fn of(&mut self, method: &str) -> &mut HopCount {
        let index = self
            .0
            .iter()
            .position(|count| count.part == method)
            .unwrap_or_else(|| {
                self.0.push(HopCount {
                    hop: "rpc".to_owned(),
                    part: method.to_owned(),
                    ..HopCount::default()
                });
                self.0.len() - 1
            });
        &mut self.0[index]
    }
}
