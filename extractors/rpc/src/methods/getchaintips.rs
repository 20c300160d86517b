//! getchaintips: the ends of all branches of the block tree.

use std::time::Duration;

use peer_observer_event::{ChainTip, ChainTips, Payload};
use serde_json::value::RawValue;

use crate::method::{Method, Misread, Reply};
use crate::tolerant::{Object, WORD_BYTES, read, read_hash, read_objects, read_text, set_other};

/// A node that has run for years knows some hundred.
const MOST_TIPS: usize = 1 << 14;

pub(crate) const GETCHAINTIPS: Method = Method {
    name: "getchaintips",
    // The node goes through all block headers that it knows, a million on the
    // main chain, and holds `cs_main` meanwhile.
    interval: Duration::from_secs(60),
    reply_limit_bytes: 8 << 20,
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    Ok(Payload::ChainTips(ChainTips {
        tips: read_objects(reply.result()?, MOST_TIPS)?,
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
    }))
}

impl Object for ChainTip {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "height" => read(&mut self.height, value),
            "hash" => read_hash(&mut self.hash, value),
            "branchlen" => read(&mut self.branch_blocks, value),
            "status" => read_text(&mut self.status, value, WORD_BYTES),
            _ => false,
        }
    }

    set_other!();
}
