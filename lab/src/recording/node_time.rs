//! A whole recording on node time, with a tick at each of its seconds.

use peer_observer_event::{Event, Extractor, Payload, Tick};

use super::map_event;
use crate::clock::ClockMap;

const SECOND_NS: u64 = 1_000_000_000;

/// The ticks' instance: there is only one.
const TICK_INSTANCE: u64 = 1;

/// Puts the events of a recording on node time, one after the other.
///
/// The bus ticked once a real second, which is every 30 s of node time at 30×;
/// but detectors count on a tick each second. So the recorded ticks are left
/// out and others are put in, at the whole seconds of node time. `bus_sequence`
/// is numbered anew from 1, and so are the sequences of the bus's own events;
/// those of all extractors stay. The order of events does not change.
pub struct OnNodeTime<'a> {
    map: &'a ClockMap,
    /// The next second that has had no tick, in seconds since the epoch.
    next_tick: Option<u64>,
    bus_sequence: u64,
    tick_sequence: u64,
}

impl<'a> OnNodeTime<'a> {
    /// For a recording that was made while the clocks ran like this.
    pub fn new(map: &'a ClockMap) -> OnNodeTime<'a> {
        OnNodeTime {
            map,
            next_tick: None,
            bus_sequence: 0,
            tick_sequence: 0,
        }
    }

    /// Takes the next event as it was recorded, and appends to `into` what the
    /// recording has in its place: the ticks that come before it, then the event.
    pub fn push(&mut self, mut event: Event, into: &mut Vec<Event>) {
        if matches!(event.payload, Some(Payload::Tick(_))) {
            return;
        }
        map_event(&mut event, self.map);
        self.tick_until(event.bus_time_ns, into);
        event.bus_sequence = self.next_place();
        into.push(event);
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

#[cfg(test)]
mod tests {
    use peer_observer_event::IpcEcho;

    use super::*;
    use crate::clock::ClockPoint;

    const SPEED: u64 = 30;

    /// Node time begins at 5,000 s where real time is at 1,000 s.
    fn map() -> ClockMap {
        let point = |second: u64| ClockPoint {
            real_ns: 1_000 * SECOND_NS + second * SECOND_NS / SPEED,
            monotonic_ns: 100 * SECOND_NS + second * SECOND_NS / SPEED,
            node_ns: (5_000 + second) * SECOND_NS,
        };
        let points: Vec<ClockPoint> = (0..=600).map(point).collect();
        points.try_into().unwrap()
    }

    fn event(real_ms: u64, sequence: u64, payload: Payload) -> Event {
        Event {
            node: "alice".to_owned(),
            extractor: Extractor::Ipc.into(),
            instance: 7,
            sequence,
            kind_sequence: sequence,
            time_ns: real_ms * 1_000_000,
            bus_sequence: 40 + sequence,
            bus_time_ns: real_ms * 1_000_000,
            payload: Some(payload),
            ..Event::default()
        }
    }

    #[test]
    fn there_is_a_tick_at_each_second_of_the_node() {
        let map = map();
        let mut on_node_time = OnNodeTime::new(&map);
        let mut events = Vec::new();
        let echo = || Payload::IpcEcho(IpcEcho { round_trip_ns: 1 });
        for (number, real_ms) in [1_000_010, 1_000_011, 1_000_110, 1_002_001]
            .into_iter()
            .enumerate()
        {
            let recorded = event(real_ms, number as u64 + 1, echo());
            on_node_time.push(recorded, &mut events);
            // The bus's own ticks do not count.
            let tick = event(real_ms, 1, Payload::Tick(Tick {}));
            on_node_time.push(tick, &mut events);
        }
        let ticks = events
            .iter()
            .filter(|event| event.extractor() == Extractor::Bus);
        let seconds: Vec<u64> = ticks.clone().map(|tick| tick.bus_time_ns).collect();
        let expected: Vec<u64> = (5_001..=5_060).map(|second| second * SECOND_NS).collect();
        assert_eq!(seconds, expected);
        assert!(
            ticks
                .zip(1..)
                .all(|(tick, sequence)| tick.sequence == sequence)
        );
        assert!(
            events
                .iter()
                .zip(1..)
                .all(|(event, place)| event.bus_sequence == place)
        );
        assert!(events.is_sorted_by_key(|event| event.bus_time_ns));
        let echoes = events
            .iter()
            .filter(|event| event.extractor() == Extractor::Ipc);
        assert!(
            echoes
                .map(|event| (event.sequence, event.instance))
                .eq((1..=4).map(|n| (n, 7)))
        );
    }
}
