//! A whole recording on node time, with a tick at each of its seconds.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use peer_observer_event::{Event, Extractor, Payload, Tick};

use super::map_event;
use crate::clock::ClockMap;

const SECOND_NS: u64 = 1_000_000_000;

/// The ticks' instance: there is only one.
const TICK_INSTANCE: u64 = 1;

/// On the way from node to bus an event takes milliseconds. What came later
/// than this, in nanoseconds of real time, was not on its way: somebody has
/// told afterwards what had happened before.
const LONGEST_WAY_NS: u64 = 5 * SECOND_NS;

/// Puts the events of a recording on node time, one after the other.
///
/// * An event that took 10 ms from the node to the bus took 300 ms of node time
///   at 30×, which no tool would ever see at real speed. So the bus's time is
///   that of the event and the real way behind it, and the order on the bus is
///   by that time; each publisher's own events keep theirs.
/// * The bus ticked once a real second, which is every 30 s of node time at
///   30×; but detectors count on a tick each second. So the recorded ticks are
///   left out and others are put in, at the whole seconds of node time.
/// * `bus_sequence` is numbered anew from 1, and so are the sequences of the
///   bus's own events. Those of the extractors stay.
pub struct OnNodeTime<'a> {
    map: &'a ClockMap,
    /// Events that others may still have to go before.
    waiting: BinaryHeap<Reverse<Waiting>>,
    /// How many events were taken.
    taken: u64,
    /// The bus's time of each publisher's last event.
    publishers: HashMap<(String, i32, u64), u64>,
    /// The next second that has had no tick, in seconds since the epoch.
    next_tick: Option<u64>,
    bus_sequence: u64,
    tick_sequence: u64,
}

/// An event on node time; sorted by the bus's time, then as it came.
struct Waiting {
    place: (u64, u64),
    event: Event,
}

impl<'a> OnNodeTime<'a> {
    /// For a recording that was made while the clocks ran like this.
    pub fn new(map: &'a ClockMap) -> OnNodeTime<'a> {
        OnNodeTime {
            map,
            waiting: BinaryHeap::new(),
            taken: 0,
            publishers: HashMap::new(),
            next_tick: None,
            bus_sequence: 0,
            tick_sequence: 0,
        }
    }

    /// Takes the next event as it was recorded, and appends to `into` what the
    /// recording on node time has next. Keeps the events of a few seconds.
    pub fn push(&mut self, event: Event, into: &mut Vec<Event>) {
        if matches!(event.payload, Some(Payload::Tick(_))) {
            return;
        }
        let recorded_ns = event.bus_time_ns;
        self.wait(event);
        // Whatever is still to come was on its way no longer than that.
        let certain_ns = self
            .map
            .node_time_ns(recorded_ns.saturating_sub(LONGEST_WAY_NS));
        while let Some(Reverse(first)) = self.waiting.peek()
            && first.place.0 < certain_ns
        {
            self.release(into);
        }
    }

    /// Appends what is left when the recording has ended.
    pub fn finish(mut self, into: &mut Vec<Event>) {
        while !self.waiting.is_empty() {
            self.release(into);
        }
    }

    fn wait(&mut self, mut event: Event) {
        let way_ns = event.bus_time_ns.saturating_sub(event.time_ns);
        map_event(&mut event, self.map);
        if way_ns <= LONGEST_WAY_NS {
            // Node time is not always faster: where the machine stalled it stood.
            event.bus_time_ns = event.bus_time_ns.min(event.time_ns + way_ns);
        }
        let publisher = (event.node.clone(), event.extractor, event.instance);
        let last_ns = self.publishers.entry(publisher).or_default();
        *last_ns = event.bus_time_ns.max(*last_ns);
        event.bus_time_ns = *last_ns;
        self.taken += 1;
        let place = (event.bus_time_ns, self.taken);
        self.waiting.push(Reverse(Waiting { place, event }));
    }

    /// Appends the first of those that wait, and the ticks before it.
    fn release(&mut self, into: &mut Vec<Event>) {
        if let Some(Reverse(Waiting { mut event, .. })) = self.waiting.pop() {
            self.tick_until(event.bus_time_ns, into);
            event.bus_sequence = self.next_place();
            into.push(event);
        }
    }

    fn tick_until(&mut self, bus_time_ns: u64, into: &mut Vec<Event>) {
        let last = bus_time_ns / SECOND_NS;
        let next = self.next_tick.unwrap_or(bus_time_ns.div_ceil(SECOND_NS));
        for second in next..=last {
            let tick = self.tick(second * SECOND_NS);
            into.push(tick);
        }
        self.next_tick = Some(next.max(last + 1));
    }

    fn tick(&mut self, time_ns: u64) -> Event {
        self.tick_sequence += 1;
        Event {
            extractor: Extractor::Bus.into(),
            instance: TICK_INSTANCE,
            sequence: self.tick_sequence,
            kind_sequence: self.tick_sequence,
            time_ns,
            bus_sequence: self.next_place(),
            bus_time_ns: time_ns,
            payload: Some(Payload::Tick(Tick {})),
            ..Event::default()
        }
    }

    fn next_place(&mut self) -> u64 {
        self.bus_sequence += 1;
        self.bus_sequence
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Waiting) -> bool {
        self.place == other.place
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Waiting) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Waiting) -> std::cmp::Ordering {
        self.place.cmp(&other.place)
    }
}

#[cfg(test)]
mod tests {
    use peer_observer_event::IpcEcho;

    use super::*;
    use crate::clock::ClockPoint;

    const SPEED: u64 = 30;
    const MS_NS: u64 = 1_000_000;

    /// Node time begins at 5,000 s where real time is at 1,000 s.
    fn map() -> ClockMap {
        let point = |second: u64| ClockPoint {
            real_ns: 1_000 * SECOND_NS + second * SECOND_NS / SPEED,
            monotonic_ns: 100 * SECOND_NS + second * SECOND_NS / SPEED,
            node_ns: (5_000 + second) * SECOND_NS,
        };
        let points: Vec<ClockPoint> = (0..=6_000).map(point).collect();
        points.try_into().unwrap()
    }

    /// What happened so many milliseconds after node time began, and took so
    /// many to the bus.
    fn event(instance: u64, sequence: u64, after_ms: u64, way_ms: u64) -> Event {
        let time_ns = 1_000 * SECOND_NS + after_ms * MS_NS;
        Event {
            node: "alice".to_owned(),
            extractor: Extractor::Ipc.into(),
            instance,
            sequence,
            kind_sequence: sequence,
            time_ns,
            bus_time_ns: time_ns + way_ms * MS_NS,
            payload: Some(Payload::IpcEcho(IpcEcho { round_trip_ns: 1 })),
            ..Event::default()
        }
    }

    fn on_node_time(recorded: impl IntoIterator<Item = Event>) -> Vec<Event> {
        let map = map();
        let (mut on_node_time, mut events) = (OnNodeTime::new(&map), Vec::new());
        for event in recorded {
            on_node_time.push(event, &mut events);
        }
        on_node_time.finish(&mut events);
        let mut places = events.iter().map(|event| event.bus_sequence).zip(1..);
        assert!(places.all(|(place, expected)| place == expected));
        assert!(events.is_sorted_by_key(|event| event.bus_time_ns));
        events
    }

    /// Instance, sequence, milliseconds of node time on the bus.
    fn echoes(events: &[Event]) -> Vec<(u64, u64, u64)> {
        let of_extractors = |event: &&Event| event.extractor() != Extractor::Bus;
        let echoes = events.iter().filter(of_extractors);
        let since = |event: &Event| (event.bus_time_ns - 5_000 * SECOND_NS) / MS_NS;
        echoes
            .map(|event| (event.instance, event.sequence, since(event)))
            .collect()
    }

    #[test]
    fn there_is_a_tick_at_each_second_of_the_node() {
        let mut recorded = Vec::new();
        for (sequence, after_ms) in (1..).zip([10, 11, 110, 2_001]) {
            recorded.push(event(7, sequence, after_ms, 0));
            // The bus's own ticks do not count.
            let mut tick = event(9, sequence, after_ms, 0);
            tick.extractor = Extractor::Bus.into();
            tick.payload = Some(Payload::Tick(Tick {}));
            recorded.push(tick);
        }
        let events = on_node_time(recorded);
        let ticks = events
            .iter()
            .filter(|event| event.extractor() == Extractor::Bus);
        let ticks: Vec<(u64, u64)> = ticks
            .map(|tick| (tick.sequence, tick.bus_time_ns / SECOND_NS))
            .collect();
        let expected: Vec<(u64, u64)> = (1..=60).zip(5_001..=5_060).collect();
        assert_eq!(ticks, expected);
    }

    #[test]
    fn the_way_to_the_bus_is_as_long_as_it_was_and_orders_the_bus() {
        // The first took 200 ms while the second took 1.
        let events = on_node_time([
            event(8, 1, 150, 1),
            event(7, 1, 100, 200),
            event(7, 2, 101, 200),
        ]);
        assert_eq!(
            echoes(&events),
            [(7, 1, 3_200), (7, 2, 3_230), (8, 1, 4_501)]
        );
    }

    #[test]
    fn a_publishers_events_keep_their_order() {
        let events = on_node_time([event(7, 1, 150, 0), event(7, 2, 100, 60)]);
        assert_eq!(echoes(&events), [(7, 1, 4_500), (7, 2, 4_500)]);
    }

    #[test]
    fn what_is_told_afterwards_is_not_moved_back() {
        let events = on_node_time([event(8, 1, 20_000, 0), event(7, 1, 0, 20_100)]);
        assert_eq!(echoes(&events), [(8, 1, 600_000), (7, 1, 603_000)]);
    }
}
