//! What a text may be, by following variables, parameters and calls to the
//! formats that they come from.

use std::cell::Cell;
use std::ops::Range;

use super::functions;
use super::pattern::{Alternatives, Pattern, concatenate, unknown};
use super::syntax::{
    argument_ranges, callee, conditional, opening, operands, returns, statement_end,
};
use super::tokens::{Kind, Token};
use super::tree::{Place, Tree};
use super::variables::{self, Source, Variable};

/// So many variables, parameters and calls are followed one behind the other.
const DEEPEST: usize = 10;

/// For one logging call, so many expressions are looked at.
const MOST_STEPS: usize = 200_000;

/// Functions that give their first argument back, or another form of it.
const TRANSPARENT: [&str; 20] = [
    "Assert",
    "Error",
    "ErrorString",
    "Expected",
    "RemoveSuffixView",
    "Unexpected",
    "Untranslated",
    "_",
    "as_const",
    "bilingual_str",
    "forward",
    "make_optional",
    "move",
    "optional",
    "ref",
    "runtime_error",
    "string",
    "string_view",
    "unexpected",
    "value_or",
];

/// Members that are the text itself in another form.
const TRANSPARENT_MEMBERS: [&str; 7] = [
    "c_str",
    "data",
    "error",
    "original",
    "str",
    "translated",
    "value",
];

const FORMATTERS: [&str; 3] = ["format", "strprintf", "StrFormat"];

/// A function, and what its caller passed where that is known.
#[derive(Clone, Copy)]
pub(super) struct Context<'c> {
    pub(super) place: Place,
    arguments: Option<Arguments<'c>>,
}

#[derive(Clone, Copy)]
struct Arguments<'c> {
    caller: &'c Context<'c>,
    ranges: &'c [Range<usize>],
}

impl Context<'_> {
    pub(super) fn of(place: Place) -> Context<'static> {
        Context {
            place,
            arguments: None,
        }
    }
}

/// How far the arguments of a format are followed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Follow {
    /// To messages only: a variable that holds a whole message becomes that
    /// message, one that holds a value is a hole.
    Messages,
    /// To whatever can be known.
    Everything,
}

/// Follows texts; see also [`formatted`](Evaluator::formatted) for formats.
pub(super) struct Evaluator<'t, 'a> {
    pub(super) tree: &'t Tree<'a>,
    pub(super) follow: Follow,
    /// Is what exceptions say followed?
    exceptions: bool,
    steps: Cell<usize>,
}

impl<'t, 'a> Evaluator<'t, 'a> {
    pub(super) fn new(tree: &'t Tree<'a>, follow: Follow) -> Evaluator<'t, 'a> {
        Evaluator {
            tree,
            follow,
            exceptions: false,
            steps: Cell::new(0),
        }
    }

    /// The same, following what exceptions say to where they are thrown: from
    /// anywhere, as it cannot be known from where.
    pub(super) fn with_exceptions(self) -> Evaluator<'t, 'a> {
        Evaluator {
            exceptions: true,
            ..self
        }
    }

    /// Works with one that follows messages only; their steps count together.
    pub(super) fn modestly<T>(&self, work: impl FnOnce(&Evaluator<'t, 'a>) -> T) -> T {
        let modest = Evaluator {
            follow: Follow::Messages,
            steps: Cell::new(self.steps.get()),
            ..*self
        };
        let result = work(&modest);
        self.steps.set(modest.steps.get());
        result
    }

    pub(super) fn tokens(&self, context: &Context<'_>) -> &'t [Token<'a>] {
        self.tree.tokens(context.place)
    }

    /// What the expression in `range` may be.
    pub(super) fn expression(
        &self,
        context: &Context<'_>,
        range: Range<usize>,
        depth: usize,
    ) -> Alternatives {
        self.steps.set(self.steps.get() + 1);
        if range.is_empty() || depth > DEEPEST || self.steps.get() > MOST_STEPS {
            return unknown();
        }
        let all = self.tokens(context);
        let tokens = &all[range.clone()];
        let inner = |from: usize, to: usize| range.start + from..range.start + to;
        if tokens.iter().any(|token| token.kind == Kind::Text)
            && tokens
                .iter()
                .all(|token| token.kind == Kind::Text || token.is_identifier())
        {
            return self.adjacent(tokens);
        }
        if let Some((question, colon)) = conditional(tokens) {
            let mut result = self.expression(context, inner(question + 1, colon), depth);
            result.extend(self.expression(context, inner(colon + 1, tokens.len()), depth));
            return result;
        }
        let sum = operands(tokens);
        if sum.len() > 1 {
            let parts: Vec<Alternatives> = sum
                .into_iter()
                .map(|operand| self.expression(context, inner(operand.start, operand.end), depth))
                .collect();
            return concatenate(&parts);
        }
        if tokens[0].is("*") || tokens[0].is("&") {
            return self.expression(context, inner(1, tokens.len()), depth);
        }
        if let [token] = tokens {
            return self.word(context, token, range.start, depth);
        }
        self.compound(context, range, depth)
    }

    /// Strings, and macros that stand for strings, next to each other.
    fn adjacent(&self, tokens: &[Token<'a>]) -> Alternatives {
        let parts: Vec<Alternatives> = tokens
            .iter()
            .map(|token| {
                let text = token
                    .string()
                    .or_else(|| self.tree.constants.get(token.text).cloned());
                text.map_or_else(unknown, |text| Alternatives::from([Pattern::literal(text)]))
            })
            .collect();
        concatenate(&parts)
    }

    /// A name.
    fn word(
        &self,
        context: &Context<'_>,
        token: &Token<'a>,
        at: usize,
        depth: usize,
    ) -> Alternatives {
        if token.is("__func__") {
            let name = self.function_name(context, at);
            return Alternatives::from([Pattern::literal(name)]);
        }
        if !token.is_identifier() {
            return unknown();
        }
        self.variable(context, token.text, at, depth)
    }

    /// What a variable may be at the token `at`.
    fn variable(&self, context: &Context<'_>, name: &str, at: usize, depth: usize) -> Alternatives {
        let variable = variables::before(self.tree, context.place, name, at);
        let mut result = Alternatives::new();
        for source in variable.sources {
            result.extend(self.source(context, name, source, depth + 1));
        }
        if let Some(text) = self.tree.constants.get(name)
            && result.is_empty()
        {
            result.insert(Pattern::literal(text.clone()));
        }
        if result.is_empty() {
            return unknown();
        }
        if !variable.appended.is_empty() {
            let mut parts = vec![Pattern::default(), Pattern::unknown()];
            for range in variable.appended {
                parts.extend(self.expression(context, range, depth + 1));
            }
            return concatenate(&[result, parts.into_iter().collect()]);
        }
        result
    }

    fn source(
        &self,
        context: &Context<'_>,
        name: &str,
        source: Source,
        depth: usize,
    ) -> Alternatives {
        match source {
            Source::Value(range) => self.expression(context, range, depth),
            Source::Unknown => unknown(),
            Source::LambdaParameter(calls) => calls
                .into_iter()
                .flat_map(|argument| self.expression(context, argument, depth))
                .collect(),
            Source::Parameter(index) => self.parameter(context, name, index, depth),
            Source::Elements(container) => {
                let elements = variables::elements(self.tree, context.place, &container);
                elements
                    .into_iter()
                    .flat_map(|(place, range)| self.expression(&Context::of(place), range, depth))
                    .collect()
            }
            Source::Output(place, index) => {
                let function = self.tree.function(place);
                let inside = Context {
                    place,
                    // What the callers pass comes from where it is set.
                    arguments: Some(Arguments {
                        caller: context,
                        ranges: &[],
                    }),
                };
                let name = function.parameters[index].name;
                self.variable(&inside, name, function.body.end, depth)
            }
            Source::Empty => Alternatives::from([Pattern::default()]),
        }
    }

    /// What callers pass.
    fn parameter(
        &self,
        context: &Context<'_>,
        name: &str,
        index: usize,
        depth: usize,
    ) -> Alternatives {
        if let Some(arguments) = context.arguments {
            return match arguments.ranges.get(index) {
                Some(range) => self.expression(arguments.caller, range.clone(), depth),
                None => unknown(),
            };
        }
        let function = self.tree.function(context.place);
        let overloads = self.tree.functions.get(function.name);
        let mut result = Alternatives::new();
        for site in self.tree.calls_of(function.name) {
            let ranges = argument_ranges(self.tree.tokens(site.place), site.name + 1);
            let caller = Context::of(site.place);
            // It calls another function of that name, which has just so many parameters.
            let is_for_another = ranges.len() != function.parameters.len()
                && overloads
                    .into_iter()
                    .flatten()
                    .any(|place| self.tree.function(*place).parameters.len() == ranges.len());
            if is_for_another {
                continue;
            }
            let Some(range) = ranges.get(index) else {
                continue;
            };
            // A function that passes on what it got under the same name.
            let passes_on =
                site.place == context.place && self.tokens(&caller)[range.clone()].len() == 1;
            if passes_on && self.tokens(&caller)[range.start].is(name) {
                continue;
            }
            result.extend(self.expression(&caller, range.clone(), depth));
        }
        if let Some(default) = &function.parameters[index].default {
            result.extend(self.expression(context, default.clone(), depth));
        }
        result
    }

    /// Something that ends with brackets or a member.
    fn compound(&self, context: &Context<'_>, range: Range<usize>, depth: usize) -> Alternatives {
        let all = self.tokens(context);
        let last = range.end - 1;
        let is_member = |name: usize| {
            name > range.start + 1
                && TRANSPARENT_MEMBERS.contains(&all[name].text)
                && (all[name - 1].is(".") || all[name - 1].is("->"))
        };
        if is_member(last) {
            return self.expression(context, range.start..last - 1, depth);
        }
        let Some(open) = opening(all, range.clone()) else {
            return self.qualified(context, range, depth);
        };
        if open == range.start {
            // `(…)` or `{…}`: of a list, the first is the text.
            return match argument_ranges(all, open).first() {
                Some(first) => self.expression(context, first.clone(), depth),
                None => Alternatives::from([Pattern::default()]),
            };
        }
        let Some(name) = callee(all, range.start, open) else {
            return unknown();
        };
        let arguments = argument_ranges(all, open);
        if is_member(name) && arguments.is_empty() {
            return self.expression(context, range.start..name - 1, depth);
        }
        let word = all[name].text;
        match (word, arguments.first()) {
            ("what", None) => self.thrown(depth + 1),
            (word, Some(_)) if FORMATTERS.contains(&word) => {
                self.formatted(context, &arguments, depth)
            }
            (word, Some(first)) if TRANSPARENT.contains(&word) => {
                self.expression(context, first.clone(), depth)
            }
            ("string" | "bilingual_str", None) => Alternatives::from([Pattern::default()]),
            _ => self.called(context, word, name, &arguments, depth + 1),
        }
    }

    /// `Class::NAME`.
    fn qualified(&self, context: &Context<'_>, range: Range<usize>, depth: usize) -> Alternatives {
        let all = self.tokens(context);
        let last = range.end - 1;
        match all[last].is_identifier() && all[last - 1].is("::") {
            true => self.expression(context, last..range.end, depth + 1),
            false => unknown(),
        }
    }

    /// What a function, or a lambda of this function, returns.
    fn called(
        &self,
        context: &Context<'_>,
        word: &str,
        name: usize,
        arguments: &[Range<usize>],
        depth: usize,
    ) -> Alternatives {
        let all = self.tokens(context);
        let mut result = Alternatives::new();
        let is_member = all[name - 1].is(".") || all[name - 1].is("->");
        let variable = match is_member {
            true => Variable::default(),
            false => variables::before(self.tree, context.place, word, name),
        };
        for source in variable.sources {
            if let Source::Value(range) = source
                && all[range.start].is("[")
                && let Some(body) = functions::lambda_body(all, range.start)
            {
                for returned in returns(all, body) {
                    result.extend(self.expression(context, returned, depth));
                }
            }
        }
        if self.follow == Follow::Messages || !result.is_empty() {
            return if result.is_empty() { unknown() } else { result };
        }
        // Which of several functions of a name it is, depends on types.
        if let Some([place]) = self.tree.functions.get(word).map(Vec::as_slice) {
            let function = self.tree.function(*place);
            let inside = Context {
                place: *place,
                arguments: Some(Arguments {
                    caller: context,
                    ranges: arguments,
                }),
            };
            for returned in returns(self.tree.tokens(*place), function.body.clone()) {
                result.extend(self.expression(&inside, returned, depth));
            }
        }
        if result.is_empty() { unknown() } else { result }
    }

    /// The texts of all exceptions.
    fn thrown(&self, depth: usize) -> Alternatives {
        if self.follow == Follow::Messages || !self.exceptions {
            return unknown();
        }
        let mut result = Alternatives::new();
        for place in self.tree.places() {
            let tokens = self.tree.tokens(place);
            let body = self.tree.function(place).body.clone();
            for at in body.clone().filter(|at| tokens[*at].is("throw")) {
                let end = statement_end(tokens, at, body.end);
                if let Some(open) = opening(tokens, at + 1..end)
                    && let Some(text) = argument_ranges(tokens, open).first()
                {
                    result.extend(self.expression(&Context::of(place), text.clone(), depth));
                }
            }
        }
        result
    }

    fn function_name(&self, context: &Context<'_>, at: usize) -> &'a str {
        let function = self.tree.function(context.place);
        let lambdas = functions::lambdas(self.tokens(context), function.body.clone());
        match lambdas.iter().any(|lambda| lambda.contains(&at)) {
            true => "operator()",
            false => function.name,
        }
    }
}
