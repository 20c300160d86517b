//! What the logger itself writes (logging.cpp): it cannot use its own macros.

use std::ops::Range;

use super::calls::{self, Logged, LoggingCall};
use super::evaluate::{Context, Evaluator, Follow};
use super::pattern::Pattern;
use super::preprocess::split;
use super::syntax::argument_ranges;
use super::tokens::Kind;
use super::tree::Tree;

/// What the logger says by itself.
pub(super) fn find<'a>(tree: &Tree<'a>) -> Vec<Logged<'a>> {
    let mut found = Vec::new();
    for name in ["LogPrint_", "LogPrintStr", "LogPrintStr_"] {
        for site in tree.calls.get(name).into_iter().flatten() {
            let tokens = tree.tokens(site.place);
            let Some(entry) = argument_ranges(tokens, site.name + 1).into_iter().next() else {
                continue;
            };
            let message = field(tree, site.place.file, entry.clone(), "message");
            let message = message.unwrap_or_else(|| entry.clone());
            // One that is passed on is another's.
            if !tokens[message.clone()]
                .iter()
                .any(|token| token.kind == Kind::Text)
            {
                continue;
            }
            let location = field(tree, site.place.file, entry.clone(), "source_loc");
            let level = field(tree, site.place.file, entry.clone(), "level");
            let call = LoggingCall {
                file: tree.files[site.place.file].path,
                line: tokens[location.map_or(site.name, |range| range.start)].line,
                level: level
                    .map_or_else(|| "info".to_owned(), |range| calls::level(&tokens[range])),
                categories: vec![String::new()],
                arguments: Vec::new(),
                at: site.name,
            };
            let mut messages = Evaluator::new(tree, Follow::Messages).expression(
                &Context::of(site.place),
                message,
                0,
            );
            messages.retain(Pattern::is_telling);
            calls::add(&mut found, &call, &messages);
        }
    }
    found
}

/// The value of `.name = …` in a list of designated initialisers.
fn field(tree: &Tree<'_>, file: usize, entry: Range<usize>, name: &str) -> Option<Range<usize>> {
    let tokens = &tree.files[file].tokens;
    if entry.len() < 2 || !tokens[entry.start].is("{") {
        return None;
    }
    let mut start = entry.start + 1;
    for part in split(&tokens[start..entry.end - 1]) {
        let end = start + part.len();
        if part.len() > 3 && part[0].is(".") && part[1].is(name) && part[2].is("=") {
            return Some(start + 3..end);
        }
        start = end + 1;
    }
    None
}
