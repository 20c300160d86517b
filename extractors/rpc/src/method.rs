//! What a method is to the scheduling: a name, how often, how long, how much,
//! and how its reply becomes an event.

use std::time::Duration;

use peer_observer_event::Payload;
use serde_json::value::RawValue;

/// One RPC method. A new one is a constant of this type in `methods/`.
#[derive(Clone, Copy)]
pub(crate) struct Method {
    /// The RPC's name, also its part in the accounting and its section in the configuration.
    pub(crate) name: &'static str,
    /// Its parameters, a JSON list.
    pub(crate) params: &'static str,
    /// From the beginning of a call to that of the next, unless configured.
    pub(crate) interval: Duration,
    /// How long one call may take, unless configured.
    pub(crate) timeout: Duration,
    /// How large the reply may be, in bytes.
    pub(crate) reply_limit_bytes: usize,
    /// Makes the event's payload.
    pub(crate) payload: fn(&Reply<'_>) -> Result<Payload, Misread>,
}

impl Method {
    /// What most methods have: no parameters, every 10 s, 5 s time, 32 MiB.
    pub(crate) const fn standard() -> Method {
        Method {
            name: "",
            params: "[]",
            interval: Duration::from_secs(10),
            timeout: Duration::from_secs(5),
            reply_limit_bytes: 32 << 20,
            payload: |_| Err(Misread("this method makes no event".to_owned())),
        }
    }
}

/// The `result` of a reply.
pub(crate) struct Reply<'a> {
    /// Its JSON text.
    pub(crate) result: &'a RawValue,
    /// From the call to the last byte.
    pub(crate) duration: Duration,
}

impl Reply<'_> {
    /// Size of the text in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.result.get().len() as u64
    }

    pub(crate) fn duration_ns(&self) -> u64 {
        u64::try_from(self.duration.as_nanos()).unwrap_or(u64::MAX)
    }
}

/// A reply that is not what this method answers.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Misread(pub(crate) String);

impl From<serde_json::Error> for Misread {
    fn from(error: serde_json::Error) -> Misread {
        Misread(error.to_string())
    }
}
