//! getindexinfo: how far the node's indexes are.

use peer_observer_event::{IndexInfo, IndexState, Payload};
use serde_json::value::RawValue;

use crate::method::{Method, Misread, Reply};
use crate::tolerant::{Object, OtherFields, WORD_BYTES, read, read_named, set_other};

/// Core has 4.
const MOST_INDEXES: usize = 64;

pub(crate) const GETINDEXINFO: Method = Method {
    name: "getindexinfo",
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    let mut other = OtherFields::default();
    let indexes = read_named(
        reply.result()?,
        MOST_INDEXES,
        &mut other,
        |index: &mut IndexState, name| {
            index.name = Some(name.to_owned());
            name.len() <= WORD_BYTES
        },
    )?;
    Ok(Payload::IndexInfo(IndexInfo {
        indexes,
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
        other_fields_dropped: other.dropped(),
        other_fields: other.kept,
    }))
}

impl Object for IndexState {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "synced" => read(&mut self.synced, value),
            "best_block_height" => read(&mut self.best_block_height, value),
            _ => false,
        }
    }

    set_other!();
}
