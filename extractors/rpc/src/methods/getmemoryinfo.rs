//! getmemoryinfo: memory that is kept out of swap.

use peer_observer_event::{LockedMemory, MemoryInfo, Payload};
use serde_json::value::RawValue;

use crate::method::{Method, Misread, Reply};
use crate::tolerant::{Object, read, read_nested, set_other};

pub(crate) const GETMEMORYINFO: Method = Method {
    name: "getmemoryinfo",
    params: &[r#"["stats"]"#],
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    Ok(Payload::MemoryInfo(Box::new(MemoryInfo {
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
        ..reply.object()?
    })))
}

impl Object for MemoryInfo {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "locked" => read_nested(&mut self.locked, value),
            _ => false,
        }
    }

    set_other!();
}

impl Object for LockedMemory {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "used" => read(&mut self.used_bytes, value),
            "free" => read(&mut self.free_bytes, value),
            "total" => read(&mut self.total_bytes, value),
            "locked" => read(&mut self.locked_bytes, value),
            "chunks_used" => read(&mut self.chunks_used, value),
            "chunks_free" => read(&mut self.chunks_free, value),
            _ => false,
        }
    }

    set_other!();
}
