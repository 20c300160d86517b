//! listbanned: addresses that the operator has banned.

use std::time::Duration;

use peer_observer_event::{Ban, BanList, Payload};
use serde_json::value::RawValue;

use super::ADDRESS_BYTES;
use crate::method::{Method, Misread, Reply};
use crate::tolerant::{Object, read, read_objects, read_text, set_other};

/// Ban lists that people share have some thousands.
const MOST_BANS: usize = 1 << 17;

pub(crate) const LISTBANNED: Method = Method {
    name: "listbanned",
    // Changes when the operator changes it, and can be megabytes.
    interval: Duration::from_secs(60),
    reply_limit_bytes: 32 << 20,
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    Ok(Payload::BanList(BanList {
        bans: read_objects(reply.result()?, MOST_BANS)?,
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
    }))
}

impl Object for Ban {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "address" => read_text(&mut self.subnet, value, ADDRESS_BYTES),
            "ban_created" => read(&mut self.created_unix_seconds, value),
            "banned_until" => read(&mut self.until_unix_seconds, value),
            "ban_duration" => read(&mut self.duration_seconds, value),
            "time_remaining" => read(&mut self.remaining_seconds, value),
            _ => false,
        }
    }

    set_other!();
}
