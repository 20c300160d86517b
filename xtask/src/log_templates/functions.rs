//! Where functions begin and end.

use std::ops::Range;

use super::preprocess::{closing, split};
use super::tokens::{Kind, Token};

/// A function with a body.
#[derive(Clone, Debug)]
pub(super) struct Function<'a> {
    /// Without class and namespace.
    pub(super) name: &'a str,
    pub(super) parameters: Vec<Parameter<'a>>,
    /// What stands between its braces.
    pub(super) body: Range<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct Parameter<'a> {
    pub(super) name: &'a str,
    /// The value it has when the caller says none.
    pub(super) default: Option<Range<usize>>,
    /// It is a text that the function can change for its caller.
    pub(super) is_text_output: bool,
}

/// All functions of a file; those of classes too.
pub(super) fn find<'a>(tokens: &[Token<'a>]) -> Vec<Function<'a>> {
    let mut functions = Vec::new();
    // Where the declaration that is being read begins.
    let mut head = 0;
    let mut place = 0;
    while let Some(token) = tokens.get(place) {
        if token.kind != Kind::Punctuation {
            place += 1;
            continue;
        }
        match token.text {
            ";" | "}" => {
                place += 1;
                head = place;
            }
            // `public:`, but not `Class::Class() : member(…)`.
            ":" if place == head + 1 => {
                place += 1;
                head = place;
            }
            "(" | "[" => place = closing(tokens, place).map_or(tokens.len(), |end| end + 1),
            "{" => match opened(tokens, head, place) {
                Opened::Declarations => {
                    place += 1;
                    head = place;
                }
                Opened::Value => {
                    place = closing(tokens, place).map_or(tokens.len(), |end| end + 1);
                }
                Opened::Body(name, parameters) => {
                    let end = closing(tokens, place).unwrap_or(tokens.len());
                    functions.push(Function {
                        name,
                        parameters,
                        body: place + 1..end,
                    });
                    place = end + 1;
                    head = place;
                }
            },
            _ => place += 1,
        }
    }
    functions
}

enum Opened<'a> {
    /// A namespace, a class.
    Declarations,
    /// The value of a variable, an enum.
    Value,
    Body(&'a str, Vec<Parameter<'a>>),
}

/// What the brace at `brace` begins, by the declaration before it.
fn opened<'a>(tokens: &[Token<'a>], head: usize, brace: usize) -> Opened<'a> {
    let head = skip_template(tokens, head);
    let declaration = &tokens[head..brace];
    let has = |text: &str| declaration.iter().any(|token| token.is(text));
    if has("enum") {
        return Opened::Value;
    }
    let signature = signature(tokens, head, brace);
    match signature {
        Some((name, parameters)) if is_body(tokens, name, brace) => {
            Opened::Body(name_text(tokens, name), read_parameters(tokens, parameters))
        }
        Some(_) => Opened::Value,
        None if has("namespace") || has("class") || has("struct") || has("union") => {
            Opened::Declarations
        }
        None if has("extern") => Opened::Declarations,
        None => Opened::Value,
    }
}

/// `template <…>` before a declaration.
fn skip_template(tokens: &[Token<'_>], head: usize) -> usize {
    if !tokens.get(head).is_some_and(|token| token.is("template")) {
        return head;
    }
    let mut depth = 0;
    for (place, token) in tokens.iter().enumerate().skip(head + 1) {
        if token.is("<") {
            depth += 1;
        } else if token.is(">") {
            depth -= 1;
            if depth == 0 {
                return skip_template(tokens, place + 1);
            }
        } else if token.is("{") || token.is(";") {
            break;
        }
    }
    head
}

/// The place of the function's name, and its parameters' brackets; none where
/// the declaration is no function's.
fn signature(tokens: &[Token<'_>], head: usize, brace: usize) -> Option<(usize, Range<usize>)> {
    let mut place = head;
    while place < brace {
        let token = &tokens[place];
        if token.is("=") && !is_operator(tokens, place) {
            return None;
        }
        if token.is("[") {
            // An attribute.
            place = closing(tokens, place)? + 1;
            continue;
        }
        if token.is("(") {
            let end = closing(tokens, place)?;
            let name = place.checked_sub(1).filter(|name| *name >= head)?;
            let is_name = tokens[name].is_identifier() || is_operator(tokens, name);
            // `__attribute__((…))`, `alignas(…)` and their macros stand before the name.
            let is_attribute = [
                "__attribute__",
                "alignas",
                "decltype",
                "explicit",
                "requires",
            ]
            .contains(&tokens[name].text)
                || tokens.get(end + 1).is_some_and(Token::is_identifier)
                    && !is_qualifier(tokens[end + 1].text);
            if is_name && !is_attribute {
                return Some((name, place + 1..end));
            }
            place = end + 1;
            continue;
        }
        place += 1;
    }
    None
}

/// What may stand between a function's parameters and its body.
fn is_qualifier(word: &str) -> bool {
    ["const", "noexcept", "override", "final", "mutable", "try", "requires"].contains(&word)
        // Clang's thread safety attributes.
        || word.chars().all(|character| character.is_ascii_uppercase() || character == '_')
}

fn is_operator(tokens: &[Token<'_>], place: usize) -> bool {
    (1..=3).any(|back| {
        place
            .checked_sub(back)
            .is_some_and(|before| tokens[before].is("operator"))
    })
}

/// Braces after a constructor's member are that member's value.
fn is_body(tokens: &[Token<'_>], name: usize, brace: usize) -> bool {
    let Some(open) = (name..brace).find(|place| tokens[*place].is("(")) else {
        return false;
    };
    let Some(end) = closing(tokens, open) else {
        return false;
    };
    let mut initialisers = false;
    for token in &tokens[end + 1..brace] {
        initialisers |= token.is(":");
    }
    let last = &tokens[brace - 1];
    !initialisers || !(last.is_identifier() || last.is(">"))
}

fn name_text<'a>(tokens: &[Token<'a>], name: usize) -> &'a str {
    match is_operator(tokens, name) {
        true => "operator",
        false => tokens[name].text,
    }
}

fn read_parameters<'a>(tokens: &[Token<'a>], range: Range<usize>) -> Vec<Parameter<'a>> {
    let list = &tokens[range.clone()];
    let mut start = range.start;
    split_outside_templates(list)
        .into_iter()
        .map(|part| {
            let equals = part.iter().position(|token| token.is("="));
            let declaration = &part[..equals.unwrap_or(part.len())];
            let name = declaration
                .iter()
                .rfind(|token| token.is_identifier())
                .map_or("", |token| token.text);
            let default = equals.map(|equals| start + equals + 1..start + part.len());
            start += part.len() + 1;
            let has = |text: &str| declaration.iter().any(|token| token.is(text));
            let is_text_output =
                (has("&") || has("*")) && !has("const") && (has("string") || has("bilingual_str"));
            Parameter {
                name,
                default,
                is_text_output,
            }
        })
        .collect()
}

/// As [`split`], but `map<a, b>` is one.
fn split_outside_templates<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut parts: Vec<&[Token<'a>]> = Vec::new();
    let mut start = 0;
    let mut end = 0;
    for part in split(tokens) {
        end += part.len();
        let whole = &tokens[start..end];
        let count = |text| whole.iter().filter(|token| token.is(text)).count();
        if count("<") <= count(">") {
            parts.push(whole);
            start = end + 1;
        }
        end += 1;
    }
    if start < tokens.len() {
        parts.push(&tokens[start..]);
    }
    parts
}

/// The bodies of the lambdas between `range`'s ends, outer ones first.
pub(super) fn lambdas(tokens: &[Token<'_>], range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for place in range.clone() {
        if tokens[place].is("[")
            && let Some(body) = lambda_body(tokens, place)
            && body.end <= range.end
        {
            found.push(body);
        }
    }
    found
}

/// The body of the lambda whose captures begin at `open`.
pub(super) fn lambda_body(tokens: &[Token<'_>], open: usize) -> Option<Range<usize>> {
    // Behind a name or a value the bracket is an index.
    let is_index = open.checked_sub(1).is_some_and(|before| {
        let token = &tokens[before];
        token.is(")") || token.is("]") || token.is_identifier() && !token.is("return")
    });
    if is_index {
        return None;
    }
    let mut place = closing(tokens, open)? + 1;
    if tokens.get(place)?.is("(") {
        place = closing(tokens, place)? + 1;
    }
    // `mutable`, attributes, `-> type`.
    while !tokens.get(place)?.is("{") {
        let token = &tokens[place];
        if token.is("(") {
            place = closing(tokens, place)?;
        } else if token.is(";") || token.is(",") || token.is(")") || token.is("=") {
            return None;
        }
        place += 1;
    }
    Some(place + 1..closing(tokens, place)?)
}

#[cfg(test)]
mod tests {
    use super::super::tokens::read;
    use super::*;

    #[test]
    fn functions_of_every_form() {
        let source = r"
            namespace a { class B final : public C { public: int x{1}; static const int y = 2;
              B(int p, std::map<a, b> q = {}) : x{p}, C(q) { one(); }
              void f() const override EXCLUSIVE_LOCKS_REQUIRED(!m) { two(); } };
            enum class E { X, Y };
            template <typename T, int N> std::string g(const T& text, int n = 5) noexcept { return 1; }
            static std::map<int, int> table{{1, 2}};
            bool operator==(const B& l, const B& r) { return true; }
            int value = h();
            auto C::i(char* s[]) -> int { [&](int z) { three(); }(); }
            }";
        let tokens = read(source);
        let functions = find(&tokens);
        let found: Vec<_> = functions
            .iter()
            .map(|function| {
                let names: Vec<_> = function.parameters.iter().map(|p| p.name).collect();
                (function.name, names.join(" "))
            })
            .collect();
        let expected = [
            ("B", "p q"),
            ("f", ""),
            ("g", "text n"),
            ("operator", "l r"),
            ("i", "s"),
        ];
        assert_eq!(found, expected.map(|(name, list)| (name, list.to_owned())));
        let default = functions[2].parameters[1].default.clone().unwrap();
        assert_eq!(tokens[default][0].text, "5");
        let lambdas = lambdas(&tokens, functions[4].body.clone());
        assert_eq!(tokens[lambdas[0].start].text, "three");
    }
}
