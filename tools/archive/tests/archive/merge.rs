//! Several archives are read as one stream.

use std::path::{Path, PathBuf};

use peer_observer_archive::{ArchiveWriter, Header, Options, Selection};
use peer_observer_archive_tool::source::Inputs;
use peer_observer_event::{Event, Kind, KindSet};
use prost::Message;

use crate::support::{events, ping, tick};

/// An archive with events of `node` at these times.
fn archive(folder: &Path, name: &str, node: &str, times: &[u64]) -> PathBuf {
    let path = folder.join(name);
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = ArchiveWriter::new(file, &Header::default(), Options::default()).unwrap();
    for (time, sequence) in times.iter().zip(1..) {
        let event = Event {
            node: node.to_owned(),
            sequence,
            bus_time_ns: *time,
            payload: Some(if sequence % 2 == 0 { tick() } else { ping(0) }),
            ..Event::default()
        };
        writer.push(&event.encode_to_vec()).unwrap();
    }
    writer.finish().unwrap();
    path
}

fn order(places: &[PathBuf]) -> Vec<(u64, String)> {
    events(places, Selection::default())
        .into_iter()
        .map(|event| (event.bus_time_ns, event.node))
        .collect()
}

#[test]
fn the_order_is_that_of_the_times_and_does_not_depend_on_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let alice = archive(folder.path(), "1.poar", "alice", &[10, 20, 20, 30, 500]);
    let bob = archive(folder.path(), "2.poar", "bob", &[5, 20, 25, 40]);
    let carol = archive(folder.path(), "3.poar", "carol", &[300, 500, 600]);
    let expected: Vec<(u64, String)> = [
        (5, "bob"),
        (10, "alice"),
        (20, "alice"),
        (20, "alice"),
        (20, "bob"),
        (25, "bob"),
        (30, "alice"),
        (40, "bob"),
        (300, "carol"),
        (500, "alice"),
        (500, "carol"),
        (600, "carol"),
    ]
    .map(|(time, node)| (time, node.to_owned()))
    .to_vec();
    let all = [alice, bob, carol];
    assert_eq!(order(&all), expected);
    assert_eq!(order(&[folder.path().to_owned()]), expected);
    let reversed: Vec<PathBuf> = all.iter().rev().cloned().collect();
    assert_eq!(order(&reversed), expected);
    // Named twice, read once.
    assert_eq!(order(&[&all[..], &all[..1]].concat()), expected);
}

#[test]
fn a_chain_keeps_its_own_order() {
    let folder = tempfile::tempdir().unwrap();
    // Merged archives can have times that go back: they are not sorted again.
    let one = archive(folder.path(), "1.poar", "alice", &[10, 30, 20, 40]);
    let other = archive(folder.path(), "2.poar", "bob", &[15, 25, 35]);
    let of_alice: Vec<u64> = order(&[one, other])
        .into_iter()
        .filter(|(_, node)| node == "alice")
        .map(|(time, _)| time)
        .collect();
    assert_eq!(of_alice, [10, 30, 20, 40]);
}

#[test]
fn many_long_archives_are_merged_whole() {
    let folder = tempfile::tempdir().unwrap();
    let times = |offset: u64| {
        (0..30_000)
            .map(|step| step * 7 + offset)
            .collect::<Vec<u64>>()
    };
    for (offset, name) in ["a.poar", "b.poar", "c.poar"].into_iter().enumerate() {
        archive(folder.path(), name, name, &times(offset as u64 * 100_000));
    }
    let found = order(&[folder.path().to_owned()]);
    assert_eq!(found.len(), 90_000);
    assert!(found.is_sorted());
}

#[test]
fn only_what_is_selected_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let alice = archive(folder.path(), "1.poar", "alice", &[10, 20, 30, 40]);
    let bob = archive(folder.path(), "2.poar", "bob", &[10, 20, 30, 40]);
    let selection = Selection {
        from_ns: 20,
        to_ns: 40,
        nodes: Some(vec!["bob".to_owned()]),
        kinds: KindSet::NONE.with(Kind::Tick),
        ..Selection::default()
    };
    let found = events(&[alice, bob], selection);
    let found: Vec<_> = found
        .iter()
        .map(|it| (it.node.as_str(), it.bus_time_ns))
        .collect();
    assert_eq!(found, [("bob", 20), ("bob", 40)]);
}

#[test]
fn what_is_no_archive_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let find = |places: &[PathBuf]| Inputs::find(places, "legacy").unwrap_err().to_string();
    assert!(find(&[folder.path().to_owned()]).contains("there is no archive in"));
    let missing = folder.path().join("missing.poar");
    assert!(find(std::slice::from_ref(&missing)).contains("No such file"));
    std::fs::write(&missing, "Dear diary, this is a text and no archive").unwrap();
    assert!(find(std::slice::from_ref(&missing)).contains("this is not an archive"));
}
