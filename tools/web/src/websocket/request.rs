//! What a client asks for.

use peer_observer_event::Filter;
use serde::Deserialize;

/// The longest request, in bytes.
pub(super) const LONGEST_REQUEST: usize = 4 << 10;

/// A request; the latest one counts.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    /// Which events; absent: none.
    pub(super) events: Option<Filter>,
    /// The state of everything each second?
    #[serde(default)]
    pub(super) snapshots: bool,
    /// How events are written.
    #[serde(default)]
    pub(super) format: Format,
}

/// How events are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Format {
    /// Text frames, `{"events": [...]}`.
    #[default]
    Json,
    /// Binary frames, length-delimited `peer_observer.v1.Event`s.
    Protobuf,
}
