//! What writing and reading an archive costs, in encoded event bytes and in
//! events, on one core and in memory: no file, no protobuf encoding.

#[path = "../tests/archive/recording.rs"]
mod recording;

use std::hint::black_box;
use std::io::Cursor;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use peer_observer_archive::{
    ArchiveReader, ArchiveWriter, BlockItem, Header, Item, Options, Selection,
};

use recording::{Traffic, recording};

/// About so many bytes of events for each measurement.
const BYTES: usize = 32 << 20;

fn write(events: &[Vec<u8>]) -> Vec<u8> {
    let file = Vec::with_capacity(BYTES);
    let mut writer = ArchiveWriter::new(file, &Header::default(), Options::default())
        .expect("the default options are good and a Vec can be written");
    for event in events {
        writer
            .push(event)
            .expect("the event is short and a Vec can be written");
    }
    writer.finish().expect("a Vec can be written")
}

fn read(file: &[u8]) -> usize {
    let mut reader = ArchiveReader::open(Cursor::new(file)).expect("the archive is whole");
    let mut events = reader
        .events(Selection::default())
        .expect("memory can be read");
    let mut count = 0;
    while let Some(item) = events.next().expect("memory can be read") {
        if let Item::Event(event) = item {
            black_box(event);
            count += 1;
        }
    }
    count
}

fn read_blocks(file: &[u8]) -> usize {
    let mut reader = ArchiveReader::open(Cursor::new(file)).expect("the archive is whole");
    let mut events = reader
        .events(Selection::default())
        .expect("memory can be read");
    let mut count = 0;
    while let Some(item) = events.next_block().expect("memory can be read") {
        if let BlockItem::Events(block) = item {
            count += black_box(&block).len();
            events.recycle(block);
        }
    }
    count
}

fn archive(criterion: &mut Criterion) {
    for (name, traffic, event_bytes) in [
        ("mixed", Traffic::Mixed, 260),
        ("pings", Traffic::Pings, 120),
        ("invs", Traffic::Invs, 1500),
        ("addresses", Traffic::Addresses, 350),
        ("transactions", Traffic::Transactions, 210),
    ] {
        let events = recording(BYTES / event_bytes, traffic);
        let bytes: usize = events.iter().map(Vec::len).sum();
        let file = write(&events);
        assert_eq!(read(&file), events.len());
        assert_eq!(read_blocks(&file), events.len());
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        for throughput in [
            Throughput::Bytes(bytes as u64),
            Throughput::Elements(events.len() as u64),
        ] {
            let unit = match throughput {
                Throughput::Elements(_) => "events",
                _ => "bytes",
            };
            group.throughput(throughput);
            group.bench_function(format!("write/{unit}"), |bencher| {
                bencher.iter(|| write(black_box(&events)));
            });
            group.bench_function(format!("read/{unit}"), |bencher| {
                bencher.iter(|| read(black_box(&file)));
            });
            group.bench_function(format!("read-blocks/{unit}"), |bencher| {
                bencher.iter(|| read_blocks(black_box(&file)));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, archive);
criterion_main!(benches);
