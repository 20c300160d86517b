//! Where a variable's value comes from.

use std::ops::Range;

use super::functions;
use super::preprocess::closing;
use super::syntax::{argument_ranges, statement_end};
use super::tokens::Token;
use super::tree::{Place, Tree};

/// Where a value comes from.
pub(super) enum Source {
    /// It was set to this expression.
    Value(Range<usize>),
    /// The function's parameter of this number.
    Parameter(usize),
    /// A lambda's parameter: what it was called with.
    LambdaParameter(Vec<Range<usize>>),
    /// What the function sets its parameter of this number to.
    Output(Place, usize),
    /// An element of the container of this name.
    Elements(String),
    /// It was declared without a value.
    Empty,
    Unknown,
}

/// What a variable may be at some place.
#[derive(Default)]
pub(super) struct Variable {
    /// Each of these may have set it last.
    pub(super) sources: Vec<Source>,
    /// What may have been appended to it (`+=`) since.
    pub(super) appended: Vec<Range<usize>>,
}

/// What `name` may be at the token `at` of the function at `place`.
pub(super) fn before(tree: &Tree<'_>, place: Place, name: &str, at: usize) -> Variable {
    let tokens = tree.tokens(place);
    let function = tree.function(place);
    let mut variable = Variable::default();
    let mut is_filled_by_others = false;
    let lambda_start = lambda_parameter(tokens, function.body.clone(), name, at);
    let from = lambda_start
        .as_ref()
        .map_or(function.body.start, |lambda| lambda.body_start);
    for assigned in (from..at.min(function.body.end)).rev() {
        if !tokens[assigned].is(name) {
            continue;
        }
        if is_given_away(tokens, assigned) {
            let outputs = outputs(tree, place, assigned);
            is_filled_by_others |= outputs.is_none();
            variable.sources.extend(outputs.unwrap_or_default());
        }
        if let Some(source) = declaration(tokens, assigned) {
            let is_output = |source: &Source| matches!(source, Source::Output(..));
            match source {
                Source::Empty if is_filled_by_others => variable.sources.push(Source::Unknown),
                // Declared to be filled, it is used when it has been.
                Source::Empty if variable.sources.iter().any(is_output) => {}
                source => variable.sources.push(source),
            }
            return variable;
        }
        let Some(assignment) = assignment(tokens, assigned, function.body.clone()) else {
            continue;
        };
        if is_left_behind(tokens, assigned, at) {
            continue;
        }
        // Inside its own initialiser it is not set yet.
        if assignment.value.contains(&at) {
            continue;
        }
        if assignment.is_append {
            variable.appended.push(assignment.value);
            continue;
        }
        let is_certain = !is_conditional(tokens, assigned, at);
        variable.sources.push(Source::Value(assignment.value));
        if is_certain {
            return variable;
        }
    }
    if let Some(lambda) = lambda_start {
        variable.sources.push(lambda.source);
        return variable;
    }
    let parameter = function
        .parameters
        .iter()
        .position(|parameter| parameter.name == name);
    if let Some(index) = parameter {
        variable.sources.push(Source::Parameter(index));
    }
    variable
}

/// Is the name at `at` an argument?
fn is_given_away(tokens: &[Token<'_>], at: usize) -> bool {
    let is_any = |token: &Token<'_>, texts: &[&str]| texts.iter().any(|text| token.is(text));
    at > 0
        && is_any(&tokens[at - 1], &["(", ",", "&"])
        && tokens
            .get(at + 1)
            .is_some_and(|token| is_any(token, &[")", ","]))
}

/// The functions that the name at `at` is given to and that can change it; none
/// if the function is not known.
fn outputs(tree: &Tree<'_>, place: Place, at: usize) -> Option<Vec<Source>> {
    let tokens = tree.tokens(place);
    // The bracket around it.
    let mut depth = 0;
    let open = (0..at).rev().find(|place| {
        let token = &tokens[*place];
        if [")", "]", "}"].iter().any(|text| token.is(text)) {
            depth += 1;
        } else if ["(", "[", "{"].iter().any(|text| token.is(text)) {
            depth -= 1;
        }
        depth < 0
    });
    let open = open.filter(|open| *open > 0 && tokens[*open].is("("))?;
    let ranges = argument_ranges(tokens, open);
    let index = ranges.iter().position(|range| range.contains(&at))?;
    let functions = tree.functions.get(tokens[open - 1].text)?;
    let outputs = functions
        .iter()
        .filter(|callee| {
            let parameter = tree.function(**callee).parameters.get(index);
            **callee != place && parameter.is_some_and(|parameter| parameter.is_text_output)
        })
        .map(|callee| Source::Output(*callee, index));
    Some(outputs.collect())
}

/// `for (const auto& name : container)` or `std::string name;`.
fn declaration(tokens: &[Token<'_>], place: usize) -> Option<Source> {
    let [before, _, next, container] = tokens.get(place.checked_sub(1)?..place + 3)? else {
        return None;
    };
    let behind = tokens.get(place + 3)?;
    if next.is(":") && container.is_identifier() && behind.is(")") {
        return Some(Source::Elements(container.text.to_owned()));
    }
    let is_text = ["string", "bilingual_str"]
        .iter()
        .any(|name| before.is(name));
    (is_text && next.is(";")).then_some(Source::Empty)
}

/// What is put into the container of this name: here, by the functions that it
/// is given to, and by the callers that it comes from.
pub(super) fn elements(tree: &Tree<'_>, place: Place, name: &str) -> Vec<(Place, Range<usize>)> {
    let mut found = elements_here(tree, place, name);
    let function = tree.function(place);
    let parameters = &function.parameters;
    let Some(index) = parameters
        .iter()
        .position(|parameter| parameter.name == name)
    else {
        return found;
    };
    for site in tree.calls_of(function.name) {
        let tokens = tree.tokens(site.place);
        let argument = argument_ranges(tokens, site.name + 1)
            .into_iter()
            .nth(index);
        if let Some(argument) = argument
            && let Some(container) = tokens[argument].last()
        {
            found.extend(elements_here(tree, site.place, container.text));
        }
    }
    found
}

fn elements_here(tree: &Tree<'_>, place: Place, name: &str) -> Vec<(Place, Range<usize>)> {
    let mut found = put_into(tree, place, name);
    let tokens = tree.tokens(place);
    for at in tree.function(place).body.clone() {
        let is_callee = tokens[at].is_identifier() && tokens[at + 1].is("(");
        let functions = tree.functions.get(tokens[at].text).filter(|_| is_callee);
        for function in functions.into_iter().flatten() {
            let given = argument_ranges(tokens, at + 1)
                .into_iter()
                .position(|range| tokens[range].last().is_some_and(|token| token.is(name)));
            let parameters = &tree.function(*function).parameters;
            if let Some(parameter) = given.and_then(|index| parameters.get(index))
                && *function != place
            {
                found.extend(put_into(tree, *function, parameter.name));
            }
        }
    }
    found
}

/// `name.push_back(…)` and the like.
fn put_into(tree: &Tree<'_>, place: Place, name: &str) -> Vec<(Place, Range<usize>)> {
    let tokens = tree.tokens(place);
    let body = tree.function(place).body.clone();
    body.filter(|at| {
        let parts = &tokens[*at..(*at + 4).min(tokens.len())];
        parts.len() == 4
            && parts[0].is(name)
            && (parts[1].is(".") || parts[1].is("->"))
            && (parts[2].is("push_back") || parts[2].is("emplace_back"))
            && parts[3].is("(")
    })
    .filter_map(|at| Some((place, argument_ranges(tokens, at + 3).into_iter().next()?)))
    .collect()
}

/// Does another case of the same `switch` begin between the assignment and
/// `at`, after this one has ended?
fn is_left_behind(tokens: &[Token<'_>], assigned: usize, at: usize) -> bool {
    let mut depth = 0i32;
    let mut has_ended = false;
    for token in &tokens[assigned..at] {
        if token.is("{") {
            depth += 1;
        } else if token.is("}") {
            depth -= 1;
        } else if depth <= 0 && (token.is("break") || token.is("return")) {
            has_ended = true;
        } else if depth <= 0 && has_ended && (token.is("case") || token.is("default")) {
            return true;
        }
    }
    false
}

struct Assignment {
    value: Range<usize>,
    is_append: bool,
}

/// Is a value given to the name at `place`?
fn assignment(tokens: &[Token<'_>], place: usize, body: Range<usize>) -> Option<Assignment> {
    let before = place.checked_sub(1).map(|before| &tokens[before])?;
    if before.is(".") || before.is("->") || before.is("::") {
        return None;
    }
    let next = tokens.get(place + 1)?;
    if next.is("=") || next.is("+=") {
        let end = value_end(tokens, place + 2, body.end);
        return Some(Assignment {
            value: place + 2..end,
            is_append: next.is("+="),
        });
    }
    // `std::string name{…}`, `auto name(…)`.
    let is_declared = (before.is_identifier() && !before.is("return") && !before.is("else"))
        || before.is(">")
        || before.is("&")
        || before.is("*");
    if is_declared && (next.is("{") || next.is("(")) {
        let end = closing(tokens, place + 1)?;
        let is_statement = tokens
            .get(end + 1)
            .is_some_and(|behind| behind.is(";") || behind.is(")"));
        let value = argument_ranges(tokens, place + 1).into_iter().next();
        return is_statement.then(|| Assignment {
            value: value.unwrap_or(end..end),
            is_append: false,
        });
    }
    None
}

/// Up to what ends an assigned value: a semicolon, a comma, or a bracket
/// around all of it.
fn value_end(tokens: &[Token<'_>], start: usize, most: usize) -> usize {
    let mut place = start;
    while place < most {
        let token = &tokens[place];
        if [";", ",", ")", "]", "}"].iter().any(|end| token.is(end)) {
            return place;
        }
        if ["(", "[", "{"].iter().any(|open| token.is(open)) {
            place = match functions::lambda_body(tokens, place) {
                Some(body) if token.is("[") => body.end,
                _ => closing(tokens, place).unwrap_or(most),
            };
        }
        place += 1;
    }
    statement_end(tokens, start, most)
}

/// May the assignment be passed by on the way to `at`?
fn is_conditional(tokens: &[Token<'_>], assigned: usize, at: usize) -> bool {
    let mut depth = 0i32;
    for token in &tokens[assigned..at] {
        if token.is("{") {
            depth += 1;
        } else if token.is("}") {
            depth -= 1;
            if depth < 0 {
                return true;
            }
        }
    }
    // `if (…) name = …`
    assigned
        .checked_sub(1)
        .is_some_and(|before| tokens[before].is(")") || tokens[before].is("else"))
}

struct LambdaParameter {
    body_start: usize,
    source: Source,
}

/// Is `name` the parameter of a lambda around `at`? Then what the lambda is
/// called with, where it has a name.
fn lambda_parameter(
    tokens: &[Token<'_>],
    body: Range<usize>,
    name: &str,
    at: usize,
) -> Option<LambdaParameter> {
    for open in (body.start..at).rev() {
        if !tokens[open].is("[") {
            continue;
        }
        let Some(lambda) = functions::lambda_body(tokens, open) else {
            continue;
        };
        if !lambda.contains(&at) {
            continue;
        }
        let Some(bracket) = closing(tokens, open).filter(|end| tokens[end + 1].is("(")) else {
            continue;
        };
        let parameters = argument_ranges(tokens, bracket + 1);
        let index = parameters.iter().position(|range| {
            let named = tokens[range.clone()]
                .iter()
                .take_while(|token| !token.is("="));
            named.last().is_some_and(|token| token.is(name))
        });
        let Some(index) = index else { continue };
        let source = lambda_name(tokens, open).map_or(Source::Unknown, |lambda| {
            Source::LambdaParameter(lambda_arguments(tokens, body.clone(), lambda, index))
        });
        return Some(LambdaParameter {
            body_start: lambda.start,
            source,
        });
    }
    None
}

/// `name = […` or `name{[…`.
fn lambda_name<'a>(tokens: &[Token<'a>], open: usize) -> Option<&'a str> {
    let before = tokens.get(open.checked_sub(2)?..open)?;
    let is_named = before[0].is_identifier() && (before[1].is("=") || before[1].is("{"));
    is_named.then_some(before[0].text)
}

fn lambda_arguments(
    tokens: &[Token<'_>],
    body: Range<usize>,
    name: &str,
    index: usize,
) -> Vec<Range<usize>> {
    body.filter(|place| tokens[*place].is(name) && tokens[place + 1].is("("))
        .filter_map(|place| argument_ranges(tokens, place + 1).into_iter().nth(index))
        .collect()
}
