//! The form of a template, and whether a message has it.
//!
//! A template is taken apart at its `%s`, which can be anything: between two of
//! them is a segment of literals and numbers, which fits at a given place in one
//! way only. The first segment stands at the message's beginning, the last at its
//! end, and each other one at the first place behind the one before where it fits:
//! if it does not fit there, no other choice helps. So there is no backtracking.
//! Each segment is looked for by passing over the message once; a number is at
//! most [`MAX_NUMBER_BYTES`] long, so a try takes limited time.

use memchr::memmem::Finder;

use super::{Parameter, ParameterKind};

/// A number that is longer is none: `%f` of the largest double has 309 digits.
const MAX_NUMBER_BYTES: usize = 400;

/// A hash as hexadecimal digits.
const HASH_DIGITS: usize = 64;

/// A value's conversion in the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conversion {
    Integer,
    Number,
    Hexadecimal,
    Character,
    Text,
}

/// A part of a template, as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Literal(String),
    Hole(Conversion),
}

/// A step of a segment: never [`Conversion::Text`].
#[derive(Debug)]
enum Step {
    Literal(Box<str>),
    Hole(Conversion),
}

#[derive(Debug, Default)]
struct Segment {
    steps: Vec<Step>,
    /// Finds its first literal, where it begins with one.
    finder: Option<Finder<'static>>,
}

/// A template, ready to be compared with messages.
#[derive(Debug)]
pub(super) struct Shape {
    segments: Vec<Segment>,
    holes: usize,
    literal_characters: usize,
    letters: usize,
}

impl Shape {
    pub(super) fn new(parts: Vec<Part>) -> Shape {
        let mut segments = vec![Segment::default()];
        let (mut holes, mut literal_characters, mut letters) = (0, 0, 0);
        for part in parts {
            holes += usize::from(matches!(part, Part::Hole(_)));
            if let Part::Literal(text) = &part {
                literal_characters += text.chars().count();
                letters += text.chars().filter(|c| c.is_alphabetic()).count();
            }
            let step = match part {
                Part::Hole(Conversion::Text) => {
                    segments.push(Segment::default());
                    continue;
                }
                Part::Hole(conversion) => Step::Hole(conversion),
                Part::Literal(text) => Step::Literal(text.into()),
            };
            if let Some(last) = segments.last_mut() {
                last.steps.push(step);
            }
        }
        for segment in &mut segments {
            if let Some(Step::Literal(text)) = segment.steps.first() {
                segment.finder = Some(Finder::new(text.as_bytes()).into_owned());
            }
        }
        Shape {
            segments,
            holes,
            literal_characters,
            letters,
        }
    }

    pub(super) fn holes(&self) -> usize {
        self.holes
    }

    pub(super) fn literal_characters(&self) -> usize {
        self.literal_characters
    }

    pub(super) fn letters(&self) -> usize {
        self.letters
    }

    /// What every message begins with.
    pub(super) fn beginning(&self) -> &str {
        match self.segments.first().and_then(|first| first.steps.first()) {
            Some(Step::Literal(text)) => text,
            _ => "",
        }
    }

    /// What every message ends with.
    pub(super) fn end(&self) -> &str {
        match self.segments.last().and_then(|last| last.steps.last()) {
            Some(Step::Literal(text)) => text,
            _ => "",
        }
    }

    /// The variable parts of a message of this form; none if it has another.
    pub(super) fn parameters<'m>(&self, message: &'m str) -> Option<Vec<Parameter<'m>>> {
        let (last, others) = self.segments.split_last()?;
        if !message.ends_with(self.end()) {
            return None;
        }
        let mut found = Vec::with_capacity(self.holes);
        let mut end = 0;
        for (number, segment) in others.iter().enumerate() {
            end = match number {
                0 => segment.fit(message, 0, &mut found)?,
                _ => segment.find(message, end, &mut found)?,
            };
        }
        match others.is_empty() {
            true => {
                let end = last.fit(message, 0, &mut found)?;
                (end == message.len()).then_some(found)
            }
            false => {
                last.find_at_end(message, end, &mut found)?;
                Some(found)
            }
        }
    }
}

impl Segment {
    /// Does it stand at `start`? Then where it ends; adds its parameters.
    fn fit<'m>(
        &self,
        message: &'m str,
        start: usize,
        found: &mut Vec<Parameter<'m>>,
    ) -> Option<usize> {
        let mut place = start;
        for step in &self.steps {
            let rest = &message[place..];
            match step {
                Step::Literal(text) => {
                    if !rest.starts_with(&**text) {
                        return None;
                    }
                    place += text.len();
                }
                Step::Hole(conversion) => {
                    let (before, length) = conversion.length(rest)?;
                    found.push(Parameter {
                        text: &rest[before..before + length],
                        kind: conversion.kind(),
                    });
                    place += before + length;
                }
            }
        }
        Some(place)
    }

    /// Finds it at or behind `from`, after a text that is a parameter too.
    fn find<'m>(
        &self,
        message: &'m str,
        from: usize,
        found: &mut Vec<Parameter<'m>>,
    ) -> Option<usize> {
        self.find_where(message, from, found, |_| true)
    }

    /// The same for the last one, which ends where the message does.
    fn find_at_end<'m>(
        &self,
        message: &'m str,
        from: usize,
        found: &mut Vec<Parameter<'m>>,
    ) -> Option<usize> {
        match self.steps.as_slice() {
            [] => {
                found.push(text(&message[from..]));
                Some(message.len())
            }
            [Step::Literal(literal)] => {
                let start = message.len().checked_sub(literal.len())?;
                found.push(text(message.get(from..start)?));
                Some(message.len())
            }
            _ => self.find_where(message, from, found, |end| end == message.len()),
        }
    }

    fn find_where<'m>(
        &self,
        message: &'m str,
        from: usize,
        found: &mut Vec<Parameter<'m>>,
        accept: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let before = found.len();
        let mut start = from;
        loop {
            start = match &self.finder {
                Some(finder) => start + finder.find(&message.as_bytes()[start..])?,
                None => start,
            };
            found.push(text(&message[from..start]));
            match self.fit(message, start, found) {
                Some(end) if accept(end) => return Some(end),
                _ => found.truncate(before),
            }
            start += message[start..].chars().next()?.len_utf8();
        }
    }
}

fn text(text: &str) -> Parameter<'_> {
    let is_hash = text.len() == HASH_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    Parameter {
        text,
        kind: match is_hash {
            true => ParameterKind::Hash,
            false => ParameterKind::Text,
        },
    }
}

impl Conversion {
    fn kind(self) -> ParameterKind {
        match self {
            Conversion::Integer => ParameterKind::Integer,
            Conversion::Number => ParameterKind::Number,
            Conversion::Hexadecimal | Conversion::Character | Conversion::Text => {
                ParameterKind::Text
            }
        }
    }

    /// How many bytes of padding stand before a value at the beginning of
    /// `rest`, and how many it has.
    fn length(self, rest: &str) -> Option<(usize, usize)> {
        if self == Conversion::Character {
            return Some((0, character(rest)?));
        }
        let limited = &rest.as_bytes()[..rest.len().min(MAX_NUMBER_BYTES)];
        let padding = count(limited, |byte| byte == b' ');
        let value = &limited[padding..];
        let length = match self {
            Conversion::Integer => integer(value),
            Conversion::Number => number(value),
            Conversion::Hexadecimal => {
                let prefix = if value.starts_with(b"0x") { 2 } else { 0 };
                let digits = count(&value[prefix..], |byte| byte.is_ascii_hexdigit());
                if digits > 0 { prefix + digits } else { 0 }
            }
            // These have no length of their own.
            Conversion::Character | Conversion::Text => 0,
        };
        (length > 0).then_some((padding, length))
    }
}

/// One character, or what Core writes for a control character: `\x1f`.
fn character(text: &str) -> Option<usize> {
    let is_escape = |bytes: &[u8]| {
        bytes.starts_with(br"\x") && bytes[2..].iter().all(|byte| byte.is_ascii_hexdigit())
    };
    match text.as_bytes().get(..4).is_some_and(is_escape) {
        true => Some(4),
        false => text.chars().next().map(char::len_utf8),
    }
}

fn count(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    bytes
        .iter()
        .position(|byte| !is(*byte))
        .unwrap_or(bytes.len())
}

fn sign(bytes: &[u8]) -> usize {
    usize::from(matches!(bytes.first(), Some(b'-' | b'+')))
}

fn integer(bytes: &[u8]) -> usize {
    let sign = sign(bytes);
    match count(&bytes[sign..], |byte| byte.is_ascii_digit()) {
        0 => 0,
        digits => sign + digits,
    }
}

/// `-12.5`, `1e+06`, `-nan`, `inf`.
fn number(bytes: &[u8]) -> usize {
    let sign = sign(bytes);
    let value = &bytes[sign..];
    if value.starts_with(b"nan") || value.starts_with(b"inf") {
        return sign + 3;
    }
    let mut length = count(value, |byte| byte.is_ascii_digit());
    if length == 0 {
        return 0;
    }
    if value.get(length) == Some(&b'.') {
        length += 1 + count(&value[length + 1..], |byte| byte.is_ascii_digit());
    }
    if let Some(b'e' | b'E') = value.get(length) {
        length += match integer(&value[length + 1..]) {
            0 => 0,
            exponent => 1 + exponent,
        };
    }
    sign + length
}
