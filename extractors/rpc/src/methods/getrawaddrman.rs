//! getrawaddrman: every address of the address manager, and where it came from.

use std::time::Duration;

use peer_observer_event::{AddrmanEntry, Network, Payload, RawAddrman};
use serde_json::value::RawValue;

use super::ADDRESS_BYTES;
use crate::method::{Method, Misread, Reply};
use crate::tolerant::{
    Object, OtherFields, WORD_BYTES, each_field, read, read_named, read_text, set_other,
};

/// Core's tables have 1024 and 256 buckets of 64.
const MOST_ENTRIES: usize = 1 << 17;

pub(crate) const GETRAWADDRMAN: Method = Method {
    name: "getrawaddrman",
    // A full address manager is 80,000 entries: a second of work and more than
    // 100 MB for the node, 30 MB for the connection.
    interval: Duration::from_secs(300),
    timeout: Duration::from_secs(30),
    reply_limit_bytes: 64 << 20,
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    let mut addrman = RawAddrman {
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
        ..RawAddrman::default()
    };
    let mut other = OtherFields::default();
    each_field(reply.result()?, |name, value| {
        let table = match name {
            "new" => &mut addrman.new_entries,
            "tried" => &mut addrman.tried_entries,
            _ => {
                other.keep(name, value);
                return Ok(());
            }
        };
        *table = read_named(value, MOST_ENTRIES, &mut other, set_place)?;
        Ok(())
    })?;
    addrman.other_fields_dropped = other.dropped();
    addrman.other_fields = other.kept;
    Ok(Payload::RawAddrman(addrman))
}

/// `bucket/position`
fn set_place(entry: &mut AddrmanEntry, name: &str) -> bool {
    let place = name.split_once('/');
    let Some((Ok(bucket), Ok(position))) =
        place.map(|(bucket, position)| (bucket.parse(), position.parse()))
    else {
        return false;
    };
    (entry.bucket, entry.position) = (bucket, position);
    true
}

fn read_network(slot: &mut Option<i32>, value: &RawValue) -> bool {
    let mut word = None;
    read_text(&mut word, value, WORD_BYTES);
    *slot = word
        .and_then(|word| Network::from_word(&word))
        .map(i32::from);
    slot.is_some()
}

impl Object for AddrmanEntry {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "address" => read_text(&mut self.address, value, ADDRESS_BYTES),
            "port" => read(&mut self.port, value),
            "network" => read_network(&mut self.network, value),
            "mapped_as" => read(&mut self.mapped_as, value),
            "services" => read(&mut self.services, value),
            "time" => read(&mut self.time_unix_seconds, value),
            "source" => read_text(&mut self.source, value, ADDRESS_BYTES),
            "source_network" => read_network(&mut self.source_network, value),
            "source_mapped_as" => read(&mut self.source_mapped_as, value),
            _ => false,
        }
    }

    set_other!();
}
