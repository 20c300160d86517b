//! Format strings: tinyformat's (`strprintf`), and C's in LevelDB.

/// A part of a format string.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    Literal(String),
    /// A conversion of the next argument.
    Conversion {
        /// As the catalogue writes it: `d`, `f`, `x`, `c`, `s`.
        letter: char,
        /// It may be padded: then the text is not just the argument's.
        is_plain: bool,
    },
}

/// Takes a format string apart. What is no conversion is text.
pub(super) fn parse(format: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = format;
    while let Some(place) = rest.find('%') {
        literal.push_str(&rest[..place]);
        rest = &rest[place + 1..];
        if let Some(behind) = rest.strip_prefix('%') {
            literal.push('%');
            rest = behind;
            continue;
        }
        let end = rest.find(|c: char| !"-+ #.*'$hljztqL".contains(c) && !c.is_ascii_digit());
        let Some((letter, end)) = end.and_then(|end| Some((rest[end..].chars().next()?, end)))
        else {
            literal.push('%');
            break;
        };
        let Some(kind) = kind(letter) else {
            literal.push('%');
            continue;
        };
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
        }
        parts.push(Part::Conversion {
            letter: kind,
            is_plain: end == 0,
        });
        rest = &rest[end + letter.len_utf8()..];
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    parts
}

fn kind(letter: char) -> Option<char> {
    match letter {
        'd' | 'i' | 'u' => Some('d'),
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'a' | 'A' => Some('f'),
        'x' | 'X' | 'p' | 'o' => Some('x'),
        'c' => Some('c'),
        's' => Some('s'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversions_and_text() {
        let letters: Vec<_> = parse("a %-5s%%b %.2fms 0x%08x %s %llu %")
            .into_iter()
            .map(|part| match part {
                Part::Literal(text) => text,
                Part::Conversion { letter, is_plain } => format!("<{letter}{is_plain}>"),
            })
            .collect();
        let expected = [
            "a ", "<sfalse>", "%b ", "<ffalse>", "ms 0x", "<xfalse>", " ", "<strue>", " ",
            "<dfalse>", " %",
        ];
        assert_eq!(letters, expected);
    }
}
