//! Whole blocks at once: the same events and the same damage as one by one.

use peer_observer_archive::*;

use crate::files::{open, select, small, write};
use crate::recording::{Traffic, recording};

/// Reads block by block; each goes to another thread and comes back.
fn select_blocks(file: &[u8], selection: Selection) -> (Vec<Vec<u8>>, Vec<Damage>) {
    let mut reader = open(file);
    let mut events = reader.events(selection).unwrap();
    let (mut found, mut damages) = (Vec::new(), Vec::new());
    while let Some(item) = events.next_block().unwrap() {
        match item {
            BlockItem::Events(block) => {
                assert!(!block.is_empty());
                let block = std::thread::spawn(move || {
                    let events: Vec<Vec<u8>> = block.iter().map(<[u8]>::to_vec).collect();
                    assert_eq!(events.concat(), block.bytes());
                    assert_eq!(block.ends().len(), block.len());
                    (block, events)
                });
                let (block, events_of_block) = block.join().unwrap();
                found.extend(events_of_block);
                events.recycle(block);
            }
            BlockItem::Damage(damage) => damages.push(damage),
        }
    }
    (found, damages)
}

#[test]
fn blocks_have_what_is_read_one_by_one() {
    let events = recording(2_000, Traffic::Mixed);
    let mut file = write(small(), &events);
    assert_eq!(
        select_blocks(&file, Selection::default()),
        (events.clone(), vec![])
    );
    let frame = open(&file).frames().unwrap()[2].clone();
    file[frame.offset as usize + 100] ^= 1;
    let invs = Selection {
        commands: Some(vec!["inv".to_owned()]),
        ..Selection::default()
    };
    for selection in [Selection::default(), invs] {
        let found = select_blocks(&file, selection.clone());
        assert_eq!(found, select(&file, selection));
        assert_eq!(found.1.len(), 1);
    }
}

#[test]
fn a_block_has_what_was_not_read_of_it() {
    let events = recording(500, Traffic::Mixed);
    let file = write(small(), &events);
    let mut reader = open(&file);
    let mut cursor = reader.events(Selection::default()).unwrap();
    let mut next = 0;
    while let Some(item) = cursor.next().unwrap() {
        assert_eq!(item, Item::Event(&events[next]));
        next += 1;
        if next % 5 == 0
            && let Some(BlockItem::Events(block)) = cursor.next_block().unwrap()
        {
            assert!(block.iter().eq(&events[next..next + block.len()]));
            assert_eq!(block.get(0), events.get(next).map(|event| &event[..]));
            assert_eq!(block.get(block.len()), None);
            next += block.len();
            cursor.recycle(block);
        }
    }
    assert_eq!(next, events.len());
}

/// A block that was read and one that is filled are the same to a user.
#[test]
fn a_block_can_be_filled_again() {
    let events = recording(500, Traffic::Mixed);
    let file = write(small(), &events);
    let mut reader = open(&file);
    let mut cursor = reader.events(Selection::default()).unwrap();
    let Some(BlockItem::Events(mut block)) = cursor.next_block().unwrap() else {
        panic!("the file begins with events");
    };
    let read = block.len();
    block.push(&events[read]);
    assert!(block.iter().eq(&events[..=read]));
    assert_eq!(block.bytes(), events[..=read].concat());
    block.clear();
    assert!(block.is_empty() && block.bytes().is_empty());
    block.push(&events[3]);
    assert!(block.iter().eq([&events[3]]));
    cursor.recycle(block);
    while let Some(item) = cursor.next_block().unwrap() {
        assert!(matches!(item, BlockItem::Events(_)));
    }
}

/// What is told of damage comes between the events before and behind it.
#[test]
fn damage_is_told_at_its_place() {
    let events = recording(2_000, Traffic::Mixed);
    let mut file = write(small(), &events);
    let frames = open(&file).frames().unwrap();
    file[frames[1].offset as usize + 100] ^= 1;
    let before = frames[0].summary.as_ref().unwrap().events as usize;
    let mut reader = open(&file);
    let mut cursor = reader.events(Selection::default()).unwrap();
    for event in &events[..before] {
        assert_eq!(cursor.next().unwrap(), Some(Item::Event(event)));
    }
    assert!(matches!(cursor.next().unwrap(), Some(Item::Damage(_))));
    assert!(matches!(cursor.next().unwrap(), Some(Item::Event(_))));
}
