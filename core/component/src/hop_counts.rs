//! Counting what an extractor was given, passed on and dropped.

use peer_observer_event::{DropCount, HopCount};

/// The counters of one hop of an extractor, by part. Parts and reasons are the
/// extractor's own words, so they stay few.
#[derive(Clone, Debug)]
pub struct HopCounts {
    hop: &'static str,
    parts: Vec<HopCount>,
}

impl HopCounts {
    /// The hop with this name; a part appears when something is counted in it.
    pub fn new(hop: &'static str) -> HopCounts {
        HopCounts {
            hop,
            parts: Vec::new(),
        }
    }

    /// `count` passed as they were.
    pub fn whole(&mut self, part: &'static str, count: u64) {
        let counted = self.part(part);
        counted.attempted += count;
        counted.whole += count;
    }

    /// `count` passed, but lack something.
    pub fn reduced(&mut self, part: &'static str, count: u64) {
        let counted = self.part(part);
        counted.attempted += count;
        counted.reduced += count;
    }

    /// `count` did not pass, for this reason.
    pub fn dropped(&mut self, part: &'static str, reason: &'static str, count: u64) {
        let counted = self.part(part);
        counted.attempted += count;
        let dropped = &mut counted.dropped;
        match dropped.iter_mut().find(|drop| drop.reason == reason) {
            Some(drop) => drop.count += count,
            None => dropped.push(DropCount {
                reason: reason.to_owned(),
                count,
            }),
        }
    }

    /// The counters now, for the heartbeat.
    pub fn counts(&self) -> Vec<HopCount> {
        self.parts.clone()
    }

    fn part(&mut self, part: &'static str) -> &mut HopCount {
        let known = self.parts.iter().position(|counted| counted.part == part);
        let index = known.unwrap_or_else(|| {
            self.parts.push(HopCount {
                hop: self.hop.to_owned(),
                part: part.to_owned(),
                ..HopCount::default()
            });
            self.parts.len() - 1
        });
        &mut self.parts[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_attempted_is_the_sum_of_what_became_of_it() {
        let mut counts = HopCounts::new("rpc");
        counts.whole("uptime", 3);
        counts.reduced("uptime", 1);
        counts.dropped("uptime", "timeout", 2);
        counts.dropped("uptime", "refused", 1);
        counts.dropped("uptime", "timeout", 1);
        counts.whole("getpeerinfo", 1);
        let counts = counts.counts();
        assert_eq!(counts.len(), 2);
        let uptime = &counts[0];
        assert_eq!(
            (uptime.hop.as_str(), uptime.part.as_str()),
            ("rpc", "uptime")
        );
        let dropped: u64 = uptime.dropped.iter().map(|drop| drop.count).sum();
        assert_eq!(uptime.attempted, uptime.whole + uptime.reduced + dropped);
        assert_eq!((uptime.attempted, uptime.dropped.len()), (8, 2));
    }
}
