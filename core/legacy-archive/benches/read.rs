//! How many events a second come out of a file: pings, and inventories of the
//! size that they usually have.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use peer_observer_legacy_archive::{LegacyItem, LegacyReader};
use prost::encoding::{WireType, encode_key, encode_varint};

const EVENTS: u64 = 100_000;
const ITEMS: usize = 35;

/// A message around another, in this field.
fn within(field: u32, inner: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(inner.len() + 8);
    encode_key(field, WireType::LengthDelimited, &mut out);
    encode_varint(inner.len() as u64, &mut out);
    out.extend(inner);
    out
}

fn number(field: u32, number: u64) -> Vec<u8> {
    let mut out = Vec::new();
    encode_key(field, WireType::Varint, &mut out);
    encode_varint(number, &mut out);
    out
}

/// A file of `EVENTS` messages with this command and body.
fn file(command: &str, body: &[u8]) -> Vec<u8> {
    let metadata = [
        number(1, 7),
        within(2, b"203.0.113.5:8333"),
        number(3, 1),
        within(4, command.as_bytes()),
        number(5, 1),
        number(6, 8),
    ];
    let message = [within(1, &metadata.concat()), body.to_vec()].concat();
    let event = within(1, &within(1, &message));
    let mut out = vec![6];
    out.extend(number(1, 1_779_000_000));
    for index in 0..EVENTS {
        let timestamp = number(10, 1_779_000_000_000 + index);
        let length = event.len() + timestamp.len();
        prost::encode_length_delimiter(length, &mut out).expect("a vector grows");
        out.extend(&event);
        out.extend(timestamp);
    }
    out
}

fn read(file: &[u8]) -> u64 {
    let mut reader = LegacyReader::open(file, "alice").expect("an archive");
    let mut events = 0;
    while let Some(item) = reader.next().expect("memory can be read") {
        events += u64::from(matches!(black_box(item), LegacyItem::Event(_)));
    }
    events
}

fn benches(criterion: &mut Criterion) {
    let nonce = {
        let mut out = Vec::new();
        prost::encoding::fixed64::encode(1, &0x0102_0304_0506_0708, &mut out);
        out
    };
    let item = within(1, &within(3, &[7; 32]));
    let files = [
        ("ping", file("ping", &within(2, &nonce))),
        ("inv", file("inv", &within(4, &item.repeat(ITEMS)))),
    ];
    let mut group = criterion.benchmark_group("read");
    group.sample_size(20);
    group.throughput(Throughput::Elements(EVENTS));
    for (name, file) in &files {
        assert_eq!(read(file), EVENTS);
        group.bench_function(*name, |bencher| bencher.iter(|| read(file)));
    }
    group.finish();
}

criterion_group!(read_benches, benches);
criterion_main!(read_benches);
