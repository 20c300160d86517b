//! Pieces of text that are safe to show.

use std::fmt::{self, Display, Formatter, Write};

use crate::json;

/// Of a text that a stranger chose, so many characters are shown: enough for a
/// Tor v3 address with its port.
const MOST_CHARACTERS: usize = 80;
/// Of a line of a log, so many.
const MOST_LINE_CHARACTERS: usize = 400;
/// Of bytes that a stranger chose, so many are shown.
const MOST_BYTES: usize = 16;

/// A moment as time of day in UTC, to the microsecond.
pub(super) struct TimeOfDay(pub(super) u64);

impl Display for TimeOfDay {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let microseconds = self.0 / 1000;
        let seconds = microseconds / 1_000_000 % 86_400;
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        write!(
            f,
            "{hours:02}:{minutes:02}:{:02}.{:06}",
            seconds % 60,
            microseconds % 1_000_000
        )
    }
}

/// A duration given in nanoseconds.
pub(super) struct Milliseconds(pub(super) u64);

impl Display for Milliseconds {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let microseconds = self.0 / 1000;
        write!(f, "{}.{:03} ms", microseconds / 1000, microseconds % 1000)
    }
}

/// A stranger's text between double quotes.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        escape(f, self.0, "\"\\", MOST_CHARACTERS)?;
        f.write_char('"')
    }
}

/// A line of a log between double quotes: part of it may be a stranger's.
pub(super) struct QuotedLine<'a>(pub(super) &'a str);

impl Display for QuotedLine<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        escape(f, self.0, "\"\\", MOST_LINE_CHARACTERS)?;
        f.write_char('"')
    }
}

/// A stranger's text that normally is one word: an address, a name. `-` where it is empty.
pub(super) struct Plain<'a>(pub(super) &'a str);

impl Display for Plain<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_char('-');
        }
        escape(f, self.0, " \\", MOST_CHARACTERS)
    }
}

/// A peer's address, and whether its end is missing.
pub(super) struct PeerAddress<'a>(pub(super) &'a str, pub(super) bool);

impl Display for PeerAddress<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let PeerAddress(address, cut) = *self;
        Plain(address).fmt(f)?;
        if cut { f.write_char('…') } else { Ok(()) }
    }
}

/// Shows printable ASCII but for `special` and escapes the rest: controls are
/// commands to a terminal, and other scripts can reorder the whole line. At
/// most `most` characters.
fn escape(f: &mut Formatter<'_>, text: &str, special: &str, most: usize) -> fmt::Result {
    for (shown, character) in text.chars().enumerate() {
        match character {
            _ if shown == most => return f.write_char('…'),
            ' ' if special.contains(' ') => f.write_str("\\u{20}")?,
            _ if special.contains(character) => write!(f, "\\{character}")?,
            ' '..='~' => f.write_char(character)?,
            '\0' | '\t' | '\r' | '\n' => write!(f, "{}", character.escape_debug())?,
            _ => write!(f, "{}", character.escape_unicode())?,
        }
    }
    Ok(())
}

/// A hash the way Bitcoin shows it.
pub(super) struct Hash<'a>(pub(super) &'a [u8]);

impl Display for Hash<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            0 => f.write_char('-'),
            // An event from elsewhere can hold anything here.
            1..=32 => f.write_str(&json::hash_hex(self.0)),
            _ => Hex(self.0).fmt(f),
        }
    }
}

/// The first bytes in hex.
pub(super) struct Hex<'a>(pub(super) &'a [u8]);

impl Display for Hex<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&json::hex(&self.0[..self.0.len().min(MOST_BYTES)]))?;
        if self.0.len() > MOST_BYTES {
            f.write_char('…')
        } else {
            Ok(())
        }
    }
}

/// `1 header`, `2 headers`.
pub(super) struct Counted<'a>(pub(super) usize, pub(super) &'a str);

impl Display for Counted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Counted(count, noun) = *self;
        match (count, noun.strip_suffix('y')) {
            (1, _) => write!(f, "1 {noun}"),
            (_, Some(stem)) => write!(f, "{count} {stem}ies"),
            (_, None) if noun.ends_with("sh") || noun.ends_with('x') => {
                write!(f, "{count} {noun}es")
            }
            (_, None) => write!(f, "{count} {noun}s"),
        }
    }
}

/// How often each of a few words occurs: `30 wtx, 5 block`.
#[derive(Default)]
pub(super) struct Tally(Vec<(&'static str, usize)>);

impl FromIterator<&'static str> for Tally {
    fn from_iter<I: IntoIterator<Item = &'static str>>(words: I) -> Tally {
        let mut tally = Tally::default();
        for word in words {
            match tally.0.iter_mut().find(|(known, _)| *known == word) {
                Some((_, count)) => *count += 1,
                None => tally.0.push((word, 1)),
            }
        }
        tally
    }
}

impl Display for Tally {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (place, (word, count)) in self.0.iter().enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            write!(f, "{comma}{count} {word}")?;
        }
        Ok(())
    }
}
