//! Errors of the configuration: one line each, with file, line and what would
//! be right.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::place::Place;

/// Why a configuration cannot be used. Its text is a single line.
#[derive(Debug)]
pub(crate) struct ConfigError {
    file: Option<PathBuf>,
    line: Option<usize>,
    message: String,
}

impl ConfigError {
    /// Something about the command line or the configuration as a whole.
    pub(crate) fn general(message: impl Into<String>) -> ConfigError {
        ConfigError {
            file: None,
            line: None,
            message: message.into(),
        }
    }

    /// Something about the file as a whole.
    pub(crate) fn in_file(file: &Path, message: impl Into<String>) -> ConfigError {
        ConfigError {
            file: Some(file.to_owned()),
            line: None,
            message: message.into(),
        }
    }

    /// Something at `span` (byte offsets) of the file with this text.
    pub(crate) fn at(
        file: &Path,
        text: &str,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> ConfigError {
        ConfigError {
            file: Some(file.to_owned()),
            line: Some(line_of(text, span.start)),
            message: message.into(),
        }
    }

    /// What the TOML reader said, in the words of a configuration.
    pub(crate) fn from_toml(file: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
        let Some(span) = error.span() else {
            return ConfigError::in_file(file, error.message());
        };
        let place = Place::find(text, &span);
        ConfigError::at(file, text, span, reword(error.message(), place.as_ref()))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}", file.display().to_string().escape_debug())?;
            if let Some(line) = self.line {
                write!(f, ":{line}")?;
            }
            write!(f, ": ")?;
        }
        // A message may quote the file, line breaks and control characters included.
        for character in self.message.chars() {
            if character.is_control() {
                write!(f, "{}", character.escape_debug())?;
            } else {
                write!(f, "{character}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// The number of the line, from 1, in which the byte at `offset` stands.
fn line_of(text: &str, offset: usize) -> usize {
    let before = &text.as_bytes()[..offset.min(text.len())];
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

fn reword(message: &str, place: Option<&Place>) -> String {
    let section = place.map_or("in this file".to_owned(), Place::section);
    // serde's wording: "unknown field `a`, expected one of `b`, `c`".
    if let Some(rest) = message.strip_prefix("unknown field ") {
        let mut names = rest.split('`').skip(1).step_by(2);
        let unknown = names.next().unwrap_or_default();
        let known: Vec<&str> = names.collect();
        return format!(
            "unknown key `{unknown}` {section}; known keys: {}",
            known.join(", ")
        );
    }
    if let Some(name) = message.strip_prefix("missing field ") {
        let name = name.trim_matches('`');
        return format!("missing key `{name}` {section}; add a line `{name} = …`");
    }
    match place.and_then(Place::key) {
        Some(key) => format!("wrong value of `{key}` {section}: {message}"),
        None => message.to_owned(),
    }
}
