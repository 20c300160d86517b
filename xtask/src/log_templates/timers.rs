//! Timers (logging/timer.h): they log when they begin and when they end.

use super::calls::{self, Logged, LoggingCall};
use super::categories::Categories;
use super::evaluate::{Context, Evaluator, Follow};
use super::pattern::{Alternatives, Pattern, concatenate};
use super::syntax::argument_ranges;
use super::tree::{Place, Tree};

/// How the macros' timers write the time that has passed.
const UNITS: [(&str, char, &str); 3] = [
    ("LOG_TIME_MICROS", 'd', "μs)"),
    ("LOG_TIME_MILLIS", 'f', "ms)"),
    ("LOG_TIME_SECONDS", 'f', "s)"),
];

/// What timers log.
pub(super) fn find<'a>(tree: &Tree<'a>, categories: &Categories) -> Vec<Logged<'a>> {
    let mut found = Vec::new();
    // `BCLog::Timer::Log`, which logs it all.
    let places = tree.functions.get("Log").into_iter().flatten();
    let sinks: Vec<LoggingCall<'_>> = places
        .filter(|place| tree.files[place.file].path == "logging/timer.h")
        .flat_map(|place| calls::in_function(tree, categories, *place))
        .collect();
    for place in tree.places() {
        for at in tree.function(place).body.clone() {
            let name = tree.tokens(place)[at].text;
            if let Some(unit) = UNITS.iter().find(|(start, _, _)| name.starts_with(start)) {
                for (sink, messages) in timer(tree, categories, place, at, unit, &sinks) {
                    calls::add(&mut found, &sink, &messages);
                }
            }
        }
    }
    found
}

/// The calls that a timer logs through, and what it says.
fn timer<'a>(
    tree: &Tree<'a>,
    categories: &Categories,
    place: Place,
    at: usize,
    (_, conversion, end): &(&str, char, &str),
    sinks: &[LoggingCall<'a>],
) -> Vec<(LoggingCall<'a>, Alternatives)> {
    let tokens = tree.tokens(place);
    let arguments = argument_ranges(tokens, at + 1);
    let Some(title) = arguments.first() else {
        return Vec::new();
    };
    let names = match arguments.get(1) {
        Some(category) => categories.of(tree, place, category.clone()),
        None => vec![String::new()],
    };
    let text = |text: &str| Alternatives::from([Pattern::literal(text)]);
    let function = text(&format!("{}: ", tree.function(place).name));
    let title =
        Evaluator::new(tree, Follow::Messages).expression(&Context::of(place), title.clone(), 0);
    let time = Alternatives::from([Pattern::hole(*conversion)]);
    let ending = match tokens[at].text.ends_with("MSG_ONCE") {
        true => text("completed ("),
        false => concatenate(&[title.clone(), text(" completed (")]),
    };
    let mut messages = concatenate(&[function.clone(), title, text(" started")]);
    messages.extend(concatenate(&[function, ending, time, text(end)]));
    let is_used = |sink: &&LoggingCall<'_>| {
        let is_plain = matches!(sink.level.as_str(), "info");
        names.iter().any(|name| name.is_empty() == is_plain)
    };
    sinks
        .iter()
        .filter(is_used)
        .map(|sink| {
            let call = LoggingCall {
                file: sink.file,
                line: sink.line,
                level: sink.level.clone(),
                categories: names.clone(),
                arguments: Vec::new(),
                at,
            };
            (call, messages.clone())
        })
        .collect()
}
