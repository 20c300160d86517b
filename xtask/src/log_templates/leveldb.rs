//! LevelDB's messages: its `Log(…)` goes through `CBitcoinLevelDBLogger` (dbwrapper.cpp).

use super::calls::{self, Logged, LoggingCall};
use super::categories::Categories;
use super::syntax::argument_ranges;
use super::tree::Tree;

/// What LevelDB logs.
pub(super) fn find<'a>(tree: &Tree<'a>, categories: &Categories) -> Vec<Logged<'a>> {
    let mut found = Vec::new();
    let places = tree.functions.get("Logv").into_iter().flatten();
    let sinks: Vec<LoggingCall<'_>> = places
        .filter(|place| tree.files[place.file].path == "dbwrapper.cpp")
        .flat_map(|place| calls::in_function(tree, categories, *place))
        .collect();
    for site in tree.calls.get("Log").into_iter().flatten() {
        if !tree.files[site.place.file].path.starts_with("leveldb/") {
            continue;
        }
        let arguments = argument_ranges(tree.tokens(site.place), site.name + 1);
        let Some((_logger, format)) = arguments.split_first() else {
            continue;
        };
        let messages = calls::messages(tree, site.place, format);
        for sink in &sinks {
            calls::add(&mut found, sink, &messages);
        }
    }
    found
}
