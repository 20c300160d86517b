//! getnettotals: how much the node has received and sent.

use peer_observer_event::{NetTotals, Payload, UploadTarget};
use serde_json::value::RawValue;

use crate::method::{Method, Misread, Reply};
use crate::tolerant::{Object, read, read_nested, set_other};

pub(crate) const GETNETTOTALS: Method = Method {
    name: "getnettotals",
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    Ok(Payload::NetTotals(Box::new(NetTotals {
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
        ..reply.object()?
    })))
}

impl Object for NetTotals {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "totalbytesrecv" => read(&mut self.received_bytes, value),
            "totalbytessent" => read(&mut self.sent_bytes, value),
            "timemillis" => read(&mut self.time_unix_ms, value),
            "uploadtarget" => read_nested(&mut self.upload_target, value),
            _ => false,
        }
    }

    set_other!();
}

impl Object for UploadTarget {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "timeframe" => read(&mut self.cycle_seconds, value),
            "target" => read(&mut self.target_bytes, value),
            "target_reached" => read(&mut self.target_reached, value),
            "serve_historical_blocks" => read(&mut self.serves_historical_blocks, value),
            "bytes_left_in_cycle" => read(&mut self.left_bytes, value),
            "time_left_in_cycle" => read(&mut self.left_seconds, value),
            _ => false,
        }
    }

    set_other!();
}
