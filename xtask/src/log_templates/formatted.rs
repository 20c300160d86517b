//! What a format string and its arguments may make.

use std::ops::Range;

use super::evaluate::{Context, Evaluator, Follow};
use super::format::{self, Part};
use super::pattern::{Alternatives, Pattern, Piece, concatenate, unknown};
use super::syntax::{callee, opening};
use super::tokens::Kind;

impl Evaluator<'_, '_> {
    /// `strprintf` and the like: the format, then what stands in it. Values are
    /// followed only where the text says too little without.
    pub(super) fn formatted(
        &self,
        context: &Context<'_>,
        arguments: &[Range<usize>],
        depth: usize,
    ) -> Alternatives {
        let mut result = self.modestly(|modest| modest.formatted_once(context, arguments, depth));
        if self.follow == Follow::Everything && !result.iter().all(Pattern::is_telling) {
            result.extend(self.formatted_once(context, arguments, depth));
        }
        result
    }

    fn formatted_once(
        &self,
        context: &Context<'_>,
        arguments: &[Range<usize>],
        depth: usize,
    ) -> Alternatives {
        let Some((format, values)) = arguments.split_first() else {
            return unknown();
        };
        let formats = self.expression(context, format.clone(), depth);
        let all = self.tokens(context);
        // `args...`: what there is, only the caller knows.
        let is_pack = values
            .iter()
            .any(|value| value.end > value.start && all[value.end - 1].is("..."));
        let values = if is_pack { &[] } else { values };
        formats
            .iter()
            .flat_map(|format| self.filled(context, format, values, depth))
            .collect()
    }

    fn filled(
        &self,
        context: &Context<'_>,
        format: &Pattern,
        values: &[Range<usize>],
        depth: usize,
    ) -> Alternatives {
        let mut values = values.iter();
        let mut parts = Vec::new();
        for piece in format.pieces() {
            let Piece::Literal(format) = piece else {
                parts.push(unknown());
                continue;
            };
            for part in format::parse(format) {
                parts.push(match part {
                    Part::Literal(text) => Alternatives::from([Pattern::literal(text)]),
                    Part::Conversion { letter, is_plain } => match values.next() {
                        Some(value) if letter == 's' && is_plain => {
                            self.value(context, value.clone(), depth)
                        }
                        Some(value) if self.is_text(context, value.clone()) => unknown(),
                        _ => Alternatives::from([Pattern::hole(letter)]),
                    },
                });
            }
        }
        concatenate(&parts)
    }

    /// An argument for `%s`.
    fn value(&self, context: &Context<'_>, range: Range<usize>, depth: usize) -> Alternatives {
        let tokens = &self.tokens(context)[range.clone()];
        let is_fixed = tokens.iter().all(|token| token.kind == Kind::Text)
            || matches!(tokens, [token] if token.is("__func__"));
        let alternatives = self.expression(context, range, depth + 1);
        if is_fixed || self.follow == Follow::Everything {
            return alternatives;
        }
        let is_empty = |pattern: &Pattern| pattern.pieces().is_empty();
        let (mut messages, rest): (Alternatives, Alternatives) =
            alternatives.into_iter().partition(Pattern::is_message);
        match rest.iter().all(is_empty) {
            true => messages.extend(rest),
            false => messages.extend(unknown()),
        }
        messages
    }

    /// tinyformat prints a text for `%d` too.
    fn is_text(&self, context: &Context<'_>, range: Range<usize>) -> bool {
        const MAKE_TEXT: [&str; 8] = [
            "FormatMoney",
            "GetHex",
            "PathToString",
            "SysErrorString",
            "ToString",
            "ToStringAddr",
            "ToStringAddrPort",
            "strprintf",
        ];
        let all = self.tokens(context);
        opening(all, range.clone())
            .and_then(|open| callee(all, range.start, open))
            .is_some_and(|name| MAKE_TEXT.contains(&all[name].text))
    }
}
