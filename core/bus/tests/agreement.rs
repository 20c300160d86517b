//! What goes without saying to those who share a bus: who waits loses nothing,
//! an event is the same one for all, and a node has one run.

use std::sync::Arc;
use std::time::Duration;

use peer_observer_bus::{Bus, Delivery, Draft, Subscription, SubscriptionOptions};
use peer_observer_event::{Event, Extractor, MempoolAdded, Payload};

fn draft() -> Draft {
    Draft::now(Payload::MempoolAdded(MempoolAdded::default()))
}

async fn receive(subscription: &mut Subscription) -> Vec<Arc<Event>> {
    let mut deliveries = Vec::new();
    assert!(subscription.receive(&mut deliveries, 10).await);
    let event = |delivery| match delivery {
        Delivery::Event(event) => event,
        Delivery::Missed(count) => panic!("{count} events were lost"),
    };
    deliveries.into_iter().map(event).collect()
}

/// `select!` drops futures all the time.
#[tokio::test]
async fn a_dropped_future_loses_nothing() {
    let bus = Bus::in_process();
    let mut subscription = bus.subscribe(SubscriptionOptions::new("test"));
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    for _ in 0..3 {
        let waiting = receive(&mut subscription);
        assert!(tokio::time::timeout(Duration::ZERO, waiting).await.is_err());
        publisher.publish(draft());
        assert_eq!(receive(&mut subscription).await.len(), 1);
    }
}

#[tokio::test]
async fn an_event_is_shared_and_not_copied() {
    let bus = Bus::in_process();
    let mut one = bus.subscribe(SubscriptionOptions::new("one"));
    let mut other = bus.subscribe(SubscriptionOptions::new("other"));
    bus.publisher("alice", Extractor::Ebpf).publish(draft());
    let (one, other) = (receive(&mut one).await, receive(&mut other).await);
    assert!(Arc::ptr_eq(&one[0], &other[0]));
}

#[tokio::test]
async fn extractors_of_a_node_agree_on_its_run() {
    let bus = Bus::in_process();
    let mut subscription = bus.subscribe(SubscriptionOptions::new("test"));
    let mut ebpf = bus.publisher("alice", Extractor::Ebpf);
    let mut rpc = bus.publisher("alice", Extractor::Rpc);
    ebpf.set_life(1_000, 77);
    rpc.set_run(Some(1_003));
    ebpf.publish(draft());
    rpc.publish(draft());
    rpc.set_run(None);
    rpc.publish(draft());
    let runs: Vec<_> = receive(&mut subscription)
        .await
        .iter()
        .map(|event| event.run)
        .collect();
    assert_eq!(runs, [Some(1_000), Some(1_000), None]);
}
