//! What Core calls its log categories.

use std::collections::HashMap;
use std::ops::Range;

use super::tokens::Token;
use super::tree::{Place, Tree};
use super::variables::{self, Source};

/// The category's name in the log, by its name in the source.
pub(super) struct Categories(HashMap<String, String>);

impl Categories {
    /// From the table in logging.cpp: `{"net", BCLog::NET}`, the other way round
    /// in older versions.
    pub(super) fn read(tree: &Tree<'_>) -> Categories {
        let mut names = HashMap::new();
        for file in tree.files.iter().filter(|file| file.path == "logging.cpp") {
            for parts in file.tokens.windows(7) {
                if let Some((flag, name)) = entry(parts) {
                    names.insert(flag, name);
                }
            }
        }
        Categories(names)
    }

    /// The categories that an argument may name. Empty for a category that is
    /// not printed, and where it cannot be known.
    pub(super) fn of(&self, tree: &Tree<'_>, place: Place, argument: Range<usize>) -> Vec<String> {
        let tokens = tree.tokens(place);
        let mut names = self.named(&tokens[argument.clone()]);
        if names.is_empty()
            && let [token] = &tokens[argument.clone()]
        {
            for source in variables::before(tree, place, token.text, argument.start).sources {
                if let Source::Value(range) = source {
                    names.extend(self.named(&tokens[range]));
                }
            }
        }
        if names.is_empty() {
            names.push(String::new());
        }
        names.sort();
        names.dedup();
        names
    }

    fn named(&self, tokens: &[Token<'_>]) -> Vec<String> {
        let is_flag = |parts: &&[Token<'_>]| parts[0].is("BCLog") && parts[1].is("::");
        tokens
            .windows(3)
            .filter(is_flag)
            .filter_map(|parts| {
                let flag = match parts[2].text {
                    "LogFlags" => tokens.last()?.text,
                    flag => flag,
                };
                Some(self.0.get(flag).cloned().unwrap_or_default())
            })
            .collect()
    }
}

/// `{"net", BCLog::NET}` or `{BCLog::NET, "net"}`.
fn entry(parts: &[Token<'_>]) -> Option<(String, String)> {
    let [open, .., close] = parts else {
        return None;
    };
    let flag = parts
        .windows(3)
        .find(|three| three[0].is("BCLog") && three[1].is("::"))?[2];
    let name = parts.iter().find_map(Token::string)?;
    let is_entry = open.is("{") && close.is("}") && !name.is_empty();
    is_entry.then(|| (flag.text.to_owned(), name))
}
