//! `docs/export.md` is what the definitions say.

use std::fs;
use std::path::Path;

use peer_observer_export::reference;

const COMMAND: &str = "UPDATE_DOCS=1 cargo test -p peer-observer-export --test export reference";

#[test]
fn the_reference_is_up_to_date() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/export.md");
    let text = reference();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, &text).expect("docs/export.md can be written");
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    let mut lines = found.lines().zip(text.lines()).enumerate();
    let difference = lines.find(|(_, (found, expected))| found != expected);
    assert!(
        found == text,
        "docs/export.md is stale, first at {difference:?}; write it anew with\n{COMMAND}"
    );
}
