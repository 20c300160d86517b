//! C++ source as tokens: as much of the language as reading logging calls takes.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Identifier,
    /// A string literal, quotes and prefix included; see [`Token::string`].
    Text,
    /// A number or a character.
    Value,
    Punctuation,
    /// A whole preprocessor directive, continued lines included.
    Directive,
}

/// A token and the line that the compiler reports for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) line: u32,
}

/// Punctuation of more than one character that must not be taken apart. `>>`
/// is: it often ends two template arguments.
const LONG: [&str; 16] = [
    "...", "<<=", "::", "->", "<<", "+=", "-=", "==", "!=", "<=", ">=", "&&", "||", "++", "--",
    "|=",
];

impl<'a> Token<'a> {
    pub(super) fn is(&self, text: &str) -> bool {
        self.text == text && matches!(self.kind, Kind::Punctuation | Kind::Identifier)
    }

    pub(super) fn is_identifier(&self) -> bool {
        self.kind == Kind::Identifier
    }

    /// What a string literal says.
    pub(super) fn string(&self) -> Option<String> {
        if self.kind != Kind::Text {
            return None;
        }
        let (prefix, rest) = self.text.split_once('"')?;
        if prefix.ends_with('R') {
            let (delimiter, rest) = rest.split_once('(')?;
            let body = rest.strip_suffix('"')?.strip_suffix(delimiter)?;
            return Some(body.strip_suffix(')')?.to_owned());
        }
        // A suffix (`"..."_format`) stands behind the last quote.
        let (body, _) = rest.rsplit_once('"')?;
        Some(unescape(body))
    }
}

fn unescape(body: &str) -> String {
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let Some((&escape, behind)) = rest.split_first() else {
            break;
        };
        rest = behind;
        match escape {
            b'n' => bytes.push(b'\n'),
            b't' => bytes.push(b'\t'),
            b'r' => bytes.push(b'\r'),
            b'x' => bytes.push(digits(&mut rest, 16, usize::MAX, 0)),
            b'0'..=b'7' => bytes.push(digits(&mut rest, 8, 2, u32::from(escape - b'0'))),
            // A line that goes on in the next one.
            b'\n' => {}
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn digits(rest: &mut &[u8], radix: u32, most: usize, first: u32) -> u8 {
    let mut value = first;
    for _ in 0..most {
        let Some((&digit, behind)) = rest.split_first() else {
            break;
        };
        let Some(digit) = char::from(digit).to_digit(radix) else {
            break;
        };
        value = value.wrapping_mul(radix) | digit;
        *rest = behind;
    }
    value as u8
}

/// The tokens of a file, comments left out.
pub(super) fn read(source: &str) -> Vec<Token<'_>> {
    let mut reader = Reader {
        source,
        place: 0,
        line: 1,
        at_line_start: true,
        tokens: Vec::new(),
    };
    while reader.place < source.len() {
        reader.step();
    }
    reader.tokens
}

struct Reader<'a> {
    source: &'a str,
    place: usize,
    line: u32,
    at_line_start: bool,
    tokens: Vec<Token<'a>>,
}

impl<'a> Reader<'a> {
    fn step(&mut self) {
        let rest = &self.source[self.place..];
        let Some(first) = rest.chars().next() else {
            return;
        };
        if first == '\n' {
            self.at_line_start = true;
            self.skip(1);
        } else if first.is_whitespace() {
            self.skip(first.len_utf8());
        } else if rest.starts_with("\\\n") {
            // A line that goes on in the next one.
            self.skip(2);
        } else if rest.starts_with("//") {
            self.skip(logical_line(rest));
        } else if rest.starts_with("/*") {
            self.skip(rest.find("*/").map_or(rest.len(), |end| end + 2));
        } else if first == '#' && self.at_line_start {
            self.push(Kind::Directive, logical_line(rest));
        } else if let Some(length) = text_length(rest) {
            self.push(Kind::Text, length);
        } else if first == '\'' {
            self.push(Kind::Value, quoted_length(rest, '\''));
        } else if first.is_ascii_digit() {
            self.push(Kind::Value, number_length(rest));
        } else if is_word(first) {
            self.push(Kind::Identifier, word_length(rest));
        } else if let Some(long) = LONG.into_iter().find(|long| rest.starts_with(long)) {
            self.push(Kind::Punctuation, long.len());
        } else {
            self.push(Kind::Punctuation, first.len_utf8());
        }
    }

    fn push(&mut self, kind: Kind, length: usize) {
        self.at_line_start = false;
        self.tokens.push(Token {
            kind,
            text: &self.source[self.place..self.place + length],
            line: self.line,
        });
        self.skip(length);
    }

    fn skip(&mut self, length: usize) {
        let skipped = &self.source[self.place..self.place + length];
        self.line += skipped.bytes().filter(|byte| *byte == b'\n').count() as u32;
        self.place += length;
    }
}

/// Up to the line's end; a backslash before it continues the line.
fn logical_line(rest: &str) -> usize {
    let mut from = 0;
    while let Some(end) = rest[from..].find('\n') {
        if !rest[..from + end].trim_end_matches('\r').ends_with('\\') {
            return from + end;
        }
        from += end + 1;
    }
    rest.len()
}

/// A string literal with its prefix and suffix; none if there is none here.
fn text_length(rest: &str) -> Option<usize> {
    let quote = rest.find('"').filter(|quote| *quote <= 3)?;
    let prefix = &rest[..quote];
    if !["", "L", "u", "U", "u8", "R", "LR", "uR", "UR", "u8R"].contains(&prefix) {
        return None;
    }
    if prefix.ends_with('R') {
        let delimiter_end = rest.find('(')?;
        let end = format!("){}\"", &rest[quote + 1..delimiter_end]);
        return Some(rest.find(&end)? + end.len());
    }
    let length = quote + quoted_length(&rest[quote..], '"');
    let behind = &rest[length..];
    let suffix = behind.starts_with('_').then(|| word_length(behind));
    // `_(` behind a string is no suffix but would be a call: nobody writes that.
    Some(length + suffix.unwrap_or(0))
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (place, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return place + 1,
            _ => {}
        }
    }
    rest.len()
}

fn number_length(rest: &str) -> usize {
    rest.find(|character: char| {
        !(character.is_ascii_alphanumeric() || matches!(character, '.' | '\'' | '_'))
    })
    .unwrap_or(rest.len())
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn word_length(rest: &str) -> usize {
    rest.find(|character| !is_word(character))
        .unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        read(source).iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_are_left_out_and_lines_counted() {
        let tokens = read("a /* b\n\"c */ d // e \\\n f\ng");
        let found: Vec<_> = tokens
            .iter()
            .map(|token| (token.text, token.line))
            .collect();
        assert_eq!(found, [("a", 1), ("d", 2), ("g", 4)]);
    }

    #[test]
    fn strings_of_every_kind() {
        let tokens = read(r###""a\"\n\x41\u" u8"b" R"x(c"\)x" "d"_mst 'e' 1'000"###);
        let strings: Vec<_> = tokens.iter().filter_map(Token::string).collect();
        assert_eq!(strings, ["a\"\nAu", "b", "c\"\\", "d"]);
        assert_eq!(tokens.len(), 6);
    }

    #[test]
    fn directives_and_punctuation() {
        assert_eq!(
            texts("#define A(x) \\\n  x\na->b::c<<d<e<f>>"),
            [
                "#define A(x) \\\n  x",
                "a",
                "->",
                "b",
                "::",
                "c",
                "<<",
                "d",
                "<",
                "e",
                "<",
                "f",
                ">",
                ">"
            ]
        );
    }
}
