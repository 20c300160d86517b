//! From an entry to the payload of an event.

use std::borrow::Cow;

use peer_observer_event::log_parameter::Value;
use peer_observer_event::{LogLine, LogParameter, LogSource, LogTemplateSeen, LogTime};

use crate::detail::detail;
use crate::entries::{Entry, KEPT_BYTES};
use crate::prefix::{LineTime, PrefixReader, Source};
use crate::templates::Templates;

/// Reads entries of one log.
pub(crate) struct LineReader {
    prefixes: PrefixReader,
    templates: Templates,
}

/// What an entry became.
pub(crate) struct Line {
    pub(crate) payload: LogLine,
    /// The line's own time.
    pub(crate) time: Option<LineTime>,
    /// Says so when its template was met for the first time.
    pub(crate) first: Option<LogTemplateSeen>,
}

impl LineReader {
    pub(crate) fn new() -> LineReader {
        LineReader {
            prefixes: PrefixReader::default(),
            templates: Templates::new(),
        }
    }

    pub(crate) fn read(&mut self, entry: &Entry<'_>) -> Line {
        let (text, invalid_utf8) = text(entry);
        let prefix = self.prefixes.read(&text);
        let all = prefix.message;
        // What is invalid becomes longer: three bytes stand for each.
        let message = &all[..all.floor_char_boundary(KEPT_BYTES)];
        let mut payload = LogLine {
            line_bytes: entry.bytes,
            line_count: entry.lines,
            time: time_form(prefix.time).into(),
            mock_time_unix_seconds: prefix.mock_time_unix_seconds,
            thread: prefix.thread.to_owned(),
            source: prefix.source.map(source),
            category: prefix.category.to_owned(),
            level: prefix.level.into(),
            message: message.to_owned(),
            cut: entry.cut || message.len() < all.len(),
            invalid_utf8,
            unterminated: entry.unterminated,
            rate_limited: prefix.rate_limited,
            detail: detail(message, prefix.category),
            ..LogLine::default()
        };
        let mut first = None;
        if let Some(found) = self.templates.find(message, prefix.category) {
            payload.template_id = Some(found.id);
            payload.template_origin = found.origin.into();
            payload.parameters = found.parameters;
            first = found.first;
        }
        Line {
            payload,
            time: prefix.time,
            first,
        }
    }
}

/// The text of an entry, and whether there is something in it that is not UTF-8.
fn text<'a>(entry: &Entry<'a>) -> (Cow<'a, str>, bool) {
    let error = match str::from_utf8(entry.text) {
        Ok(text) => return (Cow::Borrowed(text), false),
        Err(error) => error,
    };
    let valid = &entry.text[..error.valid_up_to()];
    match str::from_utf8(valid) {
        // It was cut in the middle of a character.
        Ok(text) if entry.cut && error.error_len().is_none() => (Cow::Borrowed(text), false),
        _ => (String::from_utf8_lossy(entry.text), true),
    }
}

fn time_form(time: Option<LineTime>) -> LogTime {
    match time {
        Some(time) if time.has_micros => LogTime::Microseconds,
        Some(_) => LogTime::Seconds,
        None => LogTime::Unspecified,
    }
}

fn source(source: Source<'_>) -> LogSource {
    LogSource {
        file: source.file.to_owned(),
        line: source.line,
        function: source.function.to_owned(),
    }
}

/// About how much memory the payload holds on the heap, in bytes.
pub(crate) fn heap_bytes(line: &LogLine) -> usize {
    let text = |parameter: &LogParameter| match &parameter.value {
        Some(Value::Text(text)) => text.len(),
        Some(Value::Hash(hash)) => hash.len(),
        _ => 0,
    };
    let parameters: usize = line.parameters.iter().map(text).sum();
    size_of::<LogLine>()
        + line.message.len()
        + parameters
        + line.parameters.len() * size_of::<LogParameter>()
}
