//! Expressions and statements, as far as tokens tell.

use std::ops::Range;

use super::functions;
use super::preprocess::{closing, split};
use super::tokens::{Kind, Token};

/// The places of `?` and its `:`, outside of brackets.
pub(super) fn conditional(tokens: &[Token<'_>]) -> Option<(usize, usize)> {
    let mut question = None;
    let mut open = 0;
    for place in outside_brackets(tokens) {
        if tokens[place].is("?") {
            question.get_or_insert(place);
            open += 1;
        } else if tokens[place].is(":") && open > 0 {
            open -= 1;
            if open == 0 {
                return Some((question?, place));
            }
        }
    }
    None
}

/// What stands between plus signs.
pub(super) fn operands(tokens: &[Token<'_>]) -> Vec<Range<usize>> {
    let mut result = Vec::new();
    let mut start = 0;
    for place in outside_brackets(tokens) {
        if tokens[place].is("+") && place > start {
            result.push(start..place);
            start = place + 1;
        }
    }
    result.push(start..tokens.len());
    result
}

fn outside_brackets(tokens: &[Token<'_>]) -> Vec<usize> {
    let mut depth = 0i32;
    let mut places = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        if token.kind == Kind::Punctuation {
            match token.text {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                _ if depth == 0 => places.push(place),
                _ => {}
            }
        }
    }
    places
}

/// The bracket that the last token of `range` closes, where all of it is one
/// call or value and not several operands.
pub(super) fn opening(tokens: &[Token<'_>], range: Range<usize>) -> Option<usize> {
    let last = range.end.checked_sub(1)?;
    if !(tokens[last].is(")") || tokens[last].is("}")) {
        return None;
    }
    let mut place = range.start;
    while place < last {
        if ["(", "[", "{"].iter().any(|open| tokens[place].is(open)) {
            let end = closing(tokens, place)?;
            if end == last {
                return Some(place);
            }
            place = end;
        }
        place += 1;
    }
    None
}

/// The name before a call's bracket; template arguments may stand between.
pub(super) fn callee(tokens: &[Token<'_>], start: usize, open: usize) -> Option<usize> {
    let mut place = open.checked_sub(1)?;
    if tokens[place].is(">") {
        let mut depth = 0;
        loop {
            if tokens[place].is(">") {
                depth += 1;
            } else if tokens[place].is("<") {
                depth -= 1;
            }
            place = place.checked_sub(1).filter(|place| *place >= start)?;
            if depth == 0 {
                break;
            }
        }
    }
    (place >= start && tokens[place].is_identifier()).then_some(place)
}

/// The arguments in the bracket at `open`.
pub(super) fn argument_ranges(tokens: &[Token<'_>], open: usize) -> Vec<Range<usize>> {
    let Some(end) = closing(tokens, open) else {
        return Vec::new();
    };
    let mut start = open + 1;
    split(&tokens[open + 1..end])
        .into_iter()
        .map(|part| {
            let range = start..start + part.len();
            start = range.end + 1;
            range
        })
        .collect()
}

/// What the `return` statements of a body give, those of lambdas in it left out.
pub(super) fn returns(tokens: &[Token<'_>], body: Range<usize>) -> Vec<Range<usize>> {
    let lambdas = functions::lambdas(tokens, body.clone());
    body.clone()
        .filter(|place| tokens[*place].is("return"))
        .filter(|place| !lambdas.iter().any(|lambda| lambda.contains(place)))
        .map(|place| place + 1..statement_end(tokens, place, body.end))
        .filter(|range| !range.is_empty())
        .collect()
}

/// The semicolon behind `place`.
pub(super) fn statement_end(tokens: &[Token<'_>], place: usize, most: usize) -> usize {
    let mut place = place;
    while place < most {
        let token = &tokens[place];
        if token.is(";") {
            return place;
        }
        if ["(", "[", "{"].iter().any(|open| token.is(open)) {
            place = closing(tokens, place).unwrap_or(most);
        }
        place += 1;
    }
    most
}
