//! getrpcinfo: the calls that the node is working on.

use peer_observer_event::{Payload, RpcCommand, RpcInfo};
use serde_json::value::RawValue;

use crate::method::{Method, Misread, Reply};
use crate::tolerant::{Object, WORD_BYTES, read, read_nested_list, read_text, set_other};

/// Core works on as many calls as it has threads for them (`-rpcthreads`, 16).
const MOST_COMMANDS: usize = 1024;
/// Linux's PATH_MAX.
const PATH_BYTES: usize = 4096;

pub(crate) const GETRPCINFO: Method = Method {
    name: "getrpcinfo",
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    Ok(Payload::RpcInfo(RpcInfo {
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
        ..reply.object()?
    }))
}

impl Object for RpcInfo {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "active_commands" => read_nested_list(&mut self.active_commands, value, MOST_COMMANDS),
            "logpath" => read_text(&mut self.log_path, value, PATH_BYTES),
            _ => false,
        }
    }

    set_other!();
}

impl Object for RpcCommand {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "method" => read_text(&mut self.method, value, WORD_BYTES),
            "duration" => read(&mut self.duration_us, value),
            _ => false,
        }
    }

    set_other!();
}
