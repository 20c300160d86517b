//! What one ping costs from the queue to the counters.

use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use peer_observer_bus::{Bus, Draft};
use peer_observer_component::{CancellationToken, Component, Context, HealthRegistry};
use peer_observer_event::{Body, ConnectionType, Direction, Extractor, P2pMessage, Payload, Ping};
use peer_observer_metrics::Metrics;

/// Events of one measurement: fewer than a queue holds.
const EVENTS: u64 = 50_000;

fn ping(peer_id: u64) -> Draft {
    Draft::now(Payload::P2pMessage(P2pMessage {
        peer_id,
        address: "203.0.113.7:8333".to_owned(),
        connection_type: ConnectionType::Inbound.into(),
        direction: Direction::Inbound.into(),
        command: "ping".to_owned(),
        payload_bytes: 8,
        body: Some(Body::Ping(Ping {
            nonce: Some(u64::MAX),
        })),
        ..P2pMessage::default()
    }))
}

/// Time that the component needs for the events that wait in its queue.
fn fold(runtime: &tokio::runtime::Runtime) -> Duration {
    let bus = Bus::in_process();
    let metrics = Arc::new(Metrics::new(bus.clone()));
    // Holds the events as other tools do: freeing them is not part of the fold.
    let options = peer_observer_bus::SubscriptionOptions::new("other");
    let _other = bus.subscribe(options);
    let mut publisher = bus.publisher("alice", Extractor::Ebpf);
    let mut drafts: Vec<Draft> = (0..EVENTS).map(|event| ping(event % 125)).collect();
    publisher.publish_all(&mut drafts);
    bus.close();
    let health = HealthRegistry::default().handle("metrics");
    let context = Context {
        bus,
        shutdown: CancellationToken::new(),
        health,
    };
    let start = Instant::now();
    runtime
        .block_on(metrics.run(context))
        .expect("metrics run to the end of the bus");
    start.elapsed()
}

fn ingest(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let mut group = criterion.benchmark_group("ingest");
    group
        .throughput(Throughput::Elements(EVENTS))
        .sample_size(10);
    group.bench_function("ping", |bencher| {
        bencher.iter_custom(|rounds| (0..rounds).map(|_| fold(&runtime)).sum());
    });
    group.finish();
}

criterion_group!(benches, ingest);
criterion_main!(benches);
