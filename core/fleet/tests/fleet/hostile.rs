//! Whatever peers and streams say: memory stays bounded, nothing made up is shown.

use peer_observer_event::*;
use peer_observer_fleet::{Fleet, Hash, MOST_NODES, News, Sample};
use proptest::prelude::*;

use crate::world::{World, cmpctblock, connected, hash, header, inv, message};

const BLOCK: u32 = 2;
const WTX: u32 = 5;

#[test]
fn blocks_that_do_not_exist_push_nothing_out() {
    let mut world = World::new(&[("alice", 0), ("bob", 0)]);
    world.event("alice", inv(1, BLOCK, &[hash(100, 1)]));
    for number in 0..10_000 {
        let fake = hash(number, 66);
        world.event("alice", inv(2, BLOCK, &[fake]));
        world.event("alice", cmpctblock(2, fake));
        world.event("alice", inv(2, WTX, &[fake]));
        let headers = vec![header(fake)];
        let body = Body::Headers(Headers { headers });
        world.event("alice", message(2, Direction::Inbound, body));
    }
    world.connect("alice", 100, 1);
    assert_eq!(world.fleet.blocks().count(), 1);
    assert_eq!(world.fleet.transactions().count(), 0);
    // The announcement is still known, and by whom.
    let sighting = &world.block(hash(100, 1)).sightings()[0];
    assert_eq!(sighting.announced.as_ref().unwrap().peer_id, Some(1));
}

#[test]
fn answers_about_many_blocks_are_no_announcements() {
    let mut world = World::new(&[("alice", 0)]);
    let hashes: Vec<Hash> = (0..9).map(|height| hash(height, 1)).collect();
    let headers = hashes.iter().map(|hash| header(*hash)).collect();
    let body = Body::Headers(Headers { headers });
    world.event("alice", message(1, Direction::Inbound, body));
    world.event("alice", inv(1, BLOCK, &hashes));
    for height in 0..9 {
        world.connect("alice", height, 1);
    }
    let mut blocks = world.fleet.blocks();
    assert!(blocks.all(|block| block.sightings()[0].announced.is_none()));
}

#[test]
fn nodes_beyond_the_limit_are_counted() {
    let mut fleet = Fleet::new(Sample::default());
    let mut ignored = 0;
    for number in 0..1000 {
        let event = Event {
            node: format!("node{number}"),
            payload: Some(connected(5, 1)),
            ..Event::default()
        };
        fleet.apply(&event, |news| ignored += u64::from(news == News::Ignored));
    }
    assert_eq!(fleet.nodes().len(), MOST_NODES);
    assert_eq!((fleet.ignored(), ignored), (744, 744));
}

#[test]
fn a_long_address_is_cut() {
    let mut world = World::new(&[("alice", 0)]);
    let Payload::P2pMessage(announcement) = inv(1, BLOCK, &[hash(5, 1)]) else {
        unreachable!("an inv is a message");
    };
    let address = "ä".repeat(1_000_000);
    world.event(
        "alice",
        Payload::P2pMessage(P2pMessage {
            address,
            ..announcement
        }),
    );
    world.connect("alice", 5, 1);
    let block = world.block(hash(5, 1));
    let announced = block.sightings()[0].announced.as_ref().unwrap();
    assert_eq!(announced.address.as_ref().unwrap().len(), 96);
}

/// Anything that a stream can say, with few different values so that events meet.
fn any_payload() -> impl Strategy<Value = Payload> {
    let any_hash = (0..40i32, 0..3u8).prop_map(|(height, branch)| hash(height, branch));
    let any_height = prop_oneof![0..40i32, Just(i32::MAX), Just(i32::MIN)];
    let bytes = any_hash.clone().prop_map(|hash| hash.to_vec());
    let bytes = prop_oneof![9 => bytes, 1 => proptest::collection::vec(any::<u8>(), 0..40)];
    prop_oneof![
        (bytes.clone(), any_height.clone()).prop_map(|(hash, height)| {
            Payload::BlockConnected(BlockConnected {
                block_hash: hash.into(),
                height,
                ..BlockConnected::default()
            })
        }),
        (bytes.clone(), any_height.clone(), any::<bool>()).prop_map(|(hash, height, observed)| {
            Payload::ChainTipChanged(ChainTipChanged {
                block_hash: hash.into(),
                height,
                observed,
                ..ChainTipChanged::default()
            })
        }),
        (bytes.clone(), any_height.clone()).prop_map(|(hash, height)| {
            Payload::ChainReorganized(ChainReorganized {
                old_hash: hash.into(),
                fork_height: height,
                ..ChainReorganized::default()
            })
        }),
        (bytes.clone(), any::<i64>(), any::<u64>()).prop_map(|(hash, height, duration_ns)| {
            Payload::BlockchainInfo(Box::new(BlockchainInfo {
                best_block_hash: Some(hash.into()),
                height: Some(height % 50),
                duration_ns,
                chain: Some(format!("chain{}", height % 3)),
                ..BlockchainInfo::default()
            }))
        }),
        (any_hash.clone(), 0..5u64, 1..6u32).prop_map(|(hash, peer, kind)| inv(
            peer,
            kind,
            &[hash]
        )),
        (any_hash.clone(), 0..5u64).prop_map(|(hash, peer)| cmpctblock(peer, hash)),
        (bytes.clone(), bytes.clone(), any::<bool>()).prop_map(|(txid, wtxid, inbound)| {
            let transaction = Transaction {
                txid: txid.into(),
                wtxid: wtxid.into(),
                ..Transaction::default()
            };
            let direction = match inbound {
                true => Direction::Inbound,
                false => Direction::Outbound,
            };
            message(1, direction, Body::Tx(Box::new(transaction)))
        }),
        bytes.prop_map(|txid| Payload::MempoolAdded(MempoolAdded {
            txid: txid.into(),
            ..MempoolAdded::default()
        })),
        Just(Payload::NodeBack(NodeBack::default())),
        Just(Payload::NodeGone(NodeGone::default())),
        Just(Payload::Heartbeat(Heartbeat::default())),
        Just(Payload::Tick(Tick {})),
    ]
}

fn any_event() -> impl Strategy<Value = Event> {
    let any_time = prop_oneof![
        9 => 1_000_000_000_000u64..2_000_000_000_000,
        1 => any::<u64>(),
    ];
    (0..4u8, 0..20i32, any_time.clone(), any_time, any_payload()).prop_map(
        |(node, extractor, time_ns, bus_time_ns, payload)| {
            let is_tick = matches!(payload, Payload::Tick(_));
            Event {
                node: if is_tick {
                    String::new()
                } else {
                    format!("node{node}")
                },
                extractor,
                time_ns,
                bus_time_ns,
                payload: Some(payload),
                ..Event::default()
            }
        },
    )
}

proptest! {
    #[test]
    fn any_stream_can_be_folded_and_gives_the_same_again(
        events in proptest::collection::vec(any_event(), 0..400)
    ) {
        let fold = || {
            let mut fleet = Fleet::new(Sample::one_in_two_to_the(1));
            let mut news = Vec::new();
            for event in &events {
                fleet.apply(event, |one| news.push(one));
            }
            format!("{fleet:?} {news:?}")
        };
        prop_assert_eq!(fold(), fold());
    }

    /// Delays do not depend on how wrong a host's clock is.
    #[test]
    fn a_clock_that_is_wrong_changes_no_delay(
        ahead_ms in -3_600_000..3_600_000i64,
        steps in proptest::collection::vec((0..2u8, 0..3_000u64, 100..120i32, 0..4u8), 1..60)
    ) {
        let delays = |ahead_ms| {
            let mut world = World::new(&[("alice", 0), ("bob", ahead_ms)]);
            for (node, wait_ms, height, what) in &steps {
                let node = ["alice", "bob"][usize::from(*node)];
                world.wait(wait_ms * 1_000_000);
                match what {
                    0 => world.event(node, cmpctblock(1, hash(*height, 1))),
                    1 => world.event(node, inv(1, WTX, &[hash(*height, 1)])),
                    _ => world.connect(node, *height, 1),
                }
            }
            world.wait(60_000_000_000);
            format!("{:?}", world.news)
        };
        prop_assert_eq!(delays(0), delays(ahead_ms));
    }
}
