//! Finds out what is missing, and what comes twice, of events that other
//! processes made.

use std::hash::{BuildHasher, RandomState};

use peer_observer_event::{Event, Kind, KindSet, Payload};
use rustc_hash::FxHashMap;

/// Instances of extractors that are told apart; each start of one is another.
const MOST_INSTANCES: usize = 1024;

/// Kinds that are told apart, those of later versions included.
const MOST_KINDS: u32 = 64;

/// Holes of one instance and kind that can still be filled.
const MOST_HOLES: usize = 64;

/// What the arrival of an event shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrival {
    /// The event has not been here before.
    pub is_new: bool,
    /// So many events have turned out to be missing. One that comes late
    /// nevertheless is new, and has been counted here before.
    pub missing: u64,
}

/// Follows `kind_sequence` and the heartbeats of each instance.
///
/// A stream may begin in the middle: what was before the first event of an
/// instance and kind is not missing.
pub struct Arrivals {
    /// Kinds that should arrive at all.
    kinds: KindSet,
    /// By the hash of node, extractor and instance, which nobody can foresee.
    instances: FxHashMap<u64, Instance>,
    hasher: RandomState,
    /// Counts events: which instance has been silent for longest.
    events: u64,
}

#[derive(Default)]
struct Instance {
    last_event: u64,
    /// By the number of the kind.
    kinds: Vec<Option<Track>>,
}

/// One kind of one instance.
struct Track {
    /// The highest `kind_sequence` of which we know that it exists.
    last: u64,
    /// Ranges below it, both ends included, that have not arrived, in their order.
    holes: Vec<(u64, u64)>,
}

impl Arrivals {
    /// Expects events of these kinds; the others' holes say nothing.
    pub fn new(kinds: KindSet) -> Arrivals {
        Arrivals {
            kinds,
            instances: FxHashMap::default(),
            hasher: RandomState::new(),
            events: 0,
        }
    }

    /// The event has arrived.
    pub fn arrived(&mut self, event: &Event) -> Arrival {
        self.events += 1;
        let key = self
            .hasher
            .hash_one((&event.node, event.extractor, event.instance));
        if self.instances.len() == MOST_INSTANCES && !self.instances.contains_key(&key) {
            self.forget_the_most_silent();
        }
        let instance = self.instances.entry(key).or_default();
        instance.last_event = self.events;
        let Some(track) = instance.track(event.kind() as u32) else {
            return Arrival {
                is_new: true,
                missing: 0,
            };
        };
        let mut arrival = match track {
            Some(track) => track.arrived(event.kind_sequence),
            None => {
                *track = Some(Track::from(event.kind_sequence));
                Arrival {
                    is_new: true,
                    missing: 0,
                }
            }
        };
        if let Some(Payload::Heartbeat(heartbeat)) = &event.payload
            && arrival.is_new
        {
            // What was lost at the end shows here.
            for count in &heartbeat.kinds {
                let is_expected = i32::try_from(count.kind)
                    .ok()
                    .and_then(|kind| Kind::try_from(kind).ok())
                    .is_some_and(|kind| kind != Kind::Heartbeat && self.kinds.contains(kind));
                let track = instance.track(count.kind).filter(|_| is_expected);
                match track {
                    Some(Some(track)) => arrival.missing += track.exist_until(count.last_sequence),
                    Some(unknown) => *unknown = Some(Track::from(count.last_sequence)),
                    None => {}
                }
            }
        }
        arrival
    }

    fn forget_the_most_silent(&mut self) {
        let silent = self
            .instances
            .iter()
            .min_by_key(|(_, instance)| instance.last_event)
            .map(|(key, _)| *key);
        silent.map(|key| self.instances.remove(&key));
    }
}

impl Instance {
    /// The place of a kind's track; `None` for a number that no kind will have.
    fn track(&mut self, kind: u32) -> Option<&mut Option<Track>> {
        if kind >= MOST_KINDS {
            return None;
        }
        let index = kind as usize;
        if self.kinds.len() <= index {
            self.kinds.resize_with(index + 1, || None);
        }
        self.kinds.get_mut(index)
    }
}

impl Track {
    fn from(last: u64) -> Track {
        Track {
            last,
            holes: Vec::new(),
        }
    }

    fn arrived(&mut self, sequence: u64) -> Arrival {
        if sequence <= self.last {
            return Arrival {
                is_new: self.fill(sequence),
                missing: 0,
            };
        }
        let missing = self.exist_until(sequence - 1);
        self.last = sequence;
        Arrival {
            is_new: true,
            missing,
        }
    }

    /// All up to `sequence` exist; says how many of them had not been heard of.
    fn exist_until(&mut self, sequence: u64) -> u64 {
        let missing = sequence.saturating_sub(self.last);
        if missing > 0 {
            if self.holes.len() == MOST_HOLES {
                self.holes.remove(0);
            }
            self.holes.push((self.last + 1, sequence));
            self.last = sequence;
        }
        missing
    }

    /// Takes the number out of its hole; `false` where it is in none.
    fn fill(&mut self, sequence: u64) -> bool {
        let is_in = |(first, last): &(u64, u64)| (*first..=*last).contains(&sequence);
        let Some(index) = self.holes.iter().position(is_in) else {
            return false;
        };
        let (first, last) = self.holes.remove(index);
        if sequence < last {
            self.holes.insert(index, (sequence + 1, last));
        }
        if first < sequence {
            self.holes.insert(index, (first, sequence - 1));
        }
        // A hole that was split may be one too many.
        if self.holes.len() > MOST_HOLES {
            self.holes.remove(0);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use peer_observer_event::{Heartbeat, KindCount, NodeBack};

    use super::*;

    fn notice(instance: u64, kind_sequence: u64) -> Event {
        Event {
            node: "alice".to_owned(),
            instance,
            kind_sequence,
            payload: Some(Payload::NodeBack(NodeBack::default())),
            ..Event::default()
        }
    }

    fn heartbeat(kind_sequence: u64, notices: u64) -> Event {
        let kinds = vec![KindCount {
            kind: Kind::Notice as u32,
            last_sequence: notices,
        }];
        Event {
            payload: Some(Payload::Heartbeat(Heartbeat {
                kinds,
                ..Heartbeat::default()
            })),
            ..notice(1, kind_sequence)
        }
    }

    fn new(missing: u64) -> Arrival {
        Arrival {
            is_new: true,
            missing,
        }
    }

    #[test]
    fn holes_are_counted_once_whoever_shows_them() {
        let mut arrivals = Arrivals::new(KindSet::ALL);
        assert_eq!(arrivals.arrived(&notice(1, 7)), new(0), "in the middle");
        assert_eq!(arrivals.arrived(&notice(1, 10)), new(2));
        assert_eq!(arrivals.arrived(&heartbeat(1, 15)), new(5), "a lost tail");
        assert_eq!(arrivals.arrived(&notice(1, 17)), new(1));
        assert_eq!(arrivals.arrived(&notice(2, 1)), new(0), "another instance");
    }

    #[test]
    fn what_comes_again_is_not_new_and_what_comes_late_is_once() {
        let mut arrivals = Arrivals::new(KindSet::ALL);
        for sequence in [1, 2, 6] {
            arrivals.arrived(&notice(1, sequence));
        }
        let again = Arrival::default();
        let late: Vec<Arrival> = [2, 6, 4, 4, 3, 5, 3]
            .map(|sequence| arrivals.arrived(&notice(1, sequence)))
            .into();
        assert_eq!(late, [again, again, new(0), again, new(0), new(0), again]);
    }

    #[test]
    fn kinds_that_nobody_wants_are_not_missing() {
        let kinds = KindSet::NONE.with(Kind::Heartbeat);
        let mut arrivals = Arrivals::new(kinds);
        assert_eq!(arrivals.arrived(&heartbeat(1, 10)), new(0));
        assert_eq!(arrivals.arrived(&heartbeat(2, 20)), new(0));
        assert_eq!(arrivals.arrived(&heartbeat(4, 30)), new(1), "a heartbeat");
    }

    #[test]
    fn instances_without_end_take_no_memory_without_end() {
        let mut arrivals = Arrivals::new(KindSet::ALL);
        for instance in 0..5000 {
            arrivals.arrived(&notice(instance, 1));
            // This one is never silent for long.
            arrivals.arrived(&notice(0, instance + 1));
        }
        assert_eq!(arrivals.instances.len(), MOST_INSTANCES);
        assert_eq!(arrivals.arrived(&notice(0, 5002)), new(1));
    }
}
