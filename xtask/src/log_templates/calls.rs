//! The logging calls of a source tree.

use std::collections::BTreeSet;
use std::ops::Range;

use super::categories::Categories;
use super::evaluate::{Context, Evaluator, Follow};
use super::pattern::{Alternatives, Pattern};
use super::syntax::argument_ranges;
use super::tokens::Token;
use super::tree::{Place, Tree};

/// The macros that log; they are not taken apart.
pub(super) fn is_logging_macro(name: &str) -> bool {
    form(name).is_some() || name.starts_with("LOG_TIME_") || name.starts_with("MP_LOG")
}

/// Functions that only pass on what others log: their callers' texts are
/// followed to here, in [`super::timers`], [`super::leveldb`] and
/// [`super::multiprocess`].
const PASSING_ON: [(&str, &str); 3] = [
    ("logging/timer.h", "Log"),
    ("dbwrapper.cpp", "Logv"),
    ("ipc/capnp/protocol.cpp", "IpcLogFn"),
];

/// What a logging call's arguments are.
struct Form {
    /// The level that the name says.
    level: Option<&'static str>,
    has_category: bool,
}

fn form(name: &str) -> Option<Form> {
    let (level, has_category) = match name {
        "LogTrace" => (Some("trace"), true),
        "LogDebug" | "LogPrint" | "LogPrintfCategory" => (Some("debug"), true),
        "LogInfo" | "LogPrintf" => (Some("info"), false),
        "LogWarning" => (Some("warning"), false),
        "LogError" => (Some("error"), false),
        "LogPrintLevel" | "LogPrintLevel_" => (None, true),
        _ => return None,
    };
    Some(Form {
        level,
        has_category,
    })
}

/// A message that is logged.
pub(super) struct Logged<'a> {
    pub(super) file: &'a str,
    pub(super) line: u32,
    pub(super) level: String,
    /// As Core prints it; empty for none.
    pub(super) category: String,
    pub(super) pattern: Pattern,
}

/// A call whose message could not be followed to anything that says enough.
pub(super) struct Untold<'a> {
    pub(super) file: &'a str,
    pub(super) line: u32,
}

/// A logging call, before its text is looked at.
pub(super) struct LoggingCall<'a> {
    pub(super) file: &'a str,
    pub(super) line: u32,
    pub(super) level: String,
    pub(super) categories: Vec<String>,
    /// The format and what stands in it.
    pub(super) arguments: Vec<Range<usize>>,
    /// The token of the macro's name.
    pub(super) at: usize,
}

/// The logging calls of one function.
pub(super) fn in_function<'a>(
    tree: &Tree<'a>,
    categories: &Categories,
    place: Place,
) -> Vec<LoggingCall<'a>> {
    let tokens = tree.tokens(place);
    tree.function(place)
        .body
        .clone()
        .filter_map(|at| read(tree, categories, place, tokens, at))
        .collect()
}

fn read<'a>(
    tree: &Tree<'a>,
    categories: &Categories,
    place: Place,
    tokens: &[Token<'a>],
    at: usize,
) -> Option<LoggingCall<'a>> {
    let form = form(tokens[at].text).filter(|_| tokens[at].is_identifier())?;
    tokens.get(at + 1).filter(|next| next.is("("))?;
    // A member of that name is not the macro.
    if at > 0 && (tokens[at - 1].is(".") || tokens[at - 1].is("->")) {
        return None;
    }
    let mut arguments = argument_ranges(tokens, at + 1);
    let mut names = vec![String::new()];
    if form.has_category {
        names = categories.of(tree, place, take_first(&mut arguments)?);
    }
    let level = match form.level {
        Some(level) => level.to_owned(),
        None => level(&tokens[take_first(&mut arguments)?]),
    };
    // Whether it is rate limited: `true`, `false`, or a tag.
    let is_tag = |range: &Range<usize>| {
        let word = last_word(&tokens[range.clone()]);
        ["NO_RATE_LIMIT", "true", "false"].contains(&word)
    };
    if arguments.first().is_some_and(is_tag) {
        arguments.remove(0);
    }
    Some(LoggingCall {
        file: tree.files[place.file].path,
        line: tokens[at].line,
        level,
        categories: names,
        arguments,
        at,
    })
}

/// `BCLog::Level::Warning`; older versions have `None`, which is what `Info` became.
pub(super) fn level(tokens: &[Token<'_>]) -> String {
    let word = last_word(tokens).to_lowercase();
    match word.as_str() {
        "trace" | "debug" | "warning" | "error" => word,
        _ => "info".to_owned(),
    }
}

fn take_first(arguments: &mut Vec<Range<usize>>) -> Option<Range<usize>> {
    (!arguments.is_empty()).then(|| arguments.remove(0))
}

fn last_word<'a>(tokens: &[Token<'a>]) -> &'a str {
    tokens
        .iter()
        .rfind(|token| token.is_identifier())
        .map_or("", |token| token.text)
}

/// Everything that is logged by calls, and the calls of which too little is known.
pub(super) fn find<'a>(
    tree: &Tree<'a>,
    categories: &Categories,
) -> (Vec<Logged<'a>>, Vec<Untold<'a>>) {
    let (mut found, mut thrown, mut untold) = (Vec::new(), Vec::new(), Vec::new());
    for place in tree.places() {
        let function = tree.function(place);
        if PASSING_ON.contains(&(tree.files[place.file].path, function.name)) {
            continue;
        }
        for call in in_function(tree, categories, place) {
            let messages = messages(tree, place, &call.arguments);
            let exceptions = exceptions(tree, place, &call.arguments);
            add(&mut thrown, &call, &exceptions);
            if messages.is_empty() && exceptions.is_empty() {
                untold.push(Untold {
                    file: call.file,
                    line: call.line,
                });
            }
            add(&mut found, &call, &messages);
        }
    }
    // Most exceptions never come to where one is logged. But what is also logged
    // elsewhere must not be taken for a message of that place alone.
    let known: BTreeSet<Pattern> = found.iter().map(|logged| logged.pattern.clone()).collect();
    thrown.retain(|logged| known.contains(&logged.pattern));
    found.extend(thrown);
    (found, untold)
}

/// The messages of calls that log nothing but what an exception says.
fn exceptions(tree: &Tree<'_>, place: Place, arguments: &[Range<usize>]) -> Alternatives {
    let tokens = tree.tokens(place);
    let mut ranges = arguments.iter().cloned().flatten();
    if !ranges.any(|at| tokens[at].is("what")) {
        return Alternatives::new();
    }
    let evaluator = Evaluator::new(tree, Follow::Everything).with_exceptions();
    let mut messages = evaluator.formatted(&Context::of(place), arguments, 0);
    messages.retain(Pattern::is_telling);
    messages
}

/// The messages that a format and its arguments make, as far as they say enough.
pub(super) fn messages(tree: &Tree<'_>, place: Place, arguments: &[Range<usize>]) -> Alternatives {
    let evaluator = Evaluator::new(tree, Follow::Everything);
    let mut messages = evaluator.formatted(&Context::of(place), arguments, 0);
    messages.retain(Pattern::is_telling);
    messages
}

/// Adds a call's messages, each line by itself.
pub(super) fn add<'a>(
    found: &mut Vec<Logged<'a>>,
    call: &LoggingCall<'a>,
    messages: &Alternatives,
) {
    let lines = messages.iter().flat_map(Pattern::lines);
    for pattern in lines.filter(Pattern::is_telling) {
        for category in &call.categories {
            found.push(Logged {
                file: call.file,
                line: call.line,
                level: call.level.clone(),
                category: category.clone(),
                pattern: pattern.clone(),
            });
        }
    }
}
