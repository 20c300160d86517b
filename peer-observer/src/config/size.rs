//! Sizes as people write them: `"16 MiB"`, `"512K"`, or a number of bytes.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};

/// Memory of one ring buffer.
pub(crate) type RingSize = SizeIn<{ 4 << 10 }, { 64 << 20 }>;

/// Memory of a process.
pub(crate) type MemorySize = SizeIn<0, { 1 << 40 }>;

/// A size from `MIN` to `MAX` bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SizeIn<const MIN: u64, const MAX: u64>(u64);

/// Units from large to small. Memory is counted in powers of 1024 whichever
/// way the unit is written.
const UNITS: [(&str, &str, u64); 4] = [
    ("T", "TiB", 1 << 40),
    ("G", "GiB", 1 << 30),
    ("M", "MiB", 1 << 20),
    ("K", "KiB", 1 << 10),
];

const EXPECTED: &str =
    r#"a size: a number of bytes, or text with K, M, G, T, KiB, MiB, GiB or TiB, such as "16 MiB""#;

impl<const MIN: u64, const MAX: u64> SizeIn<MIN, MAX> {
    /// In bytes.
    pub(crate) fn bytes(self) -> u64 {
        self.0
    }

    /// The given size, or the nearest that is allowed.
    pub(crate) fn nearest(bytes: u64) -> Self {
        SizeIn(bytes.clamp(MIN, MAX))
    }
}

fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim_start() {
        "" | "B" => 1,
        unit => {
            UNITS
                .into_iter()
                .find(|(short, long, _)| unit == *short || unit == *long)?
                .2
        }
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

/// In the largest unit that leaves no rest.
struct Written(u64);

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole =
            |(_, _, factor): &&(&str, &str, u64)| self.0 > 0 && self.0.is_multiple_of(*factor);
        let (_, unit, factor) = UNITS.iter().find(whole).unwrap_or(&("B", "B", 1));
        write!(f, "{} {unit}", self.0 / factor)
    }
}

impl<'de, const MIN: u64, const MAX: u64> Deserialize<'de> for SizeIn<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SizeVisitor)
    }
}

impl<const MIN: u64, const MAX: u64> Serialize for SizeIn<MIN, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Written(self.0))
    }
}

struct SizeVisitor<const MIN: u64, const MAX: u64>;

impl<const MIN: u64, const MAX: u64> Visitor<'_> for SizeVisitor<MIN, MAX> {
    type Value = SizeIn<MIN, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_u64<E: de::Error>(self, bytes: u64) -> Result<Self::Value, E> {
        if (MIN..=MAX).contains(&bytes) {
            return Ok(SizeIn(bytes));
        }
        let (min, max) = (Written(MIN), Written(MAX));
        Err(E::custom(format!(
            "{} is out of range: from {min} to {max}",
            Written(bytes)
        )))
    }

    fn visit_i64<E: de::Error>(self, bytes: i64) -> Result<Self::Value, E> {
        let negative = |_| E::invalid_value(de::Unexpected::Signed(bytes), &self);
        u64::try_from(bytes)
            .map_err(negative)
            .and_then(|bytes| self.visit_u64(bytes))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        let bytes = parse(text);
        match bytes {
            Some(bytes) => self.visit_u64(bytes),
            None => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_a_power_of_1024() {
        assert_eq!(parse("16 MiB"), Some(16 << 20));
        assert_eq!(parse("16M"), Some(16 << 20));
        assert_eq!(parse("512 K"), Some(512 << 10));
        assert_eq!(parse("1GiB"), Some(1 << 30));
        assert_eq!(parse("4096"), Some(4096));
        for wrong in [
            "",
            "M",
            "16 MB",
            "16 mib",
            "1.5 M",
            "-1",
            "99999999999999 G",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        assert_eq!(Written(16 << 20).to_string(), "16 MiB");
        assert_eq!(Written(1000).to_string(), "1000 B");
    }
}
