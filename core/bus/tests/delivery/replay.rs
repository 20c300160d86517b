//! A recording is played: places are kept, and publishing waits.

use std::sync::Arc;
use std::time::Duration;

use peer_observer_bus::{Bus, Delivery, SubscriptionOptions};
use peer_observer_event::{Event, Extractor, Payload, Tick};
use tokio::time::timeout;

use crate::support::{counted, events, ping, receive_all, tick};

/// Long enough for what must happen, short for what must not.
const A_WHILE: Duration = Duration::from_millis(50);

fn recorded(bus_sequence: u64, bus_time_ns: u64) -> (Arc<Event>, usize) {
    let event = Event {
        bus_sequence,
        bus_time_ns,
        payload: Some(Payload::Tick(Tick {})),
        ..Event::default()
    };
    (Arc::new(event), 0)
}

fn pings(count: u64) -> Vec<(Arc<Event>, usize)> {
    let event = |sequence| Event {
        bus_sequence: sequence,
        payload: Some(ping(sequence).payload),
        ..Event::default()
    };
    (1..=count)
        .map(|sequence| (Arc::new(event(sequence)), 100))
        .collect()
}

#[tokio::test]
async fn an_event_keeps_its_place_and_no_place_goes_back() {
    let bus = Bus::of_recording();
    let mut subscription = bus.subscribe(SubscriptionOptions::new("test"));
    // Two recordings, one behind the other: the second one counts from 1 again.
    let mut batch = vec![recorded(7, 700), recorded(9, 900), recorded(1, 850)];
    bus.replay(&mut batch).await;
    bus.publisher("", Extractor::Bus).publish(tick());
    bus.replay(&mut vec![recorded(2, 1000)]).await;
    bus.close();
    let places: Vec<_> = events(receive_all(&mut subscription).await)
        .iter()
        .map(|event| (event.bus_sequence, event.bus_time_ns))
        .collect();
    assert_eq!(
        places,
        // What was published here has the place of the recorded one before it.
        [(7, 700), (9, 900), (10, 900), (10, 900), (11, 1000)]
    );
}

#[tokio::test]
async fn publishing_waits_for_the_slowest_and_loses_nothing() {
    let bus = Bus::of_recording();
    let mut slow = bus.subscribe(SubscriptionOptions::new("slow").queue(10, 1000));
    let mut fast = bus.subscribe(SubscriptionOptions::new("fast"));
    let player = tokio::spawn({
        let bus = bus.clone();
        async move {
            let mut all = pings(1000);
            while !all.is_empty() {
                let rest = all.split_off(all.len().min(3));
                bus.replay(&mut all).await;
                all = rest;
            }
            bus.close();
        }
    });
    let mut received = Vec::new();
    while slow.receive(&mut received, 2).await {
        assert!(slow.depth() <= 10);
    }
    player.await.expect("the player ends");
    assert_eq!(received.len(), 1000);
    assert_eq!(receive_all(&mut fast).await.len(), 1000);
    assert_eq!(counted(&bus, "slow"), [1000, 1000, 0, 0]);
}

#[tokio::test]
async fn nobody_waits_for_a_lossy_subscription_or_one_that_has_gone() {
    let bus = Bus::of_recording();
    let mut browser = bus.subscribe(SubscriptionOptions::new("browser").queue(10, 1000).lossy());
    let stuck = bus.subscribe(SubscriptionOptions::new("stuck").queue(10, 1000));
    bus.replay(&mut pings(10)).await;
    let mut more = pings(5);
    let waits = timeout(A_WHILE, bus.replay(&mut more)).await;
    assert!(waits.is_err(), "the stuck one has no room");
    let (replayed, ()) = tokio::join!(timeout(A_WHILE * 100, bus.replay(&mut more)), async {
        tokio::task::yield_now().await;
        drop(stuck);
    });
    replayed.expect("it has gone");
    bus.close();
    let deliveries = receive_all(&mut browser).await;
    assert!(matches!(deliveries[..], [.., Delivery::Missed(5)]));
    assert_eq!(counted(&bus, "browser"), [15, 10, 0, 5]);
}

#[tokio::test]
async fn an_event_larger_than_a_queue_goes_through_whole() {
    let bus = Bus::of_recording();
    let mut subscription = bus.subscribe(SubscriptionOptions::new("small").queue(10, 1000));
    for _ in 0..3 {
        let mut batch = pings(1);
        batch[0].1 = 1 << 20;
        bus.replay(&mut batch).await;
        let mut deliveries = Vec::new();
        subscription.receive(&mut deliveries, 10).await;
        assert_eq!(events(deliveries).len(), 1);
    }
    assert_eq!(counted(&bus, "small"), [3, 3, 0, 0]);
}
