//! What a method is to the scheduling: a name, how often, how long, how much,
//! and how its reply becomes an event.

use std::time::Duration;

use peer_observer_event::Payload;
use serde_json::value::RawValue;

use crate::tolerant::{Object, read_object};

/// One RPC method. A new one is a constant of this type in `methods/`.
#[derive(Clone, Copy)]
pub(crate) struct Method {
    /// The RPC's name, also its part in the accounting and its section in the configuration.
    pub(crate) name: &'static str,
    /// Its parameters, a JSON list for each call: most methods have one. The
    /// replies to all of them, asked for one after the other, make one event.
    pub(crate) params: &'static [&'static str],
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
    /// What most methods have: no parameters, every 10 s, 5 s time, 1 MiB.
    pub(crate) const fn standard() -> Method {
        Method {
            name: "",
            params: &["[]"],
            interval: Duration::from_secs(10),
            timeout: Duration::from_secs(5),
            reply_limit_bytes: 1 << 20,
            payload: |_| Err(Misread("this method makes no event".to_owned())),
        }
    }
}

/// The `result` of each reply to [`Method::params`], in their order.
pub(crate) struct Reply<'a> {
    /// Their JSON texts.
    pub(crate) results: &'a [Box<RawValue>],
    /// From the call to the last byte; of all calls together.
    pub(crate) duration: Duration,
}

impl Reply<'_> {
    /// The result of the only call.
    pub(crate) fn result(&self) -> Result<&RawValue, Misread> {
        match self.results {
            [result] => Ok(result),
            _ => Err(Misread(format!(
                "{} replies to one call",
                self.results.len()
            ))),
        }
    }

    /// The only result as an object.
    pub(crate) fn object<T: Object>(&self) -> Result<T, Misread> {
        Ok(read_object(self.result()?)?)
    }

    /// Size of the texts in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        let lengths = self.results.iter().map(|result| result.get().len() as u64);
        lengths.sum()
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
