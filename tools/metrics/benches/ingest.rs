//! What one event costs from the queue to the counters: a ping, the most
//! frequent message, and a line of debug.log.

use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use peer_observer_bus::{Bus, Draft};
use peer_observer_component::{CancellationToken, Component, Context, HealthRegistry};
use peer_observer_event::{
    Body, ConnectionType, Direction, Extractor, LogLevel, LogLine, LogTemplateOrigin, LogTime,
    P2pMessage, Payload, Ping,
};
use peer_observer_metrics::Metrics;

/// Makes the event with this number.
type Make = fn(u64) -> Draft;

/// Events of one measurement: fewer than a queue holds.
const EVENTS: u64 = 50_000;

fn ping(number: u64) -> Draft {
    Draft::now(Payload::P2pMessage(P2pMessage {
        peer_id: number % 125,
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

/// Lines of a busy node: the category changes often.
fn log_line(number: u64) -> Draft {
    const CATEGORIES: [&str; 5] = ["net", "mempool", "net", "validation", ""];
    let category = CATEGORIES[number as usize % CATEGORIES.len()];
    Draft::now(Payload::LogLine(Box::new(LogLine {
        line_bytes: 97,
        line_count: 1,
        time: LogTime::Microseconds.into(),
        category: category.to_owned(),
        level: LogLevel::Debug.into(),
        message: format!("received: ping (8 bytes) peer={number}"),
        template_id: Some(number % 50),
        template_origin: LogTemplateOrigin::Catalogue.into(),
        ..LogLine::default()
    })))
}

/// Time that the component needs for the events that wait in its queue.
fn fold(runtime: &tokio::runtime::Runtime, extractor: Extractor, draft: Make) -> Duration {
    let bus = Bus::in_process();
    let metrics = Arc::new(Metrics::new(bus.clone()));
    // Holds the events as other tools do: freeing them is not part of the fold.
    let options = peer_observer_bus::SubscriptionOptions::new("other");
    let _other = bus.subscribe(options);
    let mut publisher = bus.publisher("alice", extractor);
    let mut drafts: Vec<Draft> = (0..EVENTS).map(draft).collect();
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
    let events: [(&str, Extractor, Make); 2] = [
        ("ping", Extractor::Ebpf, ping),
        ("log_line", Extractor::Log, log_line),
    ];
    for (name, extractor, draft) in events {
        group.bench_function(name, |bencher| {
            let round = |_| fold(&runtime, extractor, draft);
            bencher.iter_custom(|rounds| (0..rounds).map(round).sum());
        });
    }
    group.finish();
}

criterion_group!(benches, ingest);
criterion_main!(benches);
