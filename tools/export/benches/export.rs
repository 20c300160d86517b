//! What exporting costs: pings, the most frequent message; announcements, which
//! have many rows; and lines of debug.log, as Parquet and as JSON.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use peer_observer_event::{
    Body, ConnectionType, Direction, Event, Extractor, Inv, InventoryItem, LogLevel, LogLine,
    LogTemplateOrigin, LogTime, Network, P2pMessage, Payload, Ping,
};
use peer_observer_export::{JsonLinesExport, ParquetExport, ParquetOptions};

/// More than a row group.
const EVENTS: u64 = 200_000;

/// Makes the payload with this number.
type Make = fn(u64) -> Payload;

/// Entries of an inv, as nodes usually send them.
const ENTRIES: u64 = 35;

fn message(number: u64, body: Body) -> Payload {
    let peer_id = number % 125;
    Payload::P2pMessage(P2pMessage {
        peer_id,
        address: format!("203.0.113.{peer_id}:8333"),
        network: Some(Network::Ipv4.into()),
        connection_type: ConnectionType::Inbound.into(),
        direction: Direction::Inbound.into(),
        command: body.word().to_owned(),
        payload_bytes: 8,
        body: Some(body),
        ..P2pMessage::default()
    })
}

fn ping(number: u64) -> Payload {
    let nonce = Some(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    message(number, Body::Ping(Ping { nonce }))
}

/// Every transaction is announced by ten peers.
fn inv(number: u64) -> Payload {
    let item = |entry: u64| {
        let mut hash = [0; 32];
        for (place, part) in (1..).zip(hash.chunks_mut(8)) {
            let mixed = ((number / 10) * ENTRIES + entry).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            part.copy_from_slice(&mixed.rotate_left(place * 13).to_le_bytes());
        }
        InventoryItem { r#type: 5, hash }
    };
    let items = (0..ENTRIES).map(item).collect();
    message(number, Body::Inv(Inv { items }))
}

fn log_line(number: u64) -> Payload {
    const CATEGORIES: [&str; 5] = ["net", "mempool", "net", "validation", ""];
    let category = CATEGORIES[number as usize % CATEGORIES.len()];
    Payload::LogLine(Box::new(LogLine {
        line_bytes: 97,
        line_count: 1,
        time: LogTime::Microseconds.into(),
        category: category.to_owned(),
        level: LogLevel::Debug.into(),
        message: format!("received: ping (8 bytes) peer={number}"),
        template_id: Some(number % 50),
        template_origin: LogTemplateOrigin::Catalogue.into(),
        ..LogLine::default()
    }))
}

/// Events a millisecond apart.
fn events(count: u64, payload: Make) -> Vec<Event> {
    let event = |number| Event {
        node: "alice".to_owned(),
        extractor: Extractor::Ebpf.into(),
        run: Some(1_790_000_000),
        instance: 1_790_000_001_000_000_000,
        sequence: number,
        kind_sequence: number,
        time_ns: 1_790_000_002_000_000_000 + number * 1_000_000,
        monotonic_ns: Some(number * 1_000_000),
        bus_sequence: number,
        bus_time_ns: 1_790_000_002_000_000_100 + number * 1_000_000,
        payload: Some(payload(number)),
    };
    (0..count).map(event).collect()
}

fn to_parquet(events: &[Event]) -> u64 {
    let folder = tempfile::tempdir().expect("a folder");
    let options = ParquetOptions::default();
    let mut export = ParquetExport::create(folder.path(), options).expect("an empty folder");
    for event in events {
        export.push(event).expect("the folder is writable");
    }
    export.finish().expect("the folder is writable").bytes()
}

fn to_json(events: &[Event]) -> u64 {
    let mut export = JsonLinesExport::new(std::io::sink());
    for event in events {
        export.push(event).expect("nothing is written");
    }
    export.finish().expect("nothing is written").bytes
}

fn export(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("export");
    group.sample_size(10);
    let kinds: [(&str, u64, Make); 3] = [
        ("pings", EVENTS, ping),
        ("invs of 35", EVENTS / ENTRIES, inv),
        ("log lines", EVENTS, log_line),
    ];
    for (name, count, payload) in kinds {
        let events = events(count, payload);
        group.throughput(Throughput::Elements(count));
        let parquet = format!(
            "{name} to Parquet, {} bytes each",
            to_parquet(&events) / count
        );
        group.bench_function(parquet, |bencher| {
            bencher.iter(|| to_parquet(black_box(&events)));
        });
        group.bench_function(format!("{name} to JSON"), |bencher| {
            bencher.iter(|| to_json(black_box(&events)));
        });
    }
    group.finish();
}

criterion_group!(benches, export);
criterion_main!(benches);
