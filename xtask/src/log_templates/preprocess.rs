//! The preprocessor's part: conditional sections, and macros taken to where
//! they are used.

use std::collections::HashMap;

use super::tokens::{self, Kind, Token};

/// A macro with parameters.
#[derive(Clone, Debug)]
pub(super) struct Macro<'a> {
    parameters: Vec<&'a str>,
    body: Vec<Token<'a>>,
}

/// Macros by their names.
pub(super) type Macros<'a> = HashMap<&'a str, Macro<'a>>;

/// Takes the definitions of macros with parameters out of the directives.
pub(super) fn definitions<'a>(tokens: &[Token<'a>]) -> Macros<'a> {
    tokens
        .iter()
        .filter(|token| token.kind == Kind::Directive)
        .filter_map(|token| definition(token.text))
        .collect()
}

/// Takes the macros that stand for a text out of the directives.
pub(super) fn texts<'a>(tokens: &[Token<'a>]) -> impl Iterator<Item = (&'a str, String)> {
    tokens.iter().filter_map(|token| {
        let rest = token.text.strip_prefix('#')?.trim_start();
        let rest = rest.strip_prefix("define")?.trim_start();
        let (name, value) = rest.split_once(char::is_whitespace)?;
        match tokens::read(value).as_slice() {
            [value] => Some((name, value.string()?)),
            _ => None,
        }
    })
}

fn definition(directive: &str) -> Option<(&str, Macro<'_>)> {
    let rest = directive.strip_prefix('#')?.trim_start();
    let rest = rest.strip_prefix("define")?.trim_start();
    // Only where the bracket touches the name, there are parameters.
    let (name, behind) = rest.split_once('(')?;
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return None;
    }
    let (parameters, body) = behind.split_once(')')?;
    let body = tokens::read(body);
    let parameters = parameters.split(',').map(str::trim).collect();
    Some((name, Macro { parameters, body }))
}

/// What is left without directives. Of a section with alternatives all are
/// kept where each is whole in itself: whatever the compiler chooses is then
/// among them. Else only the last one is.
pub(super) fn without_directives<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut place = 0;
    let mut kept = Vec::with_capacity(tokens.len());
    while place < tokens.len() {
        kept.extend(section(tokens, &mut place).0);
        // An `#else` or `#endif` without its `#if`.
        place += 1;
    }
    kept
}

/// Up to the directive that ends this section, which is returned.
fn section<'a>(tokens: &[Token<'a>], place: &mut usize) -> (Vec<Token<'a>>, &'a str) {
    let mut kept = Vec::new();
    while let Some(token) = tokens.get(*place) {
        if token.kind != Kind::Directive {
            kept.push(*token);
            *place += 1;
            continue;
        }
        match directive_name(token.text) {
            "if" | "ifdef" | "ifndef" => kept.extend(alternatives(tokens, place)),
            name @ ("elif" | "else" | "endif") => return (kept, name),
            _ => *place += 1,
        }
    }
    (kept, "")
}

fn alternatives<'a>(tokens: &[Token<'a>], place: &mut usize) -> Vec<Token<'a>> {
    let is_never = tokens[*place].text.trim_end().ends_with("if 0");
    let mut branches = Vec::new();
    loop {
        // Behind the directive that begins this branch.
        *place += 1;
        let (branch, end) = section(tokens, place);
        branches.push(branch);
        if end == "endif" || end.is_empty() {
            *place += 1;
            break;
        }
    }
    if is_never {
        branches.remove(0);
    }
    if branches.len() > 1 && !branches.iter().all(|branch| is_whole(branch)) {
        branches.drain(..branches.len() - 1);
    }
    branches.concat()
}

fn directive_name(directive: &str) -> &str {
    let rest = directive.trim_start_matches('#').trim_start();
    let end = rest.find(|character: char| !character.is_ascii_alphabetic());
    &rest[..end.unwrap_or(rest.len())]
}

fn is_whole(branch: &[Token<'_>]) -> bool {
    let count = |text| branch.iter().filter(|token| token.is(text)).count();
    count("{") == count("}") && count("(") == count(")")
}

/// Puts macros' bodies where they are used, except for those that
/// `is_kept` names. All that comes from a use, the arguments included, has the
/// line of the outermost macro: that is what `std::source_location` says.
pub(super) struct Expansion<'m, 'a> {
    /// The macros of all headers.
    pub(super) shared: &'m Macros<'a>,
    /// The file's own.
    pub(super) own: &'m Macros<'a>,
    pub(super) is_kept: fn(&str) -> bool,
}

impl<'a> Expansion<'_, 'a> {
    pub(super) fn expand(&self, tokens: &[Token<'a>]) -> Vec<Token<'a>> {
        let mut result = Vec::with_capacity(tokens.len());
        self.append(tokens, None, &mut Vec::new(), &mut result);
        result
    }

    fn append(
        &self,
        tokens: &[Token<'a>],
        line: Option<u32>,
        inside: &mut Vec<&'a str>,
        result: &mut Vec<Token<'a>>,
    ) {
        let mut place = 0;
        while let Some(token) = tokens.get(place) {
            let token = Token {
                line: line.unwrap_or(token.line),
                ..*token
            };
            let used = self.used(tokens, place, inside);
            let Some((used, end)) = used else {
                result.push(token);
                place += 1;
                continue;
            };
            let arguments = &tokens[place + 2..end];
            if (self.is_kept)(token.text) {
                result.extend([token, at(tokens[place + 1], token.line)]);
                self.append(arguments, Some(token.line), inside, result);
                result.push(at(tokens[end], token.line));
            } else {
                let body = substitute(used, arguments);
                inside.push(token.text);
                self.append(&body, Some(token.line), inside, result);
                inside.pop();
            }
            place = end + 1;
        }
    }

    /// The macro that is used at `place`, and where its closing bracket is.
    fn used(
        &self,
        tokens: &[Token<'a>],
        place: usize,
        inside: &[&str],
    ) -> Option<(&Macro<'a>, usize)> {
        let token = tokens.get(place).filter(|token| token.is_identifier())?;
        tokens.get(place + 1).filter(|token| token.is("("))?;
        let used = self
            .own
            .get(token.text)
            .or_else(|| self.shared.get(token.text))?;
        // A member or a name in a namespace is not the macro, though the
        // preprocessor would think so: then it is a macro that Core does not see there.
        let is_qualified = place
            .checked_sub(1)
            .is_some_and(|before| ["::", ".", "->"].iter().any(|text| tokens[before].is(text)));
        if is_qualified || inside.contains(&token.text) {
            return None;
        }
        Some((used, closing(tokens, place + 1)?))
    }
}

fn at(token: Token<'_>, line: u32) -> Token<'_> {
    Token { line, ..token }
}

fn substitute<'a>(used: &Macro<'a>, arguments: &[Token<'a>]) -> Vec<Token<'a>> {
    let arguments = split(arguments);
    let value = |name: &str| -> Option<Vec<Token<'a>>> {
        if name == "__VA_ARGS__" {
            let named = used.parameters.len() - 1;
            return Some(join(arguments.get(named..).unwrap_or_default()));
        }
        let index = used.parameters.iter().position(|known| *known == name)?;
        Some(arguments.get(index)?.to_vec())
    };
    let mut result = Vec::new();
    for token in &used.body {
        match value(token.text) {
            Some(tokens) if token.is_identifier() => result.extend(tokens),
            _ => result.push(*token),
        }
    }
    result
}

fn join<'a>(arguments: &[&[Token<'a>]]) -> Vec<Token<'a>> {
    let mut result = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        if index > 0 {
            result.push(Token {
                kind: Kind::Punctuation,
                text: ",",
                line: 0,
            });
        }
        result.extend_from_slice(argument);
    }
    result
}

/// The bracket that closes the one at `open`.
pub(super) fn closing(tokens: &[Token<'_>], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (place, token) in tokens.iter().enumerate().skip(open) {
        if token.kind != Kind::Punctuation {
            continue;
        }
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(place);
                }
            }
            _ => {}
        }
    }
    None
}

/// Arguments: what stands between the commas outside of brackets.
pub(super) fn split<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    if tokens.is_empty() {
        return Vec::new();
    }
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0i32, 0);
    for (place, token) in tokens.iter().enumerate() {
        if token.kind != Kind::Punctuation {
            continue;
        }
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            "," if depth == 0 => {
                parts.push(&tokens[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(&tokens[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(source: &str) -> Vec<(String, u32)> {
        let tokens = tokens::read(source);
        let own = definitions(&tokens);
        let shared = Macros::new();
        let expansion = Expansion {
            shared: &shared,
            own: &own,
            is_kept: |name| name == "Kept",
        };
        expansion
            .expand(&without_directives(&tokens))
            .iter()
            .map(|token| (token.text.to_owned(), token.line))
            .collect()
    }

    #[test]
    fn a_macro_has_the_line_of_its_use() {
        let source = "#define Twice(a, ...) a + Kept(a, __VA_ARGS__)\n\nTwice(\n  b,\n c, d)\n;";
        let text: Vec<_> = expanded(source);
        let words: Vec<_> = text.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(
            words,
            ["b", "+", "Kept", "(", "b", ",", "c", ",", "d", ")", ";"]
        );
        assert!(text[..10].iter().all(|(_, line)| *line == 3 || *line == 0));
        assert_eq!(text[10].1, 6);
    }

    #[test]
    fn sections_that_are_not_whole_are_chosen_from() {
        let source = "#ifdef A\nif (a) {\n#else\nif (b) {\n#endif\n}\n#if 0\nc\n#endif\n#if X\nd\n#else\ne\n#endif\n";
        let words: Vec<_> = expanded(source).into_iter().map(|(word, _)| word).collect();
        assert_eq!(words, ["if", "(", "b", ")", "{", "}", "d", "e"]);
    }
}
