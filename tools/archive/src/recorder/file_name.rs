//! Names of the recorder's files: `20261123T145012.345Z-00001.poar`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What the names of archives end with.
pub const EXTENSION: &str = "poar";

/// The name of a part, from 1, of the recording that began at `recording_ns`
/// (nanoseconds since the epoch). Names sort as the files were written.
pub(crate) fn file_name(recording_ns: u64, part: u32) -> String {
    let time = Timestamp::from_nanosecond(recording_ns.into()).unwrap_or(Timestamp::MAX);
    let time = time.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%S%.3fZ");
    format!("{time}-{part:05}.{EXTENSION}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_time_and_part() {
        let names = [
            file_name(1_700_000_000_001_999_999, 1),
            file_name(1_700_000_000_001_000_000, 2),
            file_name(1_700_000_000_002_000_000, 1),
        ];
        assert_eq!(names[0], "20231114T221320.001Z-00001.poar");
        assert!(names.is_sorted());
        assert!(file_name(u64::MAX, u32::MAX).ends_with(".poar"));
    }
}
