use std::time::Duration;

use peer_observer_bus::{Bus, Delivery, SubscriptionOptions};
use peer_observer_event::{Extractor, Kind, KindSet, Payload};

use crate::support::{count, ping, receive_all, receive_waiting};

#[tokio::test]
async fn closing_ends_subscriptions_behind_their_last_event() {
    let bus = Bus::in_process();
    let subscription = bus.subscribe(SubscriptionOptions::new("early"));
    let waiting = tokio::spawn(receive_all(
        bus.subscribe(SubscriptionOptions::new("waiting")),
    ));
    bus.publisher("alice", Extractor::Ebpf).publish(ping());
    bus.close();
    assert_eq!(receive_all(subscription).await.len(), 1);
    assert_eq!(waiting.await.unwrap().len(), 1);
    let late = bus.subscribe(SubscriptionOptions::new("late"));
    assert_eq!(receive_all(late).await.len(), 0);
}

#[tokio::test]
async fn a_subscription_begins_and_ends_when_it_says() {
    let bus = Bus::in_process();
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    publisher.publish(ping());
    let mut one = bus.subscribe(SubscriptionOptions::new("tool"));
    let other = bus.subscribe(SubscriptionOptions::new("tool"));
    publisher.publish(ping());
    assert_eq!(
        receive_waiting(&mut one).await.len(),
        1,
        "nothing from before"
    );
    let status = bus.subscriptions();
    assert_eq!((status.len(), status[0].name.as_str()), (1, "tool"));
    assert_eq!(
        (status[0].open, status[0].depth),
        (2, 1),
        "the other has one waiting"
    );

    drop(other);
    publisher.publish(ping());
    assert_eq!(bus.subscriptions()[0].open, 1);
    assert_eq!(
        count(&bus, "tool").attempted,
        3,
        "subscriptions of one name count together"
    );
}

/// `select!` drops futures all the time.
#[tokio::test]
async fn dropping_the_future_loses_nothing() {
    let bus = Bus::in_process();
    let mut subscription = bus.subscribe(SubscriptionOptions::new("tool"));
    let mut received: Vec<Delivery> = Vec::new();
    let nothing = subscription.receive(&mut received, 10);
    assert!(tokio::time::timeout(Duration::ZERO, nothing).await.is_err());
    bus.publisher("alice", Extractor::Ebpf).publish(ping());
    assert!(subscription.receive(&mut received, 10).await);
    assert_eq!(received.len(), 1);
}

#[tokio::test]
async fn extractors_of_a_node_agree_on_its_run() {
    let bus = Bus::in_process();
    let mut ebpf = bus.publisher("alice", Extractor::Ebpf);
    let mut rpc = bus.publisher("alice", Extractor::Rpc);
    ebpf.set_run(Some(1_000));
    rpc.set_run(Some(1_003));
    assert_eq!((ebpf.run(), rpc.run()), (Some(1_000), Some(1_000)));
    rpc.set_run(Some(2_000));
    assert_eq!(rpc.run(), Some(2_000), "the node was started again");
    rpc.set_run(None);

    let subscription = bus.subscribe(SubscriptionOptions::new("tool"));
    ebpf.publish(ping());
    rpc.publish(ping());
    bus.close();
    let runs: Vec<_> = receive_all(subscription)
        .await
        .iter()
        .map(|event| event.run)
        .collect();
    assert_eq!(runs, [Some(1_000), None]);
}

#[tokio::test]
async fn a_heartbeat_says_what_came_before_it() {
    let bus = Bus::in_process();
    let heartbeats = KindSet::NONE.with(Kind::Heartbeat);
    let subscription = bus.subscribe(SubscriptionOptions::new("tool").kinds(heartbeats));
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    publisher.publish_all(&mut vec![ping(), ping()]);
    publisher.heartbeat(vec![bus.hop("ring", "").count()]);
    publisher.heartbeat(Vec::new());
    bus.close();

    let received = receive_all(subscription).await;
    let Some(Payload::Heartbeat(heartbeat)) = &received[1].payload else {
        panic!("not a heartbeat: {:?}", received[1])
    };
    assert_eq!((heartbeat.last_sequence, received[1].sequence), (3, 4));
    let kinds: Vec<_> = heartbeat
        .kinds
        .iter()
        .map(|it| (it.kind, it.last_sequence))
        .collect();
    assert_eq!(
        kinds,
        [(Kind::P2pMessage as u32, 2), (Kind::Heartbeat as u32, 1)]
    );
}

/// Events from another process keep who made them and get a place on this bus.
#[tokio::test]
async fn forwarded_events_get_a_new_place_alone() {
    let there = Bus::in_process();
    let subscription = there.subscribe(SubscriptionOptions::new("tool"));
    let mut publisher = there.publisher("alice", Extractor::Ebpf);
    publisher.set_run(Some(1_002));
    publisher.publish_all(&mut vec![ping(), ping()]);
    there.close();
    let sent = receive_all(subscription).await;

    let here = Bus::in_process();
    here.adopt_run("alice", 1_000, None);
    let subscription = here.subscribe(SubscriptionOptions::new("tool"));
    here.publisher("bob", Extractor::Ebpf).publish(ping());
    here.forward(&mut sent.iter().map(|event| ((**event).clone(), 0)).collect());
    here.close();
    let received = receive_all(subscription).await;
    for (sent, received) in sent.iter().zip(&received[1..]) {
        assert_eq!(
            (received.instance, received.sequence),
            (sent.instance, sent.sequence)
        );
        assert_eq!(
            (received.node.as_str(), received.time_ns),
            ("alice", sent.time_ns)
        );
        assert_eq!(received.run, Some(1_000), "runs are this bus's");
        assert_eq!(received.bus_sequence, sent.bus_sequence + 1);
        assert_eq!(received.payload, sent.payload);
    }
}
