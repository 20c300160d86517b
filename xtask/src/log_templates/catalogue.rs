//! The catalogue as a file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::calls::Logged;
use super::pattern::{Pattern, Piece};

/// Messages of one text, which differ in their values' conversions at most.
struct Block<'m> {
    pattern: Pattern,
    locations: BTreeSet<(&'m str, u32, &'m str, &'m str)>,
}

/// The literals, and nothing for each value.
fn text_of(pattern: &Pattern) -> Vec<Option<&str>> {
    let pieces = pattern.pieces().iter();
    pieces
        .map(|piece| match piece {
            Piece::Literal(text) => Some(text.as_str()),
            Piece::Hole(_) => None,
        })
        .collect()
}

/// Writes the catalogue: sorted, a block for each text.
pub(super) fn write(version: &str, messages: &[Logged<'_>]) -> String {
    let mut merged: BTreeMap<Vec<Option<&str>>, Block<'_>> = BTreeMap::new();
    for message in messages {
        let block = merged
            .entry(text_of(&message.pattern))
            .or_insert_with(|| Block {
                pattern: message.pattern.clone(),
                locations: BTreeSet::new(),
            });
        block.pattern.generalise(&message.pattern);
        block.locations.insert((
            message.file,
            message.line,
            &message.level,
            &message.category,
        ));
    }
    let blocks: BTreeMap<String, _> = merged
        .into_values()
        .map(|block| (quoted(&block.pattern), block.locations))
        .collect();
    let mut text = format!(
        "# The log messages of Bitcoin Core {version}: {} templates. Made from its source by\n\
         # `cargo xtask log-templates`; do not edit.\n\
         #\n\
         # A message in quotes, %d, %f, %x, %c and %s where values stand (%% is a percent sign); then\n\
         # where it is logged: file, line, level, and category if it has one.\n\
         version {version}\n",
        blocks.len()
    );
    for (message, locations) in blocks {
        let _ = write!(text, "\n{message}\n");
        for (file, line, level, category) in locations {
            let _ = write!(text, "  {file}:{line} {level}");
            if !category.is_empty() {
                let _ = write!(text, " {category}");
            }
            text.push('\n');
        }
    }
    text
}

fn quoted(pattern: &Pattern) -> String {
    let mut text = String::from("\"");
    for piece in pattern.pieces() {
        match piece {
            Piece::Hole(conversion) => {
                text.push('%');
                text.push(*conversion);
            }
            Piece::Literal(literal) => {
                for character in literal.chars() {
                    match character {
                        '%' => text.push_str("%%"),
                        '"' | '\\' => {
                            text.push('\\');
                            text.push(character);
                        }
                        other => text.push(other),
                    }
                }
            }
        }
    }
    text.push('"');
    text
}
