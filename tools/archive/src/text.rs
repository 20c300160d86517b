//! What people read.

use jiff::Timestamp;

/// A time of the bus for people: RFC 3339, UTC, milliseconds.
pub fn time_text(time_ns: u64) -> String {
    match Timestamp::from_nanosecond(time_ns.into()) {
        Ok(time) => format!("{time:.3}"),
        Err(_) => format!("{time_ns} ns"),
    }
}

/// Text from a file, without what a terminal would obey.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|char| match char.is_control() {
            true => char::REPLACEMENT_CHARACTER,
            false => char,
        })
        .take(500)
        .collect()
}
