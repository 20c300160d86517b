//! Names of the existing system's files.

use std::path::Path;

/// Folder and name without time and extensions: `<base>.<time>.bin[.zst]`.
pub(crate) fn base_name(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = text.strip_suffix(".zst").unwrap_or(&text);
    let text = text.strip_suffix(".bin").unwrap_or(text);
    text.rsplit_once('.')
        .map_or(text, |(base, _)| base)
        .to_owned()
}
