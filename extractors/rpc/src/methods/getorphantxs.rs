//! getorphantxs: transactions whose inputs the node does not know.

use std::time::Duration;

use peer_observer_event::{OrphanTx, OrphanTxs, Payload};
use serde_json::value::RawValue;

use crate::method::{Method, Misread, Reply};
use crate::tolerant::{Object, read, read_hash, read_list, read_objects, set_other};

/// Core 31 keeps at most 3,000 announcements (DEFAULT_MAX_ORPHANAGE_LATENCY_SCORE),
/// Core 29 as many transactions as `-maxorphantx` says.
const MOST_ORPHANS: usize = 1 << 15;
/// Each peer can have announced it.
const MOST_ANNOUNCERS: usize = 16_384;

pub(crate) const GETORPHANTXS: Method = Method {
    name: "getorphantxs",
    // Verbosity 1: without the transactions themselves.
    params: &["[1]"],
    // The node copies the orphanage under the lock under which it handles
    // every inv and tx.
    interval: Duration::from_secs(30),
    reply_limit_bytes: 8 << 20,
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    Ok(Payload::OrphanTxs(OrphanTxs {
        transactions: read_objects(reply.result()?, MOST_ORPHANS)?,
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
    }))
}

impl Object for OrphanTx {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "txid" => read_hash(&mut self.txid, value),
            "wtxid" => read_hash(&mut self.wtxid, value),
            "bytes" => read(&mut self.size_bytes, value),
            "vsize" => read(&mut self.size_vbytes, value),
            "weight" => read(&mut self.weight, value),
            "from" => read_list(&mut self.peer_ids, value, MOST_ANNOUNCERS, |_| true),
            "entry" => read(&mut self.entered_unix_seconds, value),
            "expiration" => read(&mut self.expires_unix_seconds, value),
            _ => false,
        }
    }

    set_other!();
}
