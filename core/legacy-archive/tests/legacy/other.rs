//! What their own P2P connection shows, and the tip over IPC.

use peer_observer_event::probe_announcement::Body;
use peer_observer_event::{ChainTipChanged, Payload, ProbePing};

use crate::old::message::{Addresses, Items};
use crate::old::other::{BlockTip, Ipc, IpcKind, P2p, PingDuration, Probe, UpdatedBlockTip};
use crate::old::primitives::{Address, AddressKind, InventoryItem, Item};
use crate::old::{self, Event, Source};
use crate::support::{event, hash, items, payload};

fn probe(event: Probe) -> Payload {
    let event = Some(event);
    payload(Source::P2p(P2p { event }))
}

#[test]
fn pings_have_their_round_trip() {
    let found = probe(Probe::PingDuration(PingDuration {
        duration: 1_234_567,
    }));
    let expected = ProbePing {
        round_trip_ns: 1_234_567,
    };
    assert_eq!(found, Payload::ProbePing(expected));
}

#[test]
fn announcements_have_their_bodies() {
    let address = Address {
        timestamp: 5,
        address: Some(AddressKind::Ipv4("203.0.113.5".to_owned())),
        services: 6,
        port: 7,
    };
    let item = InventoryItem {
        item: Some(Item::Wtx(hash(1))),
    };
    let addresses = vec![address; 3];
    let cases = [
        (
            Probe::AddressAnnouncement(Addresses { addresses }),
            "addrv2",
            3,
        ),
        (
            Probe::InventoryAnnouncement(Items {
                items: vec![item; 2],
            }),
            "inv",
            2,
        ),
        (Probe::FeefilterAnnouncement(-1_000), "feefilter", -1_000),
    ];
    for (theirs, command, expected) in cases {
        let Payload::ProbeAnnouncement(found) = probe(theirs) else {
            panic!("no announcement");
        };
        assert_eq!((found.command.as_str(), found.payload_bytes), (command, 0));
        let number = match found.body {
            Some(Body::Addrv2(addresses)) => addresses.entries.len() as i64,
            Some(Body::Inv(inventory)) => inventory.items.len() as i64,
            Some(Body::Feefilter(filter)) => filter.feerate_sat_per_kvb,
            other => panic!("{other:?}"),
        };
        assert_eq!(number, expected);
    }
}

fn ipc(event: IpcKind) -> Event {
    let event = Some(event);
    Event::new(Source::Ipc(Ipc { event }))
}

fn tip(height: i32, first: u8) -> Event {
    let hash = hash(first);
    ipc(IpcKind::BlockTip(BlockTip { height, hash }))
}

/// They tell the tip again and again; we tell it when it is another.
#[test]
fn the_tip_is_told_when_it_changes() {
    let updated = ipc(IpcKind::UpdatedBlockTip(UpdatedBlockTip {}));
    let file = old::file(&[
        tip(5, 1),
        tip(5, 1),
        updated,
        tip(6, 2),
        tip(6, 2),
        tip(6, 3),
    ]);
    let (items, reader) = items(&file);
    let found: Vec<_> = items
        .into_iter()
        .filter_map(|item| event(item).payload)
        .collect();
    let changed = |height, first| {
        Payload::ChainTipChanged(ChainTipChanged {
            block_hash: hash(first).into(),
            height,
            advanced_blocks: None,
            observed: true,
        })
    };
    assert_eq!(found, [changed(5, 1), changed(6, 2), changed(6, 3)]);
    let skipped: Vec<_> = reader.skipped().iter().collect();
    let expected = [
        (&"ipc_block_tip_unchanged", &2),
        (&"ipc_updated_block_tip", &1),
    ];
    assert_eq!(skipped, expected);
}
