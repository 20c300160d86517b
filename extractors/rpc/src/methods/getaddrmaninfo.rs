//! getaddrmaninfo: how many addresses the address manager has.

use peer_observer_event::{AddrmanInfo, AddrmanNetwork, Payload};
use serde_json::value::RawValue;

use crate::method::{Method, Misread, Reply};
use crate::tolerant::{Object, OtherFields, WORD_BYTES, read, read_named, set_other};

/// Core has 5, and their sum.
const MOST_NETWORKS: usize = 64;

pub(crate) const GETADDRMANINFO: Method = Method {
    name: "getaddrmaninfo",
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    let mut other = OtherFields::default();
    let networks = read_named(
        reply.result()?,
        MOST_NETWORKS,
        &mut other,
        |network: &mut AddrmanNetwork, name| {
            network.network = Some(name.to_owned());
            name.len() <= WORD_BYTES
        },
    )?;
    Ok(Payload::AddrmanInfo(AddrmanInfo {
        networks,
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
        other_fields_dropped: other.dropped(),
        other_fields: other.kept,
    }))
}

impl Object for AddrmanNetwork {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "new" => read(&mut self.new_addresses, value),
            "tried" => read(&mut self.tried_addresses, value),
            "total" => read(&mut self.total_addresses, value),
            _ => false,
        }
    }

    set_other!();
}
