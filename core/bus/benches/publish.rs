//! What an event costs on its way through the bus: batches of 256 events into
//! four subscriptions that keep up. Criterion's "elem" is one published event,
//! so the inverse of its throughput is the time per event.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use peer_observer_bus::{Bus, Delivery, Draft, Publisher, Subscription, SubscriptionOptions};
use peer_observer_event::{Body, Extractor, P2pMessage, Payload, Ping};

const BATCH: usize = 256;
const SUBSCRIPTIONS: usize = 4;

fn ping(nonce: u64) -> Draft {
    Draft {
        time_ns: nonce,
        monotonic_ns: Some(nonce),
        payload: Payload::P2pMessage(P2pMessage {
            peer_id: 3,
            address: "127.0.0.1:5000".to_owned(),
            command: "ping".to_owned(),
            payload_bytes: 8,
            body: Some(Body::Ping(Ping { nonce: Some(nonce) })),
            ..P2pMessage::default()
        }),
        bulk_bytes: 0,
    }
}

fn drafts() -> Vec<Draft> {
    (0..BATCH as u64).map(ping).collect()
}

/// Publishes a batch and takes it out of all subscriptions again.
fn pass(
    publisher: &mut Publisher,
    mut drafts: Vec<Draft>,
    subscriptions: &mut [Subscription],
    deliveries: &mut Vec<Delivery>,
    runtime: &tokio::runtime::Runtime,
) {
    publisher.publish_all(&mut drafts);
    for subscription in subscriptions {
        runtime.block_on(subscription.receive(deliveries, BATCH));
        assert_eq!(deliveries.len(), BATCH);
        black_box(&mut *deliveries).clear();
    }
}

fn publish(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime without drivers needs nothing from the system");
    let bus = Bus::in_process();
    let mut subscriptions: Vec<Subscription> = (0..SUBSCRIPTIONS)
        .map(|number| bus.subscribe(SubscriptionOptions::new(format!("bench{number}"))))
        .collect();
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    let mut deliveries = Vec::with_capacity(BATCH);

    let mut group = criterion.benchmark_group("bus");
    group.throughput(Throughput::Elements(BATCH as u64));
    group.bench_function("256_events_to_4_subscriptions", |bencher| {
        bencher.iter_batched(
            drafts,
            |drafts| {
                pass(
                    &mut publisher,
                    drafts,
                    &mut subscriptions,
                    &mut deliveries,
                    &runtime,
                );
            },
            criterion::BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default();
    targets = publish
}
criterion_main!(benches);
