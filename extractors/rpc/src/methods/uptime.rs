//! uptime: since when the node runs.

use peer_observer_event::{Payload, Uptime};

use crate::method::{Method, Misread, Reply};

pub(crate) const UPTIME: Method = Method {
    name: "uptime",
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    Ok(Payload::Uptime(Uptime {
        uptime_seconds: Some(serde_json::from_str(reply.result()?.get())?),
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
    }))
}
