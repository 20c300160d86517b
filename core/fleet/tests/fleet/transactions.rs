//! Transactions of the sample.

use peer_observer_event::*;
use peer_observer_fleet::{Fleet, Hash, Measure, Message, News, Sample};

use crate::world::{MILLISECOND, SECOND, World, hash, inv, message};

const TX: u32 = 1;
const WTX: u32 = 5;

fn tx(peer_id: u64, direction: Direction, wtxid: Hash, txid: Hash) -> Payload {
    let transaction = Transaction {
        txid: txid.to_vec().into(),
        wtxid: wtxid.to_vec().into(),
        ..Transaction::default()
    };
    message(peer_id, direction, Body::Tx(Box::new(transaction)))
}

fn added(txid: Hash) -> Payload {
    Payload::MempoolAdded(MempoolAdded {
        txid: txid.to_vec().into(),
        ..MempoolAdded::default()
    })
}

#[test]
fn announcements_by_wtxid_and_the_mempools_txid_come_together() {
    let mut world = World::new(&[("alice", 0), ("bob", 1500)]);
    let (wtxid, txid) = (hash(1, 1), hash(1, 2));
    world.event("alice", inv(3, WTX, &[hash(9, 9), wtxid]));
    assert_eq!(world.fleet.transactions().count(), 0, "it may not exist");
    world.wait(200 * MILLISECOND);
    world.event("alice", tx(3, Direction::Inbound, wtxid, txid));
    world.event("alice", added(txid));
    world.wait(300 * MILLISECOND);
    world.event("bob", inv(8, WTX, &[wtxid]));
    world.wait(100 * MILLISECOND);
    // Bob's mempool names it by the txid alone.
    world.event("bob", added(txid));

    let transaction = world.fleet.transactions().next().unwrap();
    assert_eq!((transaction.hash, transaction.txid), (wtxid, Some(txid)));
    let [alice, bob] = transaction.sightings() else {
        panic!("two nodes saw it");
    };
    let announced = alice.announced.as_ref().unwrap();
    assert_eq!(
        (announced.peer_id, announced.message),
        (Some(3), Message::Inv)
    );
    assert_eq!(bob.announced.as_ref().unwrap().peer_id, Some(8));
    let delay = |measure| transaction.delay(bob, measure).unwrap().nanoseconds as u64;
    assert_eq!(delay(Measure::Seen) / MILLISECOND, 500);
    assert_eq!(delay(Measure::Accepted) / MILLISECOND, 400);

    world.news.clear();
    world.wait(70 * SECOND);
    let spread: Vec<_> = world
        .news
        .iter()
        .filter(|news| matches!(news, News::TransactionSpread { .. }))
        .collect();
    assert_eq!(spread, [&News::TransactionSpread { nodes: 2 }]);
}

#[test]
fn a_transaction_of_the_nodes_own_is_known_when_a_peer_gets_it() {
    let mut world = World::new(&[("alice", 0), ("bob", 0)]);
    let (wtxid, txid) = (hash(1, 1), hash(1, 2));
    world.event("alice", added(txid));
    world.wait(SECOND);
    world.event("bob", inv(5, WTX, &[wtxid]));
    assert_eq!(world.fleet.transactions().count(), 0);
    world.event("alice", tx(6, Direction::Outbound, wtxid, txid));
    let transaction = world.fleet.transactions().next().unwrap();
    let first = transaction.first(Measure::Seen).unwrap();
    let alice = transaction
        .sightings()
        .iter()
        .find(|sighting| sighting.node == world.place("alice"))
        .unwrap();
    assert_eq!((alice.accepted, alice.received), (Some(first), None));
}

#[test]
fn only_the_sample_is_followed() {
    let mut fleet = Fleet::new(Sample::default());
    let mut event = Event {
        node: "alice".into(),
        extractor: Extractor::Ebpf.into(),
        ..Event::default()
    };
    for number in 0..1000 {
        // The last two digits of the first, as Bitcoin shows it, are 00.
        let wtxids = [hash(number * 256, 1), hash(number * 256 + 1, 1)];
        for payload in [
            inv(1, WTX, &wtxids),
            inv(1, TX, &wtxids),
            tx(1, Direction::Inbound, wtxids[0], hash(number, 2)),
            tx(1, Direction::Inbound, wtxids[1], hash(number, 3)),
            added(hash(number, 2)),
            added(hash(number, 3)),
        ] {
            event.payload = Some(payload);
            fleet.apply(&event, |_| {});
        }
    }
    assert_eq!(fleet.transactions().count(), 256);
    assert!(
        fleet
            .transactions()
            .all(|transaction| transaction.hash[0] == 0)
    );
    assert_eq!(
        fleet.transactions().next().unwrap().txid,
        Some(hash(999, 2))
    );
}
