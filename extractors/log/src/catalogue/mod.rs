//! The catalogue of Core's own log messages: which template a message is of.
//!
//! `cargo xtask log-templates` makes it from Core's source. A message can fit
//! several templates; then one that the line's category logs wins over one that it
//! does not, after that the one with the most literal characters, then the one
//! with the fewest variable parts, then the first by its text. So the same
//! message always gets the same template.
//!
//! Looking for a template takes time in proportion to the message's length and
//! the number of templates that begin (or, for those that begin with a variable
//! part, end) as the message does, whatever the message is: see `shape`.

mod coverage;
mod file;
mod index;
mod shape;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use index::Index;
use memchr::memchr;
use shape::Shape;

pub use coverage::{Coverage, Share, Wrong};
pub use file::{CatalogueError, MAX_CATALOGUE_BYTES, MAX_PARAMETERS};

/// What stands in a template's text for a variable part.
pub const VARIABLE: &str = "<*>";

/// A template of no category that the line has must have this many letters:
/// other versions of Core log some messages under other categories, but few
/// letters may be anything's.
const LETTERS_ELSEWHERE: usize = 12;

/// Core's log messages as templates. Immutable.
#[derive(Debug)]
pub struct Catalogue {
    version: String,
    /// Those that win over others first.
    templates: Vec<Template>,
    index: Index,
}

/// One kind of message.
#[derive(Debug)]
pub struct Template {
    /// [`template_id`] of `text`.
    pub id: u64,
    /// The message with [`VARIABLE`] for each variable part.
    pub text: String,
    /// The category that Core logs it under; empty for none. The first of
    /// `locations`' where there are several.
    pub category: String,
    /// Where Core's source logs it, sorted.
    pub locations: Vec<Location>,
    shape: Shape,
}

/// A place in Core's source that logs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// As Core prints it with `-logsourcelocations=1`: `net.cpp`.
    pub file: String,
    /// The line of the logging call, counted from 1.
    pub line: u32,
    /// `trace`, `debug`, `info`, `warning` or `error`.
    pub level: String,
    /// As Core prints it; empty for none.
    pub category: String,
}

/// A message and its template.
#[derive(Debug)]
pub struct Matched<'c, 'm> {
    /// The template.
    pub template: &'c Template,
    /// The variable parts in their order; at most [`MAX_PARAMETERS`].
    pub parameters: Vec<Parameter<'m>>,
}

/// A variable part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter<'m> {
    /// As it stands in the message.
    pub text: &'m str,
    /// What the format says it is.
    pub kind: ParameterKind,
}

/// What a variable part is, by the format's conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// `%d`, `%i`, `%u`: digits, with a sign perhaps.
    Integer,
    /// `%f` and the like: digits with a decimal point, or `nan`, `inf`.
    Number,
    /// A `%s` of 64 hexadecimal digits.
    Hash,
    /// Anything else.
    Text,
}

impl Catalogue {
    /// The catalogue of Bitcoin Core 31.99.
    pub fn built_in() -> &'static Catalogue {
        static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(|| {
            let text = include_str!("../../catalogue/core-31.99.txt");
            // A test reads it, so this is never reached by a catalogue that is committed.
            Catalogue::parse(text).unwrap_or_else(|error| {
                tracing::error!("the built-in log templates cannot be used: {error}");
                Catalogue::new(String::new(), Vec::new())
            })
        });
        &BUILT_IN
    }

    /// Reads a catalogue file.
    ///
    /// # Errors
    /// With the line's number, for a text that is no catalogue, and for one of
    /// more than [`MAX_CATALOGUE_BYTES`].
    pub fn parse(text: &str) -> Result<Catalogue, CatalogueError> {
        file::parse(text)
    }

    fn new(version: String, mut templates: Vec<Template>) -> Catalogue {
        templates.sort_by(|one, other| {
            let key = |template: &Template| {
                (
                    usize::MAX - template.shape.literal_characters(),
                    template.shape.holes(),
                )
            };
            key(one)
                .cmp(&key(other))
                .then_with(|| one.text.cmp(&other.text))
        });
        let index = Index::new(templates.iter().map(|template| &template.shape));
        Catalogue {
            version,
            templates,
            index,
        }
    }

    /// The version of Core that it was made from: `31.99`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// All templates, those that win over others first.
    pub fn templates(&self) -> &[Template] {
        &self.templates
    }

    /// The template of `message`, which is a line without its prefix; `category`
    /// is the line's, empty for none. Of a message of several lines the first is
    /// looked at: each line has a template of its own.
    pub fn find<'c, 'm>(&'c self, message: &'m str, category: &str) -> Option<Matched<'c, 'm>> {
        let end = memchr(b'\n', message.as_bytes());
        let message = &message[..end.unwrap_or(message.len())];
        let candidates = self.index.candidates(message);
        // Twice in order of precedence: first the category's own.
        [true, false].into_iter().find_map(|own| {
            candidates.iter().find_map(|number| {
                let template = &self.templates[*number as usize];
                let fits = template.is_logged_under(category) == own
                    && (own || template.shape.letters() >= LETTERS_ELSEWHERE);
                let parameters = fits.then(|| template.shape.parameters(message))??;
                Some(Matched {
                    template,
                    parameters,
                })
            })
        })
    }
}

impl Template {
    fn is_logged_under(&self, category: &str) -> bool {
        self.category == category
            || self
                .locations
                .iter()
                .any(|location| location.category == category)
    }
}

/// The stable number of a template: FNV-1a, 64 bits, of its text.
pub fn template_id(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
