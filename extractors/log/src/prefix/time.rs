//! The time at the beginning of a line: `2026-01-31T12:34:56Z` or, with
//! `-logtimemicros=1`, `2026-01-31T12:34:56.123456Z`.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// `0` stands for any digit. What comes behind has more than one form.
const SHAPE: &[u8; 19] = b"0000-00-00T00:00:00";

/// In front of the time of lines that Core writes while it leaves others out.
pub(super) const RATE_LIMIT_MARK: &str = "[*] ";

/// What the first bytes of a line say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beginning {
    /// It begins with a time.
    Time,
    /// It does not.
    Other,
    /// It takes more bytes to tell.
    Undecided,
}

/// Does a line begin with a time? Looks at its shape alone.
pub(crate) fn beginning(line: &[u8]) -> Beginning {
    let mark = RATE_LIMIT_MARK.as_bytes();
    let (marked, line) = match line.strip_prefix(mark) {
        Some(line) => (true, line),
        None => (false, line),
    };
    // Nearly all lines are long enough, which lets the compiler unroll this.
    if let Some(line) = line.first_chunk::<{ SHAPE.len() }>() {
        let fits = (0..SHAPE.len()).fold(true, |fits, at| fits & fits_at(at, line[at]));
        return match fits {
            true => Beginning::Time,
            false => Beginning::Other,
        };
    }
    let could_be_mark = !marked && line.len() < mark.len() && mark.starts_with(line);
    let fits = line.iter().enumerate().all(|(at, byte)| fits_at(at, *byte));
    match could_be_mark || fits {
        true => Beginning::Undecided,
        false => Beginning::Other,
    }
}

/// Can a time have this byte at this place?
const fn fits_at(at: usize, byte: u8) -> bool {
    match SHAPE[at] {
        b'0' => byte.is_ascii_digit(),
        other => byte == other,
    }
}

/// A line's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineTime {
    /// Nanoseconds since the epoch.
    pub unix_ns: u64,
    /// It is exact to the microsecond, not just to the second.
    pub has_micros: bool,
}

/// Reads times. Remembers the last minute: most lines are of the same one.
#[derive(Default)]
pub(super) struct TimeReader {
    /// `2026-01-31T12:34:`, and its beginning in seconds since the epoch.
    minute: ([u8; 17], i64),
}

impl TimeReader {
    /// The time at the beginning of `text`, and what comes behind it.
    pub(super) fn line_time<'a>(&mut self, text: &'a str) -> Option<(LineTime, &'a str)> {
        let (seconds, rest) = self.seconds(text)?;
        let seconds = u64::try_from(seconds).ok()?;
        let (micros, rest) = match rest.strip_prefix('.') {
            Some(fraction) => {
                let (digits, rest) = fraction.split_at_checked(6)?;
                (Some(number(digits.as_bytes())?), rest)
            }
            None => (None, rest),
        };
        let nanos = u64::from(micros.unwrap_or(0)) * 1000;
        let unix_ns = seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?;
        let time = LineTime {
            unix_ns,
            has_micros: micros.is_some(),
        };
        Some((time, rest.strip_prefix('Z')?))
    }

    /// `2026-01-31T12:34:56Z`, in seconds since the epoch.
    pub(super) fn whole_seconds(&mut self, text: &str) -> Option<i64> {
        let (seconds, rest) = self.seconds(text)?;
        (rest == "Z").then_some(seconds)
    }

    fn seconds<'a>(&mut self, text: &'a str) -> Option<(i64, &'a str)> {
        let bytes: &[u8; 19] = text.as_bytes().first_chunk()?;
        let (minute, second) = bytes.split_first_chunk::<17>()?;
        if *minute != self.minute.0 {
            if beginning(bytes) != Beginning::Time {
                return None;
            }
            self.minute = (*minute, minute_unix(minute)?);
        }
        let second = number(second).filter(|second| *second < 60)?;
        // The bytes up to here are ASCII, so this is a boundary between characters.
        Some((self.minute.1 + i64::from(second), text.get(19..)?))
    }
}

/// The beginning of a minute whose shape has been checked.
fn minute_unix(minute: &[u8; 17]) -> Option<i64> {
    let part = |from: usize, to: usize| number(&minute[from..to]);
    let small = |from, to| i8::try_from(part(from, to)?).ok();
    let year = i16::try_from(part(0, 4)?).ok()?;
    let date = Date::new(year, small(5, 7)?, small(8, 10)?).ok()?;
    let time = Time::new(small(11, 13)?, small(14, 16)?, 0, 0).ok()?;
    let timestamp = TimeZone::UTC.to_timestamp(DateTime::from_parts(date, time));
    Some(timestamp.ok()?.as_second())
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0u32, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| digit - b'0')?;
        number.checked_mul(10)?.checked_add(u32::from(digit))
    })
}
