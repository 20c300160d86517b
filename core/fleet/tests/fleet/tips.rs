//! Tips: behind, on branches of their own, gone.

use peer_observer_event::*;
use peer_observer_fleet::{News, Relation};

use crate::world::{SECOND, World, hash};

fn chain_info(chain: &str, height: i32, branch: u8) -> Payload {
    Payload::BlockchainInfo(Box::new(BlockchainInfo {
        chain: Some(chain.to_owned()),
        height: Some(height.into()),
        best_block_hash: Some(hash(height, branch).to_vec().into()),
        ..BlockchainInfo::default()
    }))
}

#[test]
fn a_node_falls_behind_and_catches_up() {
    let mut world = World::new(&[("alice", 0), ("bob", 700), ("carol", 0)]);
    for node in ["alice", "bob", "carol"] {
        world.connect(node, 100, 1);
    }
    world.wait(SECOND);
    world.connect("alice", 101, 1);
    world.connect("carol", 101, 1);
    world.wait(55 * SECOND);
    let bob = world.node("bob").standing();
    assert_eq!((bob.relation, bob.blocks_behind), (Relation::Behind, 1));
    assert!(!bob.has_fallen_behind);
    world.connect("alice", 102, 1);
    world.wait(10 * SECOND);
    let bob = world.node("bob").standing();
    assert_eq!((bob.blocks_behind, bob.has_fallen_behind), (2, true));
    assert_eq!(bob.behind_ns / SECOND, 65);
    // One of the two blocks does not do: the other one has been there too long.
    world.wait(20 * SECOND);
    world.connect("bob", 101, 1);
    world.wait(SECOND);
    assert!(world.node("bob").standing().has_fallen_behind);
    world.connect("bob", 102, 1);
    world.wait(SECOND);
    assert_eq!(world.node("bob").standing().relation, Relation::Best);
    assert!(!world.node("bob").standing().has_fallen_behind);
    // Carol has not got the second block for half a minute only.
    assert!(!world.node("carol").standing().has_fallen_behind);
}

#[test]
fn two_branches_until_one_wins() {
    let mut world = World::new(&[("alice", 0), ("bob", 0), ("carol", 0)]);
    for node in ["alice", "bob", "carol"] {
        world.connect(node, 100, 1);
    }
    for node in ["alice", "carol"] {
        world.connect(node, 101, 1);
    }
    world.connect("bob", 101, 2);
    world.wait(5 * SECOND);
    assert_eq!(
        world.fleet.tips().values().copied().collect::<Vec<_>>(),
        [2]
    );
    let common_height = Some(100);
    let bob = world.node("bob").standing();
    assert_eq!(bob.relation, Relation::Fork { common_height });
    assert!(bob.fork_since_bus_ns.is_some());
    assert_eq!(world.node("alice").standing().relation, Relation::Best);
    // Bob's branch becomes the longer one, and the others change over to it.
    world.connect("bob", 102, 2);
    world.wait(5 * SECOND);
    let alice = world.node("alice").standing();
    assert_eq!(alice.relation, Relation::Fork { common_height });
    assert_eq!(alice.blocks_behind, 1);
    for node in ["alice", "carol"] {
        world.connect(node, 101, 2);
        world.connect(node, 102, 2);
    }
    world.wait(5 * SECOND);
    assert_eq!(
        world.fleet.tips().values().copied().collect::<Vec<_>>(),
        [1]
    );
    let reorganized: Vec<_> = world
        .news
        .iter()
        .filter_map(|news| match news {
            News::Reorganized { node, depth } => Some((*node, *depth)),
            _ => None,
        })
        .collect();
    assert_eq!(
        reorganized,
        [(world.place("alice"), 1), (world.place("carol"), 1)]
    );
    let stale = world.block(hash(101, 1)).sightings();
    assert!(stale.iter().all(|sighting| sighting.disconnected));
    let latest = world.node("alice").latest_reorganization().unwrap();
    assert_eq!((latest.old_height, latest.old_hash), (101, hash(101, 1)));
    assert_eq!(world.node("alice").standing().fork_since_bus_ns, None);
}

#[test]
fn ipc_and_the_tracepoint_tell_of_one_reorganisation() {
    let mut world = World::new(&[("alice", 0)]);
    for height in 100..=102 {
        world.connect("alice", height, 1);
    }
    let told = Payload::ChainReorganized(ChainReorganized {
        fork_height: 100,
        fork_hash: hash(100, 1).to_vec().into(),
        old_height: 102,
        old_hash: hash(102, 1).to_vec().into(),
        new_height: 103,
        new_hash: hash(103, 2).to_vec().into(),
        disconnected_blocks: 2,
        connected_blocks: 3,
    });
    world.connect("alice", 101, 2);
    world.event("alice", told.clone());
    world.connect("alice", 102, 2);
    world.connect("alice", 103, 2);
    world.event("alice", told);
    let alice = world.node("alice");
    assert_eq!(
        (alice.reorganizations(), alice.disconnected_blocks()),
        (1, 2)
    );
    assert_eq!(alice.tip().unwrap().hash, hash(103, 2));
}

#[test]
fn who_is_gone_is_not_compared() {
    let mut world = World::new(&[("alice", 0), ("bob", 0), ("carol", 0)]);
    for node in ["alice", "bob", "carol"] {
        world.connect(node, 100, 1);
    }
    world.connect("bob", 101, 1);
    world.wait(5 * SECOND);
    assert_eq!(world.node("alice").standing().relation, Relation::Behind);
    world.end("bob");
    world.wait(5 * SECOND);
    assert_eq!(world.node("alice").standing().relation, Relation::Best);
    assert_eq!(world.node("bob").standing().relation, Relation::Unknown);
    assert_eq!(world.node("bob").present_since_bus_ns(), None);
    // An extractor that is killed cannot say so.
    world.connect("carol", 101, 1);
    world.cut_off("carol");
    world.wait(15 * SECOND);
    assert_eq!(world.node("carol").present_since_bus_ns(), None);
    assert_eq!(world.node("alice").standing().relation, Relation::Unknown);
}

#[test]
fn nodes_of_different_chains_are_not_compared() {
    let mut world = World::new(&[("main", 0), ("test", 0), ("other", 0), ("silent", 0)]);
    world.event("main", chain_info("main", 900_000, 1));
    world.event(
        "silent",
        Payload::BlockConnected(BlockConnected {
            height: 4_000_000,
            block_hash: hash(4_000_000, 4).to_vec().into(),
            ..BlockConnected::default()
        }),
    );
    world.event("test", chain_info("testnet4", 200_000, 2));
    world.event("other", chain_info("testnet4", 199_998, 2));
    world.wait(90 * SECOND);
    assert_eq!(world.node("main").standing().relation, Relation::Unknown);
    assert_eq!(world.node("silent").standing().relation, Relation::Unknown);
    assert_eq!(world.node("test").standing().relation, Relation::Best);
    let other = world.node("other").standing();
    assert_eq!((other.blocks_behind, other.has_fallen_behind), (2, true));
}

#[test]
fn branches_are_those_of_the_last_getchaintips() {
    let mut world = World::new(&[("alice", 0)]);
    let tip = |height: i64, status: &str| ChainTip {
        height: Some(height),
        hash: Some(hash(height as i32, 3).to_vec().into()),
        branch_blocks: Some(2),
        status: Some(status.to_owned()),
        ..ChainTip::default()
    };
    let mut tips = vec![tip(200, "active"), tip(150, "valid-fork")];
    tips.extend((1..100).map(|height| tip(height, "headers-only")));
    let tips = ChainTips {
        tips,
        ..ChainTips::default()
    };
    world.event("alice", Payload::ChainTips(tips));
    let branches = world.node("alice").branches();
    assert_eq!(branches.len(), 8);
    assert_eq!(
        (branches[0].height, &*branches[0].status),
        (150, "valid-fork")
    );
}
