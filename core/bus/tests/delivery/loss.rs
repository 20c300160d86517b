use peer_observer_bus::{Bus, Delivery, SubscriptionOptions};
use peer_observer_event::{CutReason, Extractor, Kind, Payload};

use crate::support::{counted, events, gap, inv, ping, places, receive_all, reply};

#[tokio::test]
async fn a_stalled_subscriber_loses_alone_and_is_told_where() {
    let bus = Bus::in_process();
    let mut stalled = bus.subscribe(SubscriptionOptions::new("stalled").queue(3, 1 << 20));
    let mut other = bus.subscribe(SubscriptionOptions::new("other"));
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    (1..=10).for_each(|nonce| publisher.publish(ping(nonce)));
    let mut first = Vec::new();
    assert!(stalled.receive(&mut first, 2).await);
    assert_eq!(places(&first), [1, 2]);
    // Two have left, but the third and the word of the loss still wait: room for one.
    publisher.publish_all(&mut vec![ping(11), ping(12)]);
    assert!(stalled.receive(&mut first, 100).await);
    assert_eq!(places(&first), [1, 2, 3, -7, 11, -1]);
    // Empty again: nothing is lost any more.
    publisher.publish_all(&mut vec![ping(13), ping(14)]);
    bus.close();

    assert_eq!(places(&receive_all(&mut stalled).await), [13, 14]);
    assert_eq!(counted(&bus, "stalled"), [14, 6, 0, 8]);
    let all = events(receive_all(&mut other).await);
    assert!(all.iter().map(|event| event.sequence).eq(1..=14));
    assert_eq!(counted(&bus, "other"), [14, 14, 0, 0]);
}

/// However publishing and receiving fall together, every event is delivered or missed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deliveries_and_counters_agree_to_the_last_event() {
    const EVENTS: u64 = 20_000;
    let bus = Bus::in_process();
    let mut slow = bus.subscribe(SubscriptionOptions::new("slow").queue(16, 100));
    let publishing = std::thread::spawn({
        let bus = bus.clone();
        move || {
            let mut publisher = bus.publisher("alice", Extractor::Ebpf);
            for _ in 0..EVENTS / 4 {
                publisher.publish_all(&mut vec![ping(1), inv(60), inv(60), gap()]);
            }
            bus.close();
        }
    });
    let deliveries = receive_all(&mut slow).await;
    publishing.join().expect("publishing does not panic");

    let [mut next, mut whole, mut reduced, mut dropped] = [1, 0, 0, 0];
    for delivery in deliveries {
        match delivery {
            Delivery::Missed(count) => {
                dropped += count;
                next += count;
            }
            Delivery::Event(event) => {
                assert_eq!(event.sequence, next, "missed counts fill the holes exactly");
                next += 1;
                match &event.payload {
                    Some(Payload::P2pMessage(message)) if message.cut.is_some() => reduced += 1,
                    _ => whole += 1,
                }
            }
        }
    }
    assert_eq!(next, EVENTS + 1);
    assert_eq!(counted(&bus, "slow"), [EVENTS, whole, reduced, dropped]);
}

#[tokio::test]
async fn bodies_go_before_events_do() {
    let bus = Bus::in_process();
    let mut small = bus.subscribe(SubscriptionOptions::new("small").queue(100, 1000));
    let mut large = bus.subscribe(SubscriptionOptions::new("large"));
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    publisher.publish_all(&mut vec![inv(600), inv(600), ping(3), inv(400)]);
    let mut deliveries = Vec::new();
    small.receive(&mut deliveries, 100).await;
    // The memory is free again.
    publisher.publish(inv(1000));
    bus.close();
    deliveries.extend(receive_all(&mut small).await);

    let is_whole = |event: &peer_observer_event::Event| match &event.payload {
        Some(Payload::P2pMessage(message)) => match &message.cut {
            None => message.body.is_some(),
            Some(cut) => {
                assert_eq!((cut.reason(), cut.kept_bytes), (CutReason::Subscription, 0));
                assert_eq!((message.command.as_str(), &message.body), ("inv", &None));
                false
            }
        },
        other => panic!("not a message: {other:?}"),
    };
    let whole: Vec<bool> = events(deliveries)
        .iter()
        .map(|event| is_whole(event))
        .collect();
    assert_eq!(whole, [true, false, true, true, true]);
    assert_eq!(counted(&bus, "small"), [5, 4, 1, 0]);
    assert!(
        events(receive_all(&mut large).await)
            .iter()
            .all(|event| is_whole(event)),
        "who has room gets it whole"
    );
}

/// Memory is bounded also where nothing can be left out of an event.
#[tokio::test]
async fn what_cannot_be_reduced_is_dropped_beyond_the_budget() {
    let bus = Bus::in_process();
    let mut subscription = bus.subscribe(SubscriptionOptions::new("test").queue(100, 10_000));
    let mut publisher = bus.publisher("alice", Extractor::Rpc);
    // One that goes beyond the budget; then no room; then one too small to matter.
    publisher.publish_all(&mut vec![
        reply(5_000),
        reply(20_000),
        reply(5_000),
        reply(50),
    ]);
    bus.close();
    let deliveries = receive_all(&mut subscription).await;
    assert_eq!(places(&deliveries), [1, 2, -1, 4]);
    assert_eq!(counted(&bus, "test"), [4, 3, 0, 1]);
}

#[tokio::test]
async fn notices_survive_a_full_queue() {
    let bus = Bus::in_process();
    let mut stalled = bus.subscribe(SubscriptionOptions::new("stalled").queue(2, 1000));
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    for _ in 0..3 {
        publisher.publish_all(&mut vec![ping(1), ping(2), gap()]);
    }
    bus.close();
    let deliveries = receive_all(&mut stalled).await;
    assert_eq!(places(&deliveries), [1, 2, 3, -2, 6, -2, 9]);
    assert_eq!(counted(&bus, "stalled"), [9, 5, 0, 4]);
}

/// Even notices have a limit, and what is beyond it is counted.
#[tokio::test]
async fn a_flood_of_notices_is_bounded() {
    let bus = Bus::in_process();
    let mut stalled = bus.subscribe(SubscriptionOptions::new("stalled").queue(2, 1000));
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    (0..50_000).for_each(|_| publisher.publish(gap()));
    assert!(stalled.depth() < 2_000, "{}", stalled.depth());
    bus.close();
    let kept = events_before_loss(&receive_all(&mut stalled).await);
    assert_eq!(counted(&bus, "stalled"), [50_000, kept, 0, 50_000 - kept]);
}

fn events_before_loss(deliveries: &[Delivery]) -> u64 {
    let notices = deliveries.iter().filter(
        |delivery| matches!(delivery, Delivery::Event(event) if event.kind() == Kind::Notice),
    );
    notices.count() as u64
}

#[tokio::test]
async fn subscriptions_of_one_name_are_counted_together() {
    let bus = Bus::in_process();
    let first = bus.subscribe(SubscriptionOptions::new("websocket").queue(1, 0));
    let second = bus.subscribe(SubscriptionOptions::new("websocket"));
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    publisher.publish_all(&mut vec![ping(1), ping(2)]);
    let status = bus.subscriptions();
    assert_eq!(status.len(), 1);
    // One event and the word of the loss; two events.
    assert_eq!((status[0].open, status[0].depth), (2, 4));
    drop(first);
    publisher.publish(ping(3));
    assert_eq!(bus.subscriptions()[0].open, 1);
    assert_eq!(second.depth(), 3);
    assert_eq!(counted(&bus, "websocket"), [5, 4, 0, 1]);
}
