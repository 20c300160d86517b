//! What is recorded, and how much of it.

use std::collections::BTreeMap;

use peer_observer_archive::ArchiveReader;
use peer_observer_archive_tool::{KeepSettings, RecordFilter, RecorderSettings};
use peer_observer_bus::Draft;
use peer_observer_event::{
    Body, Extractor, Inv, InventoryItem, Keep, Kind, KindSet, Network, Payload,
};

use crate::support::{Recording, files, message, opened, ping, recorded, settings, started, tick};

/// What of these events is recorded, in words: `node kind command`.
async fn words_of(filter: RecordFilter) -> (Vec<String>, Vec<String>, bool) {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = Recording::start(RecorderSettings {
        filter,
        ..settings(folder.path())
    });
    let payloads = [
        started(),
        ping(1),
        message("inv", Some(Network::Onion), None),
        message("inv", Some(Network::Ipv4), None),
        opened(Network::Onion),
        opened(Network::Ipv4),
    ];
    for payload in payloads {
        recording.alice.publish(Draft::now(payload));
    }
    let mut bob = recording.bus.publisher("bob", Extractor::Rpc);
    bob.publish(Draft::now(started()));
    bob.publish(Draft::now(Payload::Uptime(
        peer_observer_event::Uptime::default(),
    )));
    let mut bus = recording.bus.publisher("", Extractor::Bus);
    bus.publish(Draft::now(tick()));
    recording.end().await;
    let events = recorded(folder.path());
    let words = events.iter().map(|event| {
        let network = event.peer_network().map(|network| network.word());
        let parts = [event.command(), network];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        format!("{} {} {}", event.node, event.kind().word(), parts.join(" "))
            .trim()
            .to_owned()
    });
    let words = words.collect();
    let file = std::fs::File::open(&files(folder.path())[0]).unwrap();
    let header = ArchiveReader::open(file).unwrap().header().clone();
    (words, header.filters, header.filters_whole_kinds)
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_without_a_filter() {
    let (words, filters, _) = words_of(RecordFilter::default()).await;
    assert_eq!(words.len(), 9);
    assert_eq!(filters, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_and_nodes_leave_notices_and_ticks() {
    let (words, filters, leaves_kinds_whole) = words_of(RecordFilter {
        kinds: KindSet::NONE.with(Kind::Connection),
        nodes: Some(vec!["alice".to_owned()]),
        ..RecordFilter::default()
    })
    .await;
    let expected = [
        "alice notice",
        "alice connection onion",
        "alice connection ipv4",
        "tick",
    ];
    assert_eq!(words, expected);
    assert_eq!(filters, ["nodes: alice", "kinds: connection, notice, tick"]);
    assert!(leaves_kinds_whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_and_networks_leave_what_they_are_not_about() {
    let (words, filters, leaves_kinds_whole) = words_of(RecordFilter {
        commands: Some(vec!["inv".to_owned()]),
        networks: Some(vec![Network::Onion]),
        ..RecordFilter::default()
    })
    .await;
    let expected = [
        "alice notice",
        "alice p2p_message inv onion",
        "alice connection onion",
        "bob notice",
        "bob rpc",
        "tick",
    ];
    assert_eq!(words, expected);
    assert_eq!(
        filters,
        ["P2P message types: inv", "peers in networks: onion"]
    );
    assert!(!leaves_kinds_whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn how_much_of_a_message_is_recorded_is_a_setting() {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = Recording::start(RecorderSettings {
        keep: KeepSettings {
            commands: BTreeMap::from([("inv".to_owned(), Keep::Nothing)]),
            ..KeepSettings::default()
        },
        ..settings(folder.path())
    });
    let items = vec![InventoryItem::default()];
    recording.alice.publish(Draft::now(message(
        "inv",
        None,
        Some(Body::Inv(Inv { items })),
    )));
    recording.pings(1);
    recording.until_attempted(2).await;
    assert_eq!(recording.counted(), [2, 1, 1, 0]);
    recording.end().await;
    let bodies: Vec<bool> = recorded(folder.path())
        .iter()
        .map(|event| match &event.payload {
            Some(Payload::P2pMessage(message)) => message.body.is_some(),
            _ => panic!("these are messages"),
        })
        .collect();
    assert_eq!(bodies, [false, true]);
    let file = std::fs::File::open(&files(folder.path())[0]).unwrap();
    let reader = ArchiveReader::open(file).unwrap();
    assert_eq!(reader.header().redactions, ["inv: without body"]);
}
