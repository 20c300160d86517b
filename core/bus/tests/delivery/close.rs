use peer_observer_bus::{Bus, SubscriptionOptions};
use peer_observer_event::{Extractor, Kind, KindSet};

use crate::support::{gap, ping, places, receive_all};

#[tokio::test]
async fn closing_ends_subscriptions_behind_the_last_event() {
    let bus = Bus::in_process();
    let mut subscription = bus.subscribe(SubscriptionOptions::new("test"));
    let waiting = tokio::spawn(async move {
        let deliveries = receive_all(&mut subscription).await;
        (deliveries, subscription)
    });
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    publisher.publish_all(&mut vec![ping(1), gap()]);
    bus.close();
    let (deliveries, mut subscription) = waiting.await.expect("receiving does not panic");
    assert_eq!(places(&deliveries), [1, 2]);
    assert!(
        !subscription.receive(&mut Vec::new(), 1).await,
        "it stays closed"
    );

    let mut late = bus.subscribe(SubscriptionOptions::new("late"));
    assert!(
        !late.receive(&mut Vec::new(), 1).await,
        "nothing comes any more"
    );
}

#[tokio::test]
async fn kinds_can_change_while_receiving() {
    let bus = Bus::in_process();
    let options = SubscriptionOptions::new("test").kinds(KindSet::NONE.with(Kind::Notice));
    let mut subscription = bus.subscribe(options);
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    publisher.publish_all(&mut vec![ping(1), gap()]);
    subscription.set_kinds(KindSet::NONE.with(Kind::P2pMessage));
    publisher.publish_all(&mut vec![ping(3), gap()]);
    subscription.set_kinds(KindSet::NONE);
    publisher.publish_all(&mut vec![ping(5), gap()]);
    bus.close();
    assert_eq!(places(&receive_all(&mut subscription).await), [2, 3]);
}
