//! The catalogue against the node's own word: with `-logsourcelocations=1` each
//! line says where it was logged.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use peer_observer_log::PrefixReader;
use peer_observer_log::catalogue::{Catalogue, Coverage};
use testkit::{Node, scene};

/// The version that the catalogue was made from, as the node says it.
const VERSION: u64 = 319_900;

#[tokio::test(flavor = "multi_thread")]
async fn lines_get_templates_of_the_place_that_they_name() {
    let arguments = scene::LOG_EVERYTHING;
    let mut node = Node::builder().arguments(arguments).start().await.unwrap();
    let information: serde_json::Value = node.rpc("getnetworkinfo", ()).await.unwrap();
    if information["version"] != VERSION {
        eprintln!("not judged: another version has its calls on other lines");
        return;
    }
    let other = Node::builder().name("bob").start().await.unwrap();
    scene::every_kind_of_traffic(&mut node, &other)
        .await
        .unwrap();

    let log = std::fs::read(node.debug_log()).unwrap();
    let log = String::from_utf8_lossy(&log);
    let mut coverage = Coverage::default();
    let mut reader = PrefixReader::default();
    for line in log.lines().filter(|line| !line.is_empty()) {
        coverage.add(Catalogue::built_in(), &reader.read(line));
    }

    let (lines, locations) = (coverage.judged_lines(), coverage.locations());
    let unmatched = coverage.unmatched();
    assert!(
        lines.total > 10_000 && locations.total > 250,
        "too little happened: {lines:?}, {locations:?}"
    );
    assert_eq!(coverage.wrong_lines(), 0, "{:#?}", coverage.wrong());
    assert!(lines.ratio() >= 0.98, "{lines:?}, without: {unmatched:#?}");
    assert!(
        locations.ratio() >= 0.95,
        "{locations:?}, without: {unmatched:#?}"
    );
}
