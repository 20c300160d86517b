//! How many lines of a real debug.log a core makes events of. At least 500,000
//! a second are wanted.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use peer_observer_bus::Draft;
use peer_observer_log::{Lines, Next, PrefixReader, Rest};

/// Of a regtest node with `-debug=1 -logthreadnames=1 -logtimemicros=1`, with
/// traffic of all kinds.
const SAMPLE: &str = include_str!("sample.log");

/// Like the extractor does it: a piece of the log, then a batch of events.
fn all_lines(lines: &mut Lines, log: &[u8], batch: &mut Vec<Draft>) {
    let mut rest = log;
    while !rest.is_empty() {
        lines
            .fill(|space| {
                let count = space.len().min(rest.len());
                space[..count].copy_from_slice(&rest[..count]);
                rest = &rest[count..];
                Ok(count)
            })
            .expect("nothing can fail here");
        while lines.next(Rest::Coming, batch) != Next::Nothing {
            if batch.len() >= 256 {
                black_box(&*batch);
                batch.clear();
            }
        }
    }
    batch.clear();
}

fn benches(criterion: &mut Criterion) {
    let count = SAMPLE.lines().count() as u64;
    let mut group = criterion.benchmark_group("log");
    group.throughput(Throughput::Elements(count));

    let mut prefixes = PrefixReader::default();
    group.bench_function("prefix", |bencher| {
        bencher.iter(|| {
            for line in SAMPLE.lines() {
                black_box(prefixes.read(line));
            }
        });
    });

    let unknown = SAMPLE.replace("peer", "qeer").replace("block", "clock");
    for (name, log) in [("of_core", SAMPLE), ("of_a_fork", &unknown)] {
        let (mut lines, mut batch) = (Lines::new(), Vec::new());
        group.bench_function(BenchmarkId::new("events", name), |bencher| {
            bencher.iter(|| all_lines(&mut lines, log.as_bytes(), &mut batch));
        });
    }
    group.finish();
}

criterion_group!(lines, benches);
criterion_main!(lines);
