//! Durations as people write them: `"10 s"`, `"500 ms"`.

use std::fmt;
use std::time::Duration;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};

/// From the beginning of a call to that of the next.
pub(crate) type Interval = DurationIn<100, { 24 * 60 * 60 * 1000 }>;

/// How long a call may take.
pub(crate) type Timeout = DurationIn<10, { 10 * 60 * 1000 }>;

/// A duration from `MIN` to `MAX` milliseconds, whole milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DurationIn<const MIN: u64, const MAX: u64> {
    milliseconds: u64,
}

/// Units from large to small, in milliseconds.
const UNITS: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("min", 60_000),
    ("s", 1000),
    ("ms", 1),
];

const EXPECTED: &str = r#"a duration as text with unit: "500 ms", "10 s", "5 min", "1 h" or "7 d""#;

impl<const MIN: u64, const MAX: u64> DurationIn<MIN, MAX> {
    /// This duration for the rest of the program.
    pub(crate) fn get(self) -> Duration {
        Duration::from_millis(self.milliseconds)
    }

    /// So many seconds, or the nearest that is allowed.
    pub(crate) fn seconds(seconds: u64) -> Self {
        Self::nearest(Duration::from_secs(seconds))
    }

    /// The given duration, or the nearest that is allowed.
    pub(crate) fn nearest(duration: Duration) -> Self {
        let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        DurationIn {
            milliseconds: milliseconds.clamp(MIN, MAX),
        }
    }
}

fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let (_, factor) = UNITS
        .into_iter()
        .find(|(word, _)| *word == unit.trim_start())?;
    number.parse::<u64>().ok()?.checked_mul(factor)
}

/// In the largest unit that leaves no rest.
struct Written(u64);

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = |(_, factor): &&(&str, u64)| self.0 > 0 && self.0.is_multiple_of(*factor);
        let (unit, factor) = UNITS.iter().find(whole).unwrap_or(&("ms", 1));
        write!(f, "{} {unit}", self.0 / factor)
    }
}

impl<'de, const MIN: u64, const MAX: u64> Deserialize<'de> for DurationIn<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

impl<const MIN: u64, const MAX: u64> Serialize for DurationIn<MIN, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Written(self.milliseconds))
    }
}

struct TextVisitor<const MIN: u64, const MAX: u64>;

impl<const MIN: u64, const MAX: u64> Visitor<'_> for TextVisitor<MIN, MAX> {
    type Value = DurationIn<MIN, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        let milliseconds =
            parse(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))?;
        if (MIN..=MAX).contains(&milliseconds) {
            return Ok(DurationIn { milliseconds });
        }
        let (min, max) = (Written(MIN), Written(MAX));
        Err(E::custom(format!(
            "{} is out of range: from {min} to {max}",
            Written(milliseconds)
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_read_and_written_back() {
        for text in ["500 ms", "10 s", "5 min", "1 h", "7 d"] {
            assert_eq!(Written(parse(text).expect(text)).to_string(), text);
        }
        assert_eq!(parse("10s"), Some(10_000));
        for wrong in [
            "",
            "10",
            "s",
            "1.5 s",
            "-1 s",
            "10 sec",
            "99999999999999999999 s",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
