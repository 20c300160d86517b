//! Takes out of a message what looks like a value: numbers, hashes, addresses,
//! paths.

use std::ops::Range;

use memchr::memchr;

use crate::catalogue::{VARIABLE, template_id};

/// Words that are looked at; the rest of a longer message is one variable part.
const MOST_TOKENS: usize = 64;

/// No word of a message of Core's is longer. What is, was made up by somebody.
const LONGEST_TOKEN_BYTES: usize = 64;

/// A letter and many others with a digit among them are an address or a key.
const SHORTEST_KEY_BYTES: usize = 24;

/// A message whose values have been taken out. Reused from message to message.
#[derive(Default)]
pub(super) struct Masked {
    /// The message with [`VARIABLE`] for each value.
    pub(super) text: String,
    pub(super) tokens: Vec<Token>,
    /// The values of all tokens: where they are in the message.
    pub(super) values: Vec<Range<usize>>,
}

/// A word: what stands between two spaces.
pub(super) struct Token {
    /// Where it is in the message.
    pub(super) original: Range<usize>,
    /// Stands for its masked form: the [`template_id`] of that.
    pub(super) masked: u64,
    /// Which of the values are its.
    pub(super) values: Range<usize>,
}

impl Masked {
    /// Takes the values out of `message`.
    pub(super) fn set(&mut self, message: &str) {
        self.text.clear();
        self.tokens.clear();
        self.values.clear();
        let mut from = 0;
        while self.tokens.len() < MOST_TOKENS {
            let end = memchr(b' ', &message.as_bytes()[from..]).map(|space| from + space);
            self.token(message, from..end.unwrap_or(message.len()));
            match end {
                Some(end) => from = end + 1,
                None => return,
            }
            self.text.push(' ');
        }
        self.variable(from..message.len(), from..message.len());
    }

    /// A whole token that is a value.
    fn variable(&mut self, original: Range<usize>, value: Range<usize>) {
        let from = self.text.len();
        self.text.push_str(VARIABLE);
        self.values.push(value);
        self.push(original, from, self.values.len() - 1);
    }

    fn token(&mut self, message: &str, token: Range<usize>) {
        let text = &message[token.clone()];
        let is_path = text.starts_with('/') || (text.contains(':') && text.contains("://"));
        if text.len() > LONGEST_TOKEN_BYTES || (is_path && text.len() > 1) {
            return self.variable(token.clone(), token);
        }
        let (from, first) = (self.text.len(), self.values.len());
        let mut at = 0;
        while at < text.len() {
            let atom = atom(&text[at..]);
            let is_signed = at > 0 && text.as_bytes()[at - 1] == b'-';
            match value(&text[at..at + atom]) {
                Some(value) => {
                    let begins = at + value.start;
                    let sign = usize::from(is_signed && value.start == 0 && at == 1);
                    self.text.truncate(self.text.len() - sign);
                    self.text.push_str(&text[at..begins]);
                    self.text.push_str(VARIABLE);
                    self.text.push_str(&text[at + value.end..at + atom]);
                    let value = token.start + begins - sign..token.start + at + value.end;
                    self.values.push(value);
                }
                None => self.text.push_str(&text[at..at + atom]),
            }
            at += atom;
        }
        self.push(token, from, first);
    }

    /// Adds a token whose masked form begins at `from`, and whose values begin
    /// with the `first`.
    fn push(&mut self, original: Range<usize>, from: usize, first: usize) {
        self.tokens.push(Token {
            original,
            masked: template_id(&self.text[from..]),
            values: first..self.values.len(),
        });
    }
}

/// How long the first atom is: letters and digits, with dots, colons and dashes
/// between them; or else one character.
fn atom(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_word = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    if !is_word(0) {
        return text.chars().next().map_or(0, char::len_utf8);
    }
    let mut end = 1;
    loop {
        match bytes.get(end) {
            Some(byte) if byte.is_ascii_alphanumeric() => end += 1,
            Some(b'.' | b':' | b'-') if is_word(end + 1) => end += 2,
            _ => return end,
        }
    }
}

/// Which part of an atom is a value.
fn value(atom: &str) -> Option<Range<usize>> {
    let bytes = atom.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    if digits == 0 && !is_address(atom) {
        return None;
    }
    if bytes[0].is_ascii_digit() {
        // A unit behind it is no part of it: 12ms, 0.5s, 300MiB.
        let number = bytes
            .iter()
            .position(|byte| !byte.is_ascii_digit() && *byte != b'.')
            .unwrap_or(bytes.len());
        let unit = &bytes[number..];
        let is_unit = unit.len() <= 4 && unit.iter().all(u8::is_ascii_alphabetic);
        return Some(0..if is_unit { number } else { bytes.len() });
    }
    let is_hex = bytes.len() >= 8 && bytes.iter().all(u8::is_ascii_hexdigit);
    let is_key = bytes.len() >= SHORTEST_KEY_BYTES;
    let is_version = bytes.len() > 3 && digits * 2 > bytes.len();
    if is_hex || is_key || is_version || is_address(atom) {
        return Some(0..bytes.len());
    }
    // A place in the source, a name with a port: net.cpp:123.
    let colon = atom.find(':')? + 1;
    value(&atom[colon..]).map(|value| value.start + colon..value.end + colon)
}

fn is_address(atom: &str) -> bool {
    if atom.len() <= SHORTEST_KEY_BYTES {
        return false;
    }
    let name = atom.split(':').next().unwrap_or(atom);
    name.ends_with(".onion") || name.ends_with(".i2p")
}
