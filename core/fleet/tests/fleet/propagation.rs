//! Blocks: who met them when, and from whom.

use peer_observer_event::*;
use peer_observer_fleet::{Measure, Message, News, Subject};

use crate::world::{MILLISECOND, SECOND, World, cmpctblock, connected, hash, inv, message};

const BLOCK: u32 = 2;

#[test]
fn delays_are_right_although_the_hosts_clocks_are_wrong() {
    let mut world = World::new(&[("alice", 0), ("bob", 3000), ("carol", -20_000)]);
    world.event("bob", cmpctblock(7, hash(100, 1)));
    world.wait(20 * MILLISECOND);
    world.connect("bob", 100, 1);
    world.wait(180 * MILLISECOND);
    world.event("alice", inv(3, BLOCK, &[hash(100, 1)]));
    world.wait(50 * MILLISECOND);
    world.event("alice", cmpctblock(4, hash(100, 1)));
    world.connect("alice", 100, 1);
    world.wait(750 * MILLISECOND);
    world.event("carol", cmpctblock(9, hash(100, 1)));
    world.connect("carol", 100, 1);

    let block = world.block(hash(100, 1));
    assert_eq!(block.height, Some(100));
    let shown: Vec<_> = block
        .sightings()
        .iter()
        .map(|sighting| {
            let announced = sighting.announced.as_ref().unwrap();
            let delay = |measure| block.delay(sighting, measure).unwrap().nanoseconds as u64;
            (
                &**world.fleet.nodes()[sighting.node].name(),
                (announced.peer_id.unwrap(), announced.message),
                delay(Measure::Seen) / MILLISECOND,
                delay(Measure::Accepted) / MILLISECOND,
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("bob", (7, Message::CompactBlock), 0, 0),
            ("alice", (3, Message::Inv), 200, 230),
            ("carol", (9, Message::CompactBlock), 1000, 980),
        ]
    );
    let address = &block.sightings()[0].announced.as_ref().unwrap().address;
    assert_eq!(address.as_deref(), Some("203.0.113.7:8333"));
}

#[test]
fn who_was_first_is_told_when_late_reports_have_come() {
    let mut world = World::new(&[("alice", 0), ("bob", -500)]);
    world.connect("alice", 100, 1);
    // It was bob, whose extractor was slow.
    let happened = world.now_ns - 300 * MILLISECOND;
    world.wait(2 * SECOND);
    world.event_at("bob", happened, connected(100, 1));
    assert!(world.news.is_empty());
    world.wait(10 * SECOND);
    let (alice, bob) = (world.place("alice"), world.place("bob"));
    let mut told: Vec<_> = world
        .news
        .iter()
        .filter_map(|news| match news {
            News::Settled {
                node,
                subject: Subject::Block,
                measure: Measure::Accepted,
                delay,
            } => Some((
                *node,
                delay.map(|delay| delay.nanoseconds as u64 / MILLISECOND),
            )),
            _ => None,
        })
        .collect();
    told.sort_unstable();
    assert_eq!(told, [(alice, Some(300)), (bob, None)]);
    // Each thing is told once.
    world.news.clear();
    world.wait(60 * SECOND);
    assert_eq!(world.news, []);
}

#[test]
fn a_node_that_comes_later_does_not_count_as_slow() {
    let mut world = World::new(&[("alice", 0), ("bob", 0)]);
    world.connect("alice", 100, 1);
    world.connect("bob", 100, 1);
    world.wait(10 * SECOND);
    world.news.clear();
    world.appear("carol", 0);
    world.wait(10 * SECOND);
    world.connect("carol", 100, 1);
    world.wait(20 * SECOND);
    assert_eq!(world.news, []);
    // It is shown all the same.
    assert_eq!(world.block(hash(100, 1)).sightings().len(), 3);
}

#[test]
fn the_way_of_a_block_from_message_to_chain() {
    let mut world = World::new(&[("alice", 0)]);
    let start = world.now_ns;
    world.event("alice", cmpctblock(4, hash(100, 1)));
    world.wait(10 * MILLISECOND);
    let rest = BlockTxn {
        block_hash: hash(100, 1).to_vec().into(),
        ..BlockTxn::default()
    };
    world.event(
        "alice",
        message(4, Direction::Inbound, Body::Blocktxn(rest)),
    );
    world.wait(10 * MILLISECOND);
    world.connect("alice", 100, 1);
    world.wait(10 * MILLISECOND);
    let announcement = ProbeAnnouncement {
        body: Some(probe_announcement::Body::Headers(Headers {
            headers: vec![crate::world::header(hash(100, 1))],
        })),
        ..ProbeAnnouncement::default()
    };
    world.event("alice", Payload::ProbeAnnouncement(Box::new(announcement)));
    let sighting = &world.block(hash(100, 1)).sightings()[0];
    let after = |moment: Option<peer_observer_fleet::Moment>| {
        (moment.unwrap().time_ns as u64 - start) / MILLISECOND
    };
    let announced = sighting
        .announced
        .as_ref()
        .map(|announced| announced.moment);
    assert_eq!(after(announced), 0);
    assert_eq!(after(sighting.received), 10);
    assert_eq!(after(sighting.accepted), 20);
    assert_eq!(after(sighting.relayed), 30);
}

#[test]
fn history_that_a_node_reads_up_is_not_news() {
    let mut world = World::new(&[("alice", 0), ("bob", 0)]);
    for height in 1000..1064 {
        world.connect("alice", height, 1);
    }
    for height in 1..=1063 {
        world.connect("bob", height, 1);
    }
    let heights: Vec<i32> = world
        .fleet
        .blocks()
        .filter_map(|block| block.height)
        .collect();
    assert_eq!(heights, (1000..1064).rev().collect::<Vec<_>>());
    let both = world
        .fleet
        .blocks()
        .all(|block| block.sightings().len() == 2);
    assert!(both);
}
