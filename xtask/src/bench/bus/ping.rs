//! A small event: a ping, as the eBPF extractor publishes it.

use anyhow::{Context, Result};
use peer_observer_bus::{Bus, Delivery, Draft, SubscriptionOptions, monotonic_ns, wall_clock_ns};
use peer_observer_event::{Body, ConnectionType, Direction, Extractor, P2pMessage, Payload, Ping};
use prost::Message;

/// The node that is said to have received them.
pub(super) const NODE: &str = "alice";

/// Number `number`, which was read from the ring at these times, in nanoseconds.
pub(super) fn draft(number: u64, time_ns: u64, monotonic_ns: u64) -> Draft {
    Draft {
        time_ns,
        monotonic_ns: Some(monotonic_ns),
        payload: Payload::P2pMessage(P2pMessage {
            peer_id: number % 20,
            address: "203.0.113.17:8333".to_owned(),
            connection_type: ConnectionType::Inbound.into(),
            direction: Direction::Inbound.into(),
            command: "ping".to_owned(),
            payload_bytes: 8,
            body: Some(Body::Ping(Ping {
                nonce: Some(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            })),
            ..P2pMessage::default()
        }),
        bulk_bytes: 0,
    }
}

/// What such an event takes on the wire, in bytes.
pub(super) async fn wire_bytes() -> Result<usize> {
    let bus = Bus::in_process();
    let mut subscription = bus.subscribe(SubscriptionOptions::new("bench"));
    let mut publisher = bus.publisher(NODE, Extractor::Ebpf);
    publisher.set_run(Some(1_790_000_000));
    publisher.publish(draft(1_000_000, wall_clock_ns(), monotonic_ns()));
    let mut deliveries = Vec::new();
    subscription.receive(&mut deliveries, 1).await;
    match deliveries.pop() {
        Some(Delivery::Event(event)) => Ok(event.encoded_len()),
        _ => None.context("the bus did not deliver the event"),
    }
}
