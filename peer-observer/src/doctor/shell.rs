//! Paths in commands that somebody pastes into a shell.

use std::path::Path;

/// The path as one word of a shell command.
pub(crate) fn quote(path: &Path) -> String {
    word(&path.to_string_lossy())
}

/// The text as one word of a shell command.
pub(crate) fn word(text: &str) -> String {
    match shlex::try_quote(text) {
        Ok(quoted) => quoted.into_owned(),
        // Only a NUL byte cannot be quoted, and no path has one.
        Err(_) => format!("{text:?}"),
    }
}
