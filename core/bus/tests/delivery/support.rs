//! Publishing and receiving in few words.

use std::sync::Arc;

use peer_observer_bus::{Bus, Delivery, Draft, Subscription};
use peer_observer_event::{
    Body, Event, Gap, HopCount, Inv, InventoryItem, P2pMessage, Payload, PeerInfos, Ping, Tick,
};

/// Something small of kind `p2p_message`.
pub(crate) fn ping(nonce: u64) -> Draft {
    let nonce = Some(nonce);
    message(Body::Ping(Ping { nonce }), 0)
}

/// A P2P message whose body can be left out and is said to hold `bulk_bytes`.
pub(crate) fn inv(bulk_bytes: usize) -> Draft {
    let items = vec![InventoryItem::default()];
    message(Body::Inv(Inv { items }), bulk_bytes)
}

fn message(body: Body, bulk_bytes: usize) -> Draft {
    let payload = Payload::P2pMessage(P2pMessage {
        command: body.word().to_owned(),
        body: Some(body),
        ..P2pMessage::default()
    });
    Draft {
        bulk_bytes,
        ..Draft::now(payload)
    }
}

/// A reply that cannot be reduced and is said to hold `bulk_bytes`.
pub(crate) fn reply(bulk_bytes: usize) -> Draft {
    Draft {
        bulk_bytes,
        ..Draft::now(Payload::PeerInfos(PeerInfos::default()))
    }
}

pub(crate) fn gap() -> Draft {
    Draft::now(Payload::Gap(Gap::default()))
}

pub(crate) fn tick() -> Draft {
    Draft::now(Payload::Tick(Tick {}))
}

/// Everything to the end of a closed bus.
pub(crate) async fn receive_all(subscription: &mut Subscription) -> Vec<Delivery> {
    let mut deliveries = Vec::new();
    while subscription.receive(&mut deliveries, 100).await {}
    deliveries
}

/// The events alone; the test fails where one is missing.
pub(crate) fn events(deliveries: Vec<Delivery>) -> Vec<Arc<Event>> {
    let event = |delivery| match delivery {
        Delivery::Event(event) => event,
        Delivery::Missed(count) => panic!("{count} events are missing"),
    };
    deliveries.into_iter().map(event).collect()
}

/// Deliveries in short: an event's sequence, or how many are missing as a negative number.
pub(crate) fn places(deliveries: &[Delivery]) -> Vec<i64> {
    let place = |delivery: &Delivery| match delivery {
        Delivery::Event(event) => event.sequence.try_into().expect("a small number"),
        Delivery::Missed(count) => -i64::try_from(*count).expect("a small number"),
    };
    deliveries.iter().map(place).collect()
}

/// The counters of a subscription: attempted, whole, reduced, dropped. They always add up.
pub(crate) fn counted(bus: &Bus, subscription: &str) -> [u64; 4] {
    let count: HopCount = bus.hop("subscription", subscription).count();
    let dropped = peer_observer_bus::dropped(&count);
    assert_eq!(
        count.attempted,
        count.whole + count.reduced + dropped,
        "{count:?}"
    );
    [count.attempted, count.whole, count.reduced, dropped]
}
