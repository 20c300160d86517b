//! What a client asks for.

use std::num::NonZeroU16;

use peer_observer_event::Filter;
use serde::Deserialize;

use super::wanted::LogFilter;

/// The longest request, in bytes.
pub(super) const LONGEST_REQUEST: usize = 4 << 10;

/// The highest limit that a client may set, in events per second.
const MOST_PER_SECOND: u16 = 1_000;

/// The longest text to search for, in bytes.
const LONGEST_TEXT: usize = 256;

/// A request; the latest one counts.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    /// Sent back as soon as this request counts.
    pub(super) id: Option<u32>,
    /// Which events; absent: none.
    pub(super) events: Option<Filter>,
    /// Which lines of debug.log of these.
    #[serde(default)]
    pub(super) log: LogFilter,
    /// Only events in whose payload this stands; needs `max_per_second`.
    pub(super) text: Option<String>,
    /// A sample of at most so many events per second instead of all.
    pub(super) max_per_second: Option<NonZeroU16>,
    /// The state of everything each second?
    #[serde(default)]
    pub(super) snapshots: bool,
    /// How events are written.
    #[serde(default)]
    pub(super) format: Format,
}

impl Request {
    /// Reads and checks a request.
    ///
    /// # Errors
    /// Says in one line what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Request, String> {
        let request: Request = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match (&request.text, request.max_per_second) {
            (_, Some(most)) if most.get() > MOST_PER_SECOND => {
                Err(format!("max_per_second is at most {MOST_PER_SECOND}"))
            }
            (Some(text), _) if text.len() > LONGEST_TEXT => {
                Err(format!("text is at most {LONGEST_TEXT} bytes long"))
            }
            // A search through everything costs more than its client may use.
            (Some(_), None) => Err("text needs max_per_second".to_owned()),
            _ => Ok(request),
        }
    }
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
