//! Blocks that no writer has written: in a file their checksums would be right.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use super::wire::{put_varint, varint, varint_bytes};
use super::{Decoder, Encoder};
use crate::block::EventBlock;

/// A block of one column with these bytes behind the list.
fn block(columns: &[u64], rest: &[u8]) -> Vec<u8> {
    let mut block = vec![0; 4];
    for number in [0, 0].iter().chain(columns).chain(&[0, 0]) {
        put_varint(&mut block, *number);
    }
    block.extend_from_slice(rest);
    block
}

#[test]
fn columns_of_more_values_than_events_can_have_are_refused() {
    let (numbers, bytes) = (1 << 1, 2 << 1 | 1);
    let mut many = Vec::new();
    put_varint(&mut many, 1 << 50);
    for (columns, rest) in [
        // A constant step that would fill the memory.
        (vec![numbers], [&many[..], &[0, 0]].concat()),
        // As many hashes, and lengths.
        (vec![bytes], [&[2], &many[..], &[0]].concat()),
        (vec![bytes], [&[0], &many[..], &[0, 0]].concat()),
        // As many words.
        (vec![bytes], [&[1], &many[..]].concat()),
        // Column 2^49; a column twice.
        (vec![1 << 50], vec![]),
        (vec![numbers, 1], vec![1, 0, 0]),
    ] {
        let mut events = EventBlock::default();
        let done = Decoder::default().block(&block(&columns, &rest), 10, 100, &mut events);
        assert!(done.is_err());
    }
}

/// Layouts that would make messages without end, or very many of them.
#[test]
fn layouts_that_lead_too_far_are_refused() {
    const EVENTS: usize = 10;
    // Column 2 has the events' layouts, from column 3 on there are those of the
    // messages in them; each has always the same layout.
    let block = |layouts: &[(u64, Vec<[u64; 2]>)], columns: u64| {
        let mut block = vec![0; 4];
        // A prefix without bytes.
        for number in [1, 2, 0, layouts.len() as u64] {
            put_varint(&mut block, number);
        }
        for (column, fields) in layouts {
            put_varint(&mut block, *column);
            put_varint(&mut block, fields.len() as u64);
            for number in fields.iter().flatten() {
                put_varint(&mut block, *number);
            }
        }
        // Prefixes, and layouts: as many values as can be, which are all the same.
        put_varint(&mut block, 1 << 1);
        put_varint(&mut block, 2 << 1);
        (1..columns).for_each(|_| put_varint(&mut block, 1 << 1));
        block.extend([0, 0, EVENTS as u8, 0x10 | 1, 1]);
        block.extend([0; EVENTS]);
        for _ in 0..columns {
            put_varint(&mut block, 60_000);
            block.extend([0x00, 0]);
        }
        block
    };
    let message = |column: u64| [10, column << 3 | 2];
    let around_itself = vec![(2, vec![message(2)])];
    let around_each_other = vec![(2, vec![message(3)]), (3, vec![message(2)])];
    let mut wide: Vec<_> = (2..18)
        .map(|column| (column, vec![message(column + 1); 256]))
        .collect();
    wide.push((18, vec![]));
    for (layouts, columns) in [(around_itself, 1), (around_each_other, 2), (wide, 17)] {
        let block = block(&layouts, columns);
        let done = Decoder::default().block(&block, EVENTS, 1 << 20, &mut EventBlock::default());
        assert!(done.is_err());
    }
    // What is right about these blocks: without such layouts they are read.
    let block = block(&[(2, vec![message(3)]), (3, vec![])], 2);
    let mut events = EventBlock::default();
    let done = Decoder::default().block(&block, EVENTS, 2 * EVENTS, &mut events);
    assert_eq!(done, Err("the values of a block do not make up its events"));
    assert!(events.is_empty());
    let check = crc32fast::hash(&[10, 0].repeat(EVENTS));
    let block = [&check.to_le_bytes(), &block[4..]].concat();
    Decoder::default()
        .block(&block, EVENTS, 2 * EVENTS, &mut events)
        .unwrap();
    assert!(events.iter().eq([[10, 0]; EVENTS]));
}

/// Every byte of a block changed, one after the other: an error or the same
/// events, never others and never a panic.
#[test]
fn a_changed_block_gives_the_same_events_or_none() {
    let mut encoder = Encoder::new();
    let mut length = 0;
    let mut number = 7u64;
    for sequence in 0..40u8 {
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(99);
        // Node, sequence, times, and a ping with a nonce; every fifth a hash.
        let mut event = vec![0x0a, 1, b'a', 0x28, 1 + sequence, 0x39];
        event.extend_from_slice(&number.to_le_bytes());
        let nonce = [&[0xa2, 0x02, 9, 9][..], &number.to_le_bytes()].concat();
        event.extend_from_slice(&[0xa2, 0x01, nonce.len() as u8]);
        event.extend_from_slice(&nonce);
        if sequence % 5 == 0 {
            event.extend_from_slice(&[0xd2, 0x0f, 32]);
            event.extend_from_slice(&number.to_le_bytes().repeat(4));
        }
        length += event.len();
        encoder.push(&event);
    }
    let mut plain = Vec::new();
    encoder.finish(&mut plain);
    let all = |events: &EventBlock| -> Vec<Vec<u8>> { events.iter().map(<[u8]>::to_vec).collect() };
    let mut events = EventBlock::default();
    Decoder::default()
        .block(&plain, 40, length, &mut events)
        .unwrap();
    let expected = all(&events);
    for at in 0..plain.len() {
        for value in [0, 1, 2, 0x7f, 0x80, 0xff, plain[at] ^ 1, plain[at] ^ 0x10] {
            let mut changed = plain.clone();
            changed[at] = value;
            let done = Decoder::default().block(&changed, 40, length, &mut events);
            assert!(done.is_err() || all(&events) == expected, "byte {at}");
        }
    }
}

#[test]
fn varints_are_read_in_their_shortest_form_only() {
    for bits in 0..=64u32 {
        for value in [
            1u64.checked_shl(bits).unwrap_or(0),
            u64::MAX >> bits.min(63),
        ] {
            for value in [value, value.wrapping_sub(1), value.wrapping_add(1)] {
                for more in [&[][..], &[0xff; 20]] {
                    let mut bytes = Vec::new();
                    put_varint(&mut bytes, value);
                    let length = bytes.len();
                    assert_eq!(varint_bytes(value), length);
                    bytes.extend_from_slice(more);
                    let mut at = 0;
                    assert_eq!(varint(&bytes, &mut at), Some(value));
                    assert_eq!(at, length);
                    assert_eq!(varint(&bytes[..length - 1], &mut 0), None);
                    // One byte longer than it must be.
                    bytes[length - 1] |= 0x80;
                    bytes.insert(length, 0);
                    assert_eq!(varint(&bytes, &mut 0), None);
                }
            }
        }
    }
    let too_large = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2];
    assert_eq!(varint(&too_large, &mut 0), None);
}
