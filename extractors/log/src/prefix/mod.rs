//! What stands in front of a message.
//!
//! Core 22 to 31 write, each part being there or not:
//!
//! ```text
//! [*] TIME (mocktime: TIME) [thread] [file:line] [function] [category:level] message
//! ```

mod time;
mod words;

#[cfg(test)]
mod tests;

use memchr::memchr;
use peer_observer_event::LogLevel;

pub use time::LineTime;
pub(crate) use time::{Beginning, beginning};
pub use words::CATEGORIES;
pub(crate) use words::old_level;

/// A line's parts. Nothing is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix<'a> {
    /// Core leaves out lines of some place meanwhile (`[*]`, Core 30 and newer).
    pub rate_limited: bool,
    /// `None` with `-logtimestamps=0`.
    pub time: Option<LineTime>,
    /// The node's mock time, seconds since the epoch.
    pub mock_time_unix_seconds: Option<i64>,
    /// Empty without `-logthreadnames=1`.
    pub thread: &'a str,
    /// With `-logsourcelocations=1`.
    pub source: Option<Source<'a>>,
    /// Empty for none; older versions write none at all.
    pub category: &'a str,
    /// What the line says; without a word, debug for lines of a category, else info.
    pub level: LogLevel,
    /// What stands behind all that.
    pub message: &'a str,
}

/// Where Core's source logs the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source<'a> {
    /// As Core prints it: `net.cpp`.
    pub file: &'a str,
    /// Counted from 1.
    pub line: u32,
    /// As the compiler spells it.
    pub function: &'a str,
}

/// Reads prefixes of one log after the other.
///
/// `[net]` and `[http]` are threads and categories. Whether lines have threads
/// is learned from those that leave no doubt: with `-logthreadnames=1` every
/// line has one.
#[derive(Default)]
pub struct PrefixReader {
    times: time::TimeReader,
    has_threads: bool,
}

/// The content of a bracket at the beginning, and what comes behind it.
fn bracket(text: &str) -> Option<(&str, &str)> {
    let content = text.strip_prefix('[')?;
    let (content, rest) = content.split_at(memchr(b']', content.as_bytes())?);
    Some((content, rest.strip_prefix("] ")?))
}

impl PrefixReader {
    /// The parts of a line, given without its end.
    pub fn read<'a>(&mut self, line: &'a str) -> Prefix<'a> {
        let (rate_limited, rest) = match line.strip_prefix(time::RATE_LIMIT_MARK) {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let (time, mock_time_unix_seconds, rest) = self.times(rest);
        let (thread, rest) = self.thread(rest, time.is_some());
        let (source, rest) =
            source(rest).map_or((None, rest), |(source, rest)| (Some(source), rest));
        let (category, level, message) = category_and_level(rest);
        Prefix {
            rate_limited,
            time,
            mock_time_unix_seconds,
            thread,
            source,
            category,
            level,
            message,
        }
    }

    fn times<'a>(&mut self, text: &'a str) -> (Option<LineTime>, Option<i64>, &'a str) {
        let Some((time, rest)) = self.times.line_time(text) else {
            return (None, None, text);
        };
        // Lines of nothing but a prefix lose the space when they are cut.
        let behind = rest.strip_prefix(' ').unwrap_or(rest);
        let mock = behind
            .strip_prefix("(mocktime: ")
            .and_then(|mock| mock.split_once(')'))
            .and_then(|(mock, rest)| Some((self.times.whole_seconds(mock)?, rest)));
        match mock {
            Some((mock, rest)) => (
                Some(time),
                Some(mock),
                rest.strip_prefix(' ').unwrap_or(rest),
            ),
            None => (Some(time), None, behind),
        }
    }

    fn thread<'a>(&mut self, text: &'a str, has_time: bool) -> (&'a str, &'a str) {
        let none = ("", text);
        let Some((name, rest)) = bracket(text) else {
            // Lines without a time can be the rest of something.
            self.has_threads &= !has_time;
            return none;
        };
        let is_next = || {
            source(rest).is_some()
                || bracket(rest).is_some_and(|(word, _)| category_or_level(word).is_some())
        };
        let is_something_else = category_or_level(name).is_some() || source(text).is_some();
        let is_it = match words::is_thread(name) {
            true => !is_something_else || self.has_threads || is_next(),
            false => !is_something_else && (self.has_threads || is_next()),
        };
        if has_time && is_something_else != is_it {
            self.has_threads = is_it;
        }
        match is_it {
            true => (name, rest),
            false => none,
        }
    }
}

/// `[file:line] [function] `. Functions can have brackets of their own
/// (`operator()[abi:cxx11]`, `[with T = int]`), which come in pairs.
fn source(text: &str) -> Option<(Source<'_>, &str)> {
    let (place, rest) = bracket(text)?;
    let (file, line) = place.rsplit_once(':')?;
    let line = line.parse().ok()?;
    if !file.contains('.') {
        return None;
    }
    let behind = rest.strip_prefix('[')?;
    let mut depth = 1;
    let end = behind.bytes().position(|byte| {
        match byte {
            b'[' => depth += 1,
            b']' => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    let (function, rest) = behind.split_at(end);
    let rest = rest.strip_prefix(']')?;
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    let source = Source {
        file,
        line,
        function,
    };
    Some((source, rest))
}

/// `[category] `, `[category:level] ` or `[level] `.
fn category_and_level(text: &str) -> (&str, LogLevel, &str) {
    let found = bracket(text).and_then(|(word, rest)| Some((category_or_level(word)?, rest)));
    match found {
        Some(((category, level), rest)) => {
            let default = match category {
                "" => LogLevel::Info,
                _ => LogLevel::Debug,
            };
            (category, level.unwrap_or(default), rest)
        }
        None => {
            let level = old_level(text).map_or(LogLevel::Info, |(level, _)| level);
            ("", level, text)
        }
    }
}

fn category_or_level(word: &str) -> Option<(&str, Option<LogLevel>)> {
    if let Some((category, level)) = word.split_once(':') {
        let level = words::level(level)?;
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        return match category {
            words::ALL => Some(("", Some(level))),
            _ if !category.is_empty() && category.bytes().all(is_word) => {
                Some((category, Some(level)))
            }
            _ => None,
        };
    }
    match words::level(word) {
        Some(level) => Some(("", Some(level))),
        None if word == words::ALL => Some(("", None)),
        None if words::is_category(word) => Some((word, None)),
        None => None,
    }
}
