use std::collections::HashMap;
use std::sync::Barrier;

use peer_observer_bus::{Bus, Draft, SubscriptionOptions, wall_clock_ns};
use peer_observer_event::{Event, Extractor, Kind, KindSet, Payload, Started};

use crate::support::{events, gap, inv, ping, receive_all, tick};

const THREADS: u64 = 4;
const BATCHES: u64 = 200;

/// Several threads publish as fast as they can, singly and in batches.
fn publish_from_all_sides(bus: &Bus) {
    let start = Barrier::new(THREADS as usize);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let start = &start;
            scope.spawn(move || {
                let mut publisher = bus.publisher(&format!("node{thread}"), Extractor::Ebpf);
                start.wait();
                for batch in 0..BATCHES {
                    publisher.publish_all(&mut vec![ping(batch), inv(10), gap(), ping(batch)]);
                    publisher.publish(tick());
                }
                publisher.heartbeat(Vec::new());
            });
        }
    });
}

#[tokio::test]
async fn all_subscribers_see_one_order_without_holes() {
    let bus = Bus::in_process();
    let mut all = bus.subscribe(SubscriptionOptions::new("all"));
    let mut again = bus.subscribe(SubscriptionOptions::new("again"));
    let kinds = KindSet::NONE.with(Kind::Notice).with(Kind::Tick);
    let mut some = bus.subscribe(SubscriptionOptions::new("some").kinds(kinds));
    let before = wall_clock_ns();
    publish_from_all_sides(&bus);
    bus.close();

    let all = events(receive_all(&mut all).await);
    let expected = THREADS * (BATCHES * 5 + 1);
    assert!(all.iter().map(|event| event.bus_sequence).eq(1..=expected));
    assert!(all.is_sorted_by_key(|event| event.bus_time_ns));
    assert!(all[0].bus_time_ns >= before);
    assert_eq!(events(receive_all(&mut again).await), all);

    let wanted: Vec<_> = all
        .iter()
        .filter(|event| kinds.contains(event.kind()))
        .cloned()
        .collect();
    assert_eq!(events(receive_all(&mut some).await), wanted);
    sequences_have_no_holes(all.iter().map(AsRef::as_ref));
}

fn sequences_have_no_holes<'a>(events: impl Iterator<Item = &'a Event>) {
    let mut sequences: HashMap<u64, u64> = HashMap::new();
    let mut kind_sequences: HashMap<(u64, Kind), u64> = HashMap::new();
    let mut nodes: HashMap<u64, &str> = HashMap::new();
    for event in events {
        let last = sequences.entry(event.instance).or_default();
        assert_eq!(event.sequence, *last + 1);
        *last = event.sequence;
        let last = kind_sequences
            .entry((event.instance, event.kind()))
            .or_default();
        assert_eq!(event.kind_sequence, *last + 1);
        *last = event.kind_sequence;
        // Each publisher is an instance of its own.
        assert_eq!(
            *nodes.entry(event.instance).or_insert(&event.node),
            event.node
        );
    }
    assert_eq!(nodes.len(), THREADS as usize);
}

#[tokio::test]
async fn a_heartbeat_says_where_the_sequences_are() {
    let bus = Bus::in_process();
    let mut subscription =
        bus.subscribe(SubscriptionOptions::new("test").kinds(KindSet::NONE.with(Kind::Heartbeat)));
    let mut publisher = bus.publisher("alice", Extractor::Rpc);
    publisher.publish_all(&mut vec![ping(1), ping(2), gap()]);
    publisher.heartbeat(Vec::new());
    publisher.heartbeat(Vec::new());
    bus.close();

    let beats = events(receive_all(&mut subscription).await);
    let said = beats.iter().map(|event| match &event.payload {
        Some(peer_observer_event::Payload::Heartbeat(beat)) => {
            let kinds = beat.kinds.iter();
            let kinds = kinds.map(|count| (count.kind, count.last_sequence));
            (
                event.sequence,
                beat.last_sequence,
                kinds.collect::<Vec<_>>(),
            )
        }
        other => panic!("not a heartbeat: {other:?}"),
    });
    let [message, notice, heartbeat] =
        [Kind::P2pMessage, Kind::Notice, Kind::Heartbeat].map(|kind| kind as u32);
    let expected = [
        (4, 3, vec![(message, 2), (notice, 1)]),
        (5, 4, vec![(message, 2), (notice, 1), (heartbeat, 1)]),
    ];
    assert_eq!(said.collect::<Vec<_>>(), expected);
}

/// A tool that begins after the extractor learns the labels all the same.
#[tokio::test]
async fn every_tenth_heartbeat_repeats_the_labels() {
    let bus = Bus::in_process();
    let mut publisher = bus.publisher("alice", Extractor::Rpc);
    let started = Started {
        labels: [("role".to_owned(), "honeypot".to_owned())].into(),
        ..Started::default()
    };
    publisher.publish(Draft::now(Payload::Started(started.clone())));
    let mut subscription = bus.subscribe(SubscriptionOptions::new("test"));
    (0..25).for_each(|_| publisher.heartbeat(Vec::new()));
    bus.close();
    let beats = events(receive_all(&mut subscription).await);
    let has_labels = beats.iter().map(|event| match &event.payload {
        Some(Payload::Heartbeat(beat)) => beat.labels == started.labels,
        other => panic!("not a heartbeat: {other:?}"),
    });
    let places: Vec<usize> = (1..)
        .zip(has_labels)
        .filter(|(_, has)| *has)
        .map(|(at, _)| at)
        .collect();
    assert_eq!(places, [10, 20]);
}

/// Events of another process keep who, where and when, and get a new place.
#[tokio::test]
async fn forwarded_events_get_a_place_on_this_bus_alone() {
    let elsewhere = Bus::in_process();
    let mut made = elsewhere.subscribe(SubscriptionOptions::new("test"));
    let mut publisher = elsewhere.publisher("alice", Extractor::Ebpf);
    publisher.set_run(Some(1_002));
    publisher.publish_all(&mut vec![ping(1), gap()]);
    elsewhere.close();
    let made = events(receive_all(&mut made).await);

    let bus = Bus::in_process();
    let mut subscription = bus.subscribe(SubscriptionOptions::new("test"));
    let mut local = bus.publisher("alice", Extractor::Rpc);
    local.set_run(Some(1_000));
    local.publish(tick());
    let mut coming: Vec<_> = made.iter().map(|event| (Event::clone(event), 0)).collect();
    bus.forward(&mut coming);
    assert!(coming.is_empty());
    bus.close();

    let here = events(receive_all(&mut subscription).await);
    for (place, event) in made.iter().enumerate() {
        let arrived = &here[place + 1];
        assert_eq!(arrived.bus_sequence, place as u64 + 2);
        let expected = Event {
            bus_sequence: arrived.bus_sequence,
            bus_time_ns: arrived.bus_time_ns,
            // The run that this bus already knows.
            run: Some(1_000),
            ..Event::clone(event)
        };
        assert_eq!(**arrived, expected);
    }
}
