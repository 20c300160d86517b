//! What a message looks like: text, and holes where values stand.

use std::collections::BTreeSet;

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    Literal(String),
    /// A value, by the letter that the catalogue writes for it: `d`, `f`, `x`,
    /// `c`, `s`.
    Hole(char),
}

/// A message's parts in their order. Literals do not touch each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pattern(Vec<Piece>);

/// So many alternatives of one text are followed; more are one hole.
const MOST_ALTERNATIVES: usize = 2_000;

/// Fewer letters than this say too little about where a message comes from.
const FEWEST_LETTERS: usize = 4;

impl Pattern {
    pub(super) fn literal(text: impl Into<String>) -> Pattern {
        let mut pattern = Pattern::default();
        pattern.push_literal(&text.into());
        pattern
    }

    pub(super) fn hole(conversion: char) -> Pattern {
        Pattern(vec![Piece::Hole(conversion)])
    }

    /// Something of which nothing is known.
    pub(super) fn unknown() -> Pattern {
        Pattern::hole('s')
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.0
    }

    fn push_literal(&mut self, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Literal(last)) => last.push_str(text),
            _ => self.0.push(Piece::Literal(text.to_owned())),
        }
    }

    fn push(&mut self, piece: &Piece) {
        match piece {
            Piece::Literal(text) => self.push_literal(text),
            Piece::Hole('s') if self.0.last() == Some(&Piece::Hole('s')) => {}
            Piece::Hole(_) => self.0.push(piece.clone()),
        }
    }

    /// The text, where there are no holes.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Makes values that are of another kind in `other`, whose text is the same,
    /// of a kind that has both.
    pub(super) fn generalise(&mut self, other: &Pattern) {
        for (piece, other) in self.0.iter_mut().zip(&other.0) {
            if let (Piece::Hole(own), Piece::Hole(other)) = (piece, other) {
                *own = match (*own, *other) {
                    (own, other) if own == other => own,
                    ('d', 'f') | ('f', 'd') => 'f',
                    _ => 's',
                };
            }
        }
    }

    /// Does it say enough to be told from other messages?
    pub(super) fn is_telling(&self) -> bool {
        let literals = self.0.iter().filter_map(|piece| match piece {
            Piece::Literal(text) => Some(text),
            Piece::Hole(_) => None,
        });
        let letters = literals
            .flat_map(|text| text.chars())
            .filter(|character| character.is_alphabetic());
        letters.count() >= FEWEST_LETTERS
    }

    /// Is it a message, and not just a word that stands in one?
    pub(super) fn is_message(&self) -> bool {
        let has_space = self
            .0
            .iter()
            .any(|piece| matches!(piece, Piece::Literal(text) if text.trim().contains(' ')));
        self.is_telling() && (has_space || self.0.len() > 1)
    }

    /// The lines that the node writes for it: at each line feed a new one, the
    /// last line feed being its end, and control characters as `LogEscapeMessage`
    /// (logging.cpp) writes them.
    pub(super) fn lines(&self) -> Vec<Pattern> {
        let mut lines = vec![Pattern::default()];
        for piece in &self.0 {
            let Piece::Literal(text) = piece else {
                if let Some(line) = lines.last_mut() {
                    line.push(piece);
                }
                continue;
            };
            for (index, part) in text.split('\n').enumerate() {
                if index > 0 {
                    lines.push(Pattern::default());
                }
                if let Some(line) = lines.last_mut() {
                    line.push_literal(&escape_control(part));
                }
            }
        }
        if lines.last().is_some_and(|line| line.0.is_empty()) {
            lines.pop();
        }
        lines
    }
}

fn escape_control(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character.is_ascii_control() {
            true => escaped.push_str(&format!("\\x{:02x}", u32::from(character))),
            false => escaped.push(character),
        }
    }
    escaped
}

/// What a text may be.
pub(super) type Alternatives = BTreeSet<Pattern>;

/// Nothing is known of it.
pub(super) fn unknown() -> Alternatives {
    Alternatives::from([Pattern::unknown()])
}

/// One after the other, in each combination.
pub(super) fn concatenate(parts: &[Alternatives]) -> Alternatives {
    let mut result = Alternatives::from([Pattern::default()]);
    for part in parts {
        let single = unknown();
        let part = match result.len() * part.len() > MOST_ALTERNATIVES || part.is_empty() {
            true => &single,
            false => part,
        };
        result = result
            .iter()
            .flat_map(|before| {
                part.iter().map(move |behind| {
                    let mut whole = before.clone();
                    for piece in behind.pieces() {
                        whole.push(piece);
                    }
                    whole
                })
            })
            .collect();
    }
    result
}
