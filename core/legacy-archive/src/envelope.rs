//! The envelope of an event: what their files carry of it, and what we count.

use peer_observer_event::Event;

use crate::convert::Converted;

const NANOS_PER_MILLI: u64 = 1_000_000;
const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// Values of the enums up to here are counted; see the tests.
const EXTRACTORS: usize = 9;
const KINDS: usize = 15;

/// Gives events their envelopes, in their order.
pub(crate) struct Envelopes {
    node: String,
    /// Absent until it is known.
    instance: Option<u64>,
    sequences: [u64; EXTRACTORS],
    /// Each kind comes from one extractor here, so that these are the extractor's too.
    kind_sequences: [u64; KINDS],
    bus_sequence: u64,
    bus_time_ns: u64,
}

impl Envelopes {
    /// `created_seconds` is when the file was begun, if it says that.
    pub(crate) fn new(node: &str, created_seconds: Option<u64>) -> Envelopes {
        Envelopes {
            node: node.to_owned(),
            instance: created_seconds.map(|seconds| seconds.saturating_mul(NANOS_PER_SECOND)),
            sequences: [0; EXTRACTORS],
            kind_sequences: [0; KINDS],
            bus_sequence: 0,
            bus_time_ns: 0,
        }
    }

    /// The event of a record with this timestamp, which is when their extractor
    /// was done with it, in milliseconds since the epoch.
    pub(crate) fn event(&mut self, timestamp_ms: u64, converted: Converted) -> Event {
        let Converted {
            extractor,
            payload,
            own_time_ns,
        } = converted;
        let published_ns = timestamp_ms.saturating_mul(NANOS_PER_MILLI);
        self.bus_sequence += 1;
        self.bus_time_ns = self.bus_time_ns.max(published_ns);
        Event {
            node: self.node.clone(),
            extractor: extractor.into(),
            run: None,
            instance: *self.instance.get_or_insert(published_ns),
            sequence: next(&mut self.sequences, extractor as usize),
            kind_sequence: next(&mut self.kind_sequences, payload.kind() as usize),
            time_ns: own_time_ns.unwrap_or(published_ns),
            monotonic_ns: None,
            bus_sequence: self.bus_sequence,
            bus_time_ns: self.bus_time_ns,
            payload: Some(payload),
        }
    }
}

fn next(counters: &mut [u64], index: usize) -> u64 {
    // An enum with more values than it had would be counted with the unspecified.
    let index = if index < counters.len() { index } else { 0 };
    counters[index] += 1;
    counters[index]
}

#[cfg(test)]
mod tests {
    use peer_observer_event::{Extractor, Kind};

    use super::*;

    #[test]
    fn all_extractors_and_kinds_are_counted() {
        let most = Kind::ALL.into_iter().map(|kind| kind as usize).max();
        assert_eq!(most, Some(KINDS - 1));
        assert_eq!(Extractor::Alerts as usize, EXTRACTORS - 1);
        assert!(Extractor::try_from(EXTRACTORS as i32).is_err());
    }
}
