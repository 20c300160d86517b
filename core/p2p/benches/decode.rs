//! What decoding costs on the path of every traced message.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use peer_observer_p2p::codec::{Keep, decode};

/// One input, two outputs, and a witness of the given items.
fn transaction(witness: &[u8]) -> Vec<u8> {
    let input = [&[7; 36][..], &[0], &[0xff; 4]].concat();
    let output = [&50_000_u64.to_le_bytes()[..], &[22, 0, 20], &[9; 20]].concat();
    [
        &[2, 0, 0, 0, 0, 1, 1][..],
        &input,
        &[2],
        &output,
        &output,
        witness,
        &[0; 4],
    ]
    .concat()
}

fn payloads() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let inv = [&[35][..], &vec![5; 36 * 35]].concat();
    let ipv4 = [
        &[4; 4][..],
        &[0xfd, 9, 4],
        &[1, 4, 203, 0, 113, 5],
        &[0x20, 0x8d],
    ]
    .concat();
    let addrv2 = [&[10][..], &ipv4.repeat(10)].concat();
    // A signature and a key, as in most transactions.
    let small = transaction(&[&[2, 72][..], &[3; 72], &[33], &[2; 33]].concat());
    let count = 1_600_000 / small.len();
    let full_block = [
        &[1; 80][..],
        &[253],
        &(count as u16).to_le_bytes(),
        &small.repeat(count),
    ];
    // One item of 70,000 bytes: data that somebody stores.
    let large = transaction(&[&[1, 254][..], &70_000_u32.to_le_bytes(), &[3; 70_000]].concat());
    let count = 4_000_000 / large.len();
    let large_block = [&[1; 80][..], &[count as u8], &large.repeat(count)];
    vec![
        ("ping", "ping", vec![1; 8]),
        ("inv of 35", "inv", inv),
        ("addrv2 of 10", "addrv2", addrv2),
        ("tx", "tx", small),
        (
            "block of 1.6 MB in small transactions",
            "block",
            full_block.concat(),
        ),
        (
            "block of 4 MB in large transactions",
            "block",
            large_block.concat(),
        ),
    ]
}

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode");
    for (name, command, payload) in payloads() {
        let decoded = decode(command, &payload, Keep::Full);
        let body = decoded.body.expect("Keep::Full always gives a body");
        assert_eq!(body.word(), command, "{body:?}");
        group.throughput(Throughput::Bytes(payload.len() as u64));
        for keep in [Keep::Summary, Keep::Full] {
            group.bench_function(format!("{name}, {keep:?}"), |bencher| {
                bencher.iter(|| decode(std::hint::black_box(command), &payload, keep));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
