//! `/proc/PID/limits`.

/// The soft limit of open files; `None` where there is none.
pub(crate) fn open_files_limit(text: &[u8]) -> Option<u64> {
    let line = text
        .split(|byte| *byte == b'\n')
        .find_map(|line| line.strip_prefix(b"Max open files"))?;
    let soft = str::from_utf8(line).ok()?.split_ascii_whitespace().next()?;
    // The word for "none" is `unlimited`.
    soft.parse().ok()
}
