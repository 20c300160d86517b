use peer_observer_bus::{Bus, Delivery, SubscriptionOptions, dropped};
use peer_observer_event::{Cut, CutReason, Extractor, Kind, KindSet, Payload};

use crate::support::{Short, added, count, inv, notice, ping, receive_all, receive_waiting, short};

#[tokio::test]
async fn loss_is_told_in_place_and_disturbs_nobody_else() {
    let bus = Bus::in_process();
    let mut slow = bus.subscribe(SubscriptionOptions::new("slow").queue(3, 1 << 20));
    let quick = bus.subscribe(SubscriptionOptions::new("quick"));
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);

    publisher.publish_all(&mut (0..5).map(|_| ping()).collect());
    let first = receive_waiting(&mut slow).await;
    publisher.publish(ping());
    publisher.publish(ping());
    let second = receive_waiting(&mut slow).await;

    use Short::{Event, Missed};
    assert_eq!(short(&first), [Event(1), Event(2), Event(3), Missed(2)]);
    assert_eq!(short(&second), [Event(6), Event(7)]);
    bus.close();
    assert_eq!(receive_all(quick).await.len(), 7);
    let (slow, quick) = (count(&bus, "slow"), count(&bus, "quick"));
    assert_eq!(
        (slow.attempted, slow.whole, slow.reduced, dropped(&slow)),
        (7, 5, 0, 2)
    );
    assert_eq!(slow.dropped[0].reason, "queue_full");
    assert_eq!((quick.attempted, quick.whole, dropped(&quick)), (7, 7, 0));
}

/// A subscriber that stalls again and again: what it received and what it was
/// told to have missed is all that there was, to the last event.
#[tokio::test]
async fn every_event_is_accounted_for() {
    let bus = Bus::in_process();
    let mut slow = bus.subscribe(SubscriptionOptions::new("slow").queue(50, 1_000));
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    let (mut received, mut published) = (Vec::new(), 0);
    for round in 0..200 {
        let mut batch = vec![ping(), inv(300), inv(400), added(), notice()];
        published += batch.len() as u64;
        publisher.publish_all(&mut batch);
        if round % 17 == 0 {
            slow.receive(&mut received, 40).await;
        }
    }
    bus.close();
    while slow.receive(&mut received, 40).await {}

    let mut place = 0;
    let (mut whole, mut reduced, mut missed) = (0, 0, 0);
    for delivery in &received {
        match delivery {
            Delivery::Missed(count) => (place, missed) = (place + count, missed + count),
            Delivery::Event(event) => {
                place += 1;
                assert_eq!(event.sequence, place, "a loss is told where it happened");
                match &event.payload {
                    Some(Payload::P2pMessage(message)) if message.body.is_none() => reduced += 1,
                    _ => whole += 1,
                }
            }
        }
    }
    assert_eq!(place, published);
    assert!(
        whole > 0 && reduced > 0 && missed > 0,
        "{whole}, {reduced}, {missed}"
    );
    let count = count(&bus, "slow");
    assert_eq!(
        (count.whole, count.reduced, dropped(&count)),
        (whole, reduced, missed)
    );
    assert_eq!(count.attempted, published);
}

#[tokio::test]
async fn bodies_go_before_events_and_come_back_when_there_is_room() {
    let bus = Bus::in_process();
    let mut slow = bus.subscribe(SubscriptionOptions::new("slow").queue(100, 1_000));
    let quick = bus.subscribe(SubscriptionOptions::new("quick"));
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    publisher.publish_all(&mut vec![inv(600), inv(600), ping(), inv(400)]);
    // The first body is taken out: there is room for one as large although others wait.
    let mut received = Vec::new();
    slow.receive(&mut received, 1).await;
    publisher.publish_all(&mut vec![inv(600), inv(600)]);
    received.extend(receive_waiting(&mut slow).await);
    bus.close();

    let subscription = Some(Cut {
        reason: CutReason::Subscription.into(),
        kept_bytes: 0,
    });
    let has_body = |delivery: &Delivery| match delivery {
        Delivery::Event(event) => match &event.payload {
            Some(Payload::P2pMessage(message)) => {
                let cut = message.cut.is_some();
                assert_eq!(message.cut, subscription.clone().filter(|_| cut));
                assert_eq!(message.body.is_none(), cut);
                !cut
            }
            other => panic!("not a message: {other:?}"),
        },
        Delivery::Missed(count) => panic!("{count} events were lost"),
    };
    let bodies: Vec<bool> = received.iter().map(has_body).collect();
    assert_eq!(bodies, [true, false, true, true, true, false]);
    let count = count(&bus, "slow");
    assert_eq!((count.attempted, count.whole, count.reduced), (6, 4, 2));
    let whole = receive_all(quick).await.into_iter().map(Delivery::Event);
    assert!(
        whole.into_iter().all(|event| has_body(&event)),
        "only the slow one is reduced"
    );
}

#[tokio::test]
async fn notices_go_into_a_full_queue() {
    let bus = Bus::in_process();
    let mut slow = bus.subscribe(SubscriptionOptions::new("slow").queue(2, 1 << 20));
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    publisher.publish_all(&mut (0..4).map(|_| ping()).collect());
    publisher.publish(notice());
    publisher.publish_all(&mut vec![ping(), ping()]);
    use Short::{Event, Missed};
    assert_eq!(
        short(&receive_waiting(&mut slow).await),
        [Event(1), Event(2), Missed(2), Event(5), Missed(2)]
    );

    // Not without end: nothing may grow without bound.
    publisher.publish_all(&mut (0..5_000).map(|_| notice()).collect());
    let received = receive_waiting(&mut slow).await;
    assert!(
        (1_024..1_100).contains(&received.len()),
        "{}",
        received.len()
    );
    assert!(matches!(received.last(), Some(Delivery::Missed(_))));
}

#[tokio::test]
async fn what_is_not_wanted_is_not_counted() {
    let bus = Bus::in_process();
    let only = |kind| KindSet::NONE.with(kind);
    let options = SubscriptionOptions::new("tool").kinds(only(Kind::Mempool));
    let mut tool = bus.subscribe(options);
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    publisher.publish_all(&mut vec![ping(), added(), ping()]);
    tool.set_kinds(only(Kind::P2pMessage));
    publisher.publish_all(&mut vec![added(), ping()]);
    use Short::Event;
    assert_eq!(
        short(&receive_waiting(&mut tool).await),
        [Event(2), Event(5)]
    );
    assert_eq!(count(&bus, "tool").attempted, 2);
}
