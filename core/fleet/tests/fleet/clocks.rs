//! Clocks of hosts, and sources that are less exact.

use peer_observer_event::*;
use peer_observer_fleet::Measure;

use crate::world::{SECOND, World, connected, hash};

#[test]
fn the_offsets_of_the_hosts_are_shown() {
    let world = World::new(&[("alice", 0), ("bob", 3000), ("carol", -20_000)]);
    let offsets: Vec<_> = world
        .fleet
        .nodes()
        .iter()
        .map(|node| {
            let clocks: Vec<_> = node.clocks(world.now_ns).collect();
            let [(Extractor::Ebpf, offset)] = clocks[..] else {
                panic!("one extractor: {clocks:?}");
            };
            (&**node.name(), offset.ahead_ns / 1_000_000)
        })
        .collect();
    assert_eq!(offsets, [("alice", 0), ("bob", 3000), ("carol", -20_000)]);
}

#[test]
fn a_clock_that_is_heard_no_more_is_not_shown() {
    let mut world = World::new(&[("alice", 0), ("bob", 3000)]);
    world.cut_off("bob");
    world.wait(60 * SECOND);
    assert_eq!(world.node("bob").clocks(world.now_ns).count(), 1);
    world.wait(120 * SECOND);
    assert_eq!(world.node("bob").clocks(world.now_ns).count(), 0);
}

/// An event of another extractor than the tracepoints'.
fn of(world: &mut World, extractor: Extractor, time_ns: u64, payload: Payload) {
    let event = Event {
        node: "bob".to_owned(),
        extractor: extractor.into(),
        time_ns,
        bus_time_ns: world.now_ns,
        payload: Some(payload),
        ..Event::default()
    };
    world.apply(&event);
}

#[test]
fn a_log_in_seconds_and_polls_say_how_inexact_they_are() {
    let mut world = World::new(&[("alice", 0), ("bob", 0)]);
    for extractor in [Extractor::Log, Extractor::Rpc] {
        for _ in 0..3 {
            let now = world.now_ns;
            of(
                &mut world,
                extractor,
                now,
                Payload::Heartbeat(Heartbeat::default()),
            );
        }
    }
    world.event("alice", connected(100, 1));
    let line = |height| {
        let tip = LogTipUpdated {
            block_hash: hash(height, 1).to_vec().into(),
            height,
            ..LogTipUpdated::default()
        };
        Payload::LogLine(Box::new(LogLine {
            time: LogTime::Seconds.into(),
            detail: Some(log_line::Detail::TipUpdated(tip)),
            ..LogLine::default()
        }))
    };
    let second = world.now_ns / SECOND * SECOND;
    world.wait(SECOND);
    of(&mut world, Extractor::Log, second, line(100));
    let uncertainty = |world: &World, height| {
        let block = world.block(hash(height, 1));
        let bob = block
            .sightings()
            .iter()
            .find(|sighting| sighting.node == world.place("bob"))
            .unwrap();
        block.delay(bob, Measure::Accepted).unwrap().uncertainty_ns
    };
    assert_eq!(uncertainty(&world, 100), SECOND / 2);
    // RPC tells within ten seconds that it is another one.
    let info = |height: i32| {
        Payload::BlockchainInfo(Box::new(BlockchainInfo {
            height: Some(height.into()),
            best_block_hash: Some(hash(height, 1).to_vec().into()),
            ..BlockchainInfo::default()
        }))
    };
    let now = world.now_ns;
    of(&mut world, Extractor::Rpc, now, info(100));
    world.wait(10 * SECOND);
    let now = world.now_ns;
    of(&mut world, Extractor::Rpc, now, info(101));
    let before = world.now_ns - SECOND;
    world.event_at("alice", before, connected(101, 1));
    assert_eq!(uncertainty(&world, 101), 5 * SECOND);
}
