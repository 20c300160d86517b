//! Labels of debug.log.

use peer_observer_event::{LogDisconnectReason, LogLevel};

use super::{Label, or_other, words_of};
use crate::words::log;

pub(crate) const CATEGORY: Label = Label::words(
    "category",
    "Bitcoin Core's logging category; `none` for lines that have none",
    || log::CATEGORY_WORDS.into(),
);
pub(crate) const LEVEL: Label =
    Label::words("level", "severity of the line", || words_of(LogLevel::word));
pub(crate) const SEVERE_LEVEL: Label =
    Label::words("level", "severity of the line", || vec!["warning", "error"]);
pub(crate) const FLAW: Label = Label::words(
    "flaw",
    "longer than is kept, not UTF-8, or without its end",
    || log::FLAWS.into(),
);
pub(crate) const TEMPLATE: Label = Label::words(
    "template",
    "where the line's template comes from; `none` where none fits",
    || log::TEMPLATES.into(),
);
pub(crate) const TEMPLATE_ORIGIN: Label = Label::words(
    "origin",
    "Bitcoin Core's source, or the lines themselves",
    || log::TEMPLATES[1..].into(),
);
pub(crate) const RATE_LIMIT_CHANGE: Label = Label::words(
    "change",
    "whether lines begin to be left out, or do so no longer",
    || log::RATE_LIMIT_CHANGES.into(),
);

pub(crate) const BLOCK_STATE: Label =
    Label::words("state", "`Valid`, or why the block is rejected", || {
        or_other(log::FREQUENT_STATES.iter().chain(&log::RARE_STATES))
    });
pub(crate) const HEADER_FORM: Label = Label::words("form", "what the header came with", || {
    log::HEADER_FORMS.into()
});
pub(crate) const DISCONNECT_REASON: Label =
    Label::words("reason", "why, as far as the log says", || {
        words_of(LogDisconnectReason::word)
    });
pub(crate) const FILE: Label =
    Label::words("file", "the file in the datadir", || log::FILES.into());
pub(crate) const WRITE_STEP: Label = Label::words(
    "step",
    "copying what is to be written, or writing it",
    || log::WRITE_STEPS.into(),
);

pub(crate) const BANDWIDTH: Label = Label::words(
    "bandwidth",
    "BIP152's mode: in high bandwidth the peer sends compact blocks unasked",
    || log::BANDWIDTHS.into(),
);
pub(crate) const REQUESTED: Label = Label::words(
    "requested",
    "had the node to ask for missing transactions",
    || log::REQUESTED.into(),
);
pub(crate) const TRANSACTION_SOURCE: Label = Label::words(
    "source",
    "where the transactions came from; `mempool` has those of `extra_pool`, too",
    || log::TRANSACTION_SOURCES.into(),
);
