//! Lines of the form `Key: value`.

/// The lines that have a colon: what stands before it, and the rest trimmed.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    text.split(|byte| *byte == b'\n').filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        Some((&line[..colon], line[colon + 1..].trim_ascii()))
    })
}

/// A whole decimal number.
pub(super) fn number(text: &[u8]) -> Option<u64> {
    str::from_utf8(text).ok()?.parse().ok()
}

/// `1234 kB` in bytes.
pub(super) fn kilobytes(text: &[u8]) -> Option<u64> {
    let number_of = text.strip_suffix(b"kB")?.trim_ascii_end();
    number(number_of)?.checked_mul(1024)
}
