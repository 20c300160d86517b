//! No time of the host is left in an event that was put on node time, whatever
//! its payload; and whoever adds a time to the schema says whose it is.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod fill;
mod table;

use std::collections::{BTreeSet, HashSet};

use fill::Schema;
use lab::clock::{ClockMap, ClockPoint};
use lab::recording::map_event;
use peer_observer_event::Event;
use prost::Message;
use prost_reflect::{DynamicMessage, Kind, ReflectMessage, Value};

const SECOND_NS: u64 = 1_000_000_000;

/// When the events happened, in seconds since the epoch: ten seconds after the
/// nodes' clocks were set to a time long ago.
const REAL_SECONDS: u64 = 1_790_000_010;

fn map() -> ClockMap {
    let point = |second: u64| ClockPoint {
        real_ns: (REAL_SECONDS - 10 + second) * SECOND_NS,
        monotonic_ns: (500 + second) * SECOND_NS,
        node_ns: (1_700_000_000 + 30 * second) * SECOND_NS,
    };
    (0..100).map(point).collect::<Vec<_>>().try_into().unwrap()
}

/// The names of the fields that differ: `Gap.first_time_ns`.
fn differences(before: &DynamicMessage, after: &DynamicMessage, into: &mut BTreeSet<String>) {
    for field in before.descriptor().fields() {
        let (old, new) = (before.get_field(&field), after.get_field(&field));
        match (&*old, &*new) {
            (Value::Message(old), Value::Message(new)) => differences(old, new, into),
            (Value::List(old), Value::List(new)) if matches!(field.kind(), Kind::Message(_)) => {
                assert_eq!(old.len(), new.len());
                for (old, new) in old.iter().zip(new) {
                    differences(old.as_message().unwrap(), new.as_message().unwrap(), into);
                }
            }
            (old, new) if old != new => {
                into.insert(format!(
                    "{}.{}",
                    field.parent_message().name(),
                    field.name()
                ));
            }
            _ => {}
        }
    }
}

#[test]
fn the_hosts_times_and_no_others_are_put_on_node_time() {
    let (schema, map) = (Schema::read(), map());
    let mut changed = BTreeSet::new();
    let mut payloads = HashSet::new();
    for before in schema.events(REAL_SECONDS) {
        let bytes = before.encode_to_vec();
        let mut event = Event::decode(&*bytes).unwrap();
        payloads.insert(std::mem::discriminant(event.payload.as_ref().unwrap()));
        map_event(&mut event, &map);
        let after = DynamicMessage::decode(before.descriptor(), &*event.encode_to_vec()).unwrap();
        differences(&before, &after, &mut changed);
    }
    let expected: BTreeSet<String> = table::OF_THE_HOST
        .iter()
        .map(|name| (*name).to_owned())
        .collect();
    assert_eq!(changed, expected);
    assert_eq!(payloads.len(), schema.payload_count());
}

#[test]
fn every_time_in_the_schema_is_somebodys() {
    let known: BTreeSet<&str> = [
        table::OF_THE_HOST,
        table::OF_THE_NODE,
        table::OF_A_PEER,
        table::MEASURED,
    ]
    .concat()
    .into_iter()
    .collect();
    let in_schema = Schema::read().times();
    let in_schema: BTreeSet<&str> = in_schema.iter().map(String::as_str).collect();
    assert_eq!(in_schema, known);
}

#[test]
fn the_times_are_those_of_the_node() {
    let map = map();
    let mut event = Event {
        run: Some(REAL_SECONDS - 20),
        time_ns: REAL_SECONDS * SECOND_NS,
        monotonic_ns: Some(510 * SECOND_NS),
        bus_time_ns: (REAL_SECONDS + 1) * SECOND_NS,
        ..Event::default()
    };
    map_event(&mut event, &map);
    // Started ten real seconds before the clocks were set, which is ten of the node.
    assert_eq!(event.run, Some(1_700_000_000 - 10));
    assert_eq!(event.time_ns, 1_700_000_300 * SECOND_NS);
    assert_eq!(event.monotonic_ns, Some((500 + 300) * SECOND_NS));
    assert_eq!(event.bus_time_ns, 1_700_000_330 * SECOND_NS);
}
