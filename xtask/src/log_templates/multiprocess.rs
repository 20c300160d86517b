//! libmultiprocess's messages: `MP_LOG(loop, Log::Info) << … << …` goes through
//! `IpcLogFn` (ipc/capnp/protocol.cpp).

use std::ops::Range;

use super::calls::{self, Logged, LoggingCall};
use super::categories::Categories;
use super::evaluate::{Context, Evaluator, Follow};
use super::format::{self, Part};
use super::pattern::{Alternatives, Pattern, concatenate, unknown};
use super::preprocess::closing;
use super::syntax::argument_ranges;
use super::tokens::{Kind, Token};
use super::tree::{Place, Tree};

/// A call in `IpcLogFn`.
struct Sink<'a> {
    call: LoggingCall<'a>,
    /// libmultiprocess's levels that it is for; empty for all.
    levels: Vec<&'a str>,
    /// What it writes before the message.
    before: Alternatives,
}

/// What libmultiprocess logs.
pub(super) fn find<'a>(tree: &Tree<'a>, categories: &Categories) -> Vec<Logged<'a>> {
    let places = tree.functions.get("IpcLogFn").into_iter().flatten();
    let sinks: Vec<Sink<'_>> = places
        .flat_map(|place| sinks(tree, categories, *place))
        .collect();
    let mut found = Vec::new();
    for place in tree.places() {
        let tokens = tree.tokens(place);
        for at in tree.function(place).body.clone() {
            let has_thread = tokens[at].is("MP_LOG");
            if !(has_thread || tokens[at].is("MP_LOGPLAIN")) {
                continue;
            }
            let arguments = argument_ranges(tokens, at + 1);
            let level = arguments.last().and_then(|range| {
                let level = &tokens[range.clone()];
                level.iter().rfind(|token| token.is_identifier())
            });
            let (Some(level), Some(end)) = (level, closing(tokens, at + 1)) else {
                continue;
            };
            let message = message(tokens, end + 1, has_thread);
            for sink in &sinks {
                if sink.levels.is_empty() || sink.levels.contains(&level.text) {
                    let messages = concatenate(&[sink.before.clone(), message.clone()]);
                    calls::add(&mut found, &sink.call, &messages);
                }
            }
        }
    }
    found
}

fn sinks<'a>(tree: &Tree<'a>, categories: &Categories, place: Place) -> Vec<Sink<'a>> {
    let tokens = tree.tokens(place);
    let mut from = tree.function(place).body.start;
    calls::in_function(tree, categories, place)
        .into_iter()
        .map(|call| {
            let levels = levels(tokens, from..call.at);
            from = call.at;
            Sink {
                levels,
                before: before(tree, place, &call),
                call,
            }
        })
        .collect()
}

/// The `case mp::Log::Info:` between two calls.
fn levels<'a>(tokens: &[Token<'a>], range: Range<usize>) -> Vec<&'a str> {
    tokens[range]
        .windows(3)
        .filter(|parts| parts[0].is("Log") && parts[1].is("::"))
        .map(|parts| parts[2].text)
        .collect()
}

/// What a format has before the message.
fn before(tree: &Tree<'_>, place: Place, call: &LoggingCall<'_>) -> Alternatives {
    let Some(format) = call.arguments.first() else {
        return Alternatives::new();
    };
    let evaluator = Evaluator::new(tree, Follow::Messages);
    let formats = evaluator.expression(&Context::of(place), format.clone(), 0);
    formats
        .iter()
        .filter_map(|format| match format::parse(format.as_text()?).first()? {
            Part::Literal(text) => Some(Pattern::literal(text.as_str())),
            Part::Conversion { .. } => Some(Pattern::default()),
        })
        .collect()
}

/// `<< "text" << value << …`
fn message(tokens: &[Token<'_>], start: usize, has_thread: bool) -> Alternatives {
    let mut parts = Vec::new();
    if has_thread {
        parts.push(Alternatives::from([Pattern::literal("{")]));
        parts.push(unknown());
        parts.push(Alternatives::from([Pattern::literal("} ")]));
    }
    let mut place = start;
    while tokens.get(place).is_some_and(|token| token.is("<<")) {
        let operand = place + 1;
        place = operand;
        while let Some(token) = tokens.get(place)
            && !(token.is("<<") || token.is(";"))
        {
            let is_bracket =
                token.kind == Kind::Punctuation && ["(", "{", "["].contains(&token.text);
            if is_bracket {
                place = closing(tokens, place).unwrap_or(tokens.len());
            }
            place += 1;
        }
        let operand = &tokens[operand..place.min(tokens.len())];
        let is_text = !operand.is_empty() && operand.iter().all(|token| token.kind == Kind::Text);
        parts.push(match is_text {
            true => {
                let text: String = operand.iter().filter_map(Token::string).collect();
                Alternatives::from([Pattern::literal(text)])
            }
            false => unknown(),
        });
    }
    concatenate(&parts)
}
