//! `docs/metrics.md` is what the definitions say.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use peer_observer_metrics::reference;

const COMMAND: &str = "UPDATE_DOCS=1 cargo test -p peer-observer-metrics --test metrics reference";

#[test]
fn the_reference_is_up_to_date() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/metrics.md");
    let text = reference();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, &text).expect("docs/metrics.md can be written");
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    let mut lines = found.lines().zip(text.lines()).enumerate();
    let difference = lines.find(|(_, (found, expected))| found != expected);
    assert!(
        found == text,
        "docs/metrics.md is stale, first at {difference:?}; write it anew with\n{COMMAND}"
    );
}

#[test]
fn no_metric_is_defined_twice_or_without_an_area() {
    let text = reference();
    let mut names = HashSet::new();
    for heading in text.lines().filter(|line| line.starts_with("### ")) {
        assert!(names.insert(heading), "{heading} twice");
    }
    assert!(names.len() > 150, "{} metrics", names.len());
    assert!(!text.contains("\n## Others"), "a metric without an area");
}
