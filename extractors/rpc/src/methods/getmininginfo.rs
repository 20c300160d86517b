//! getmininginfo: what the next block has to fulfil, and what the network mines.

use std::time::Duration;

use peer_observer_event::{MiningInfo, NextBlock, Payload};
use serde_json::value::RawValue;

use super::SIGNET_CHALLENGE_BYTES;
use crate::method::{Method, Misread, Reply};
use crate::tolerant::{
    Object, WORD_BYTES, read, read_bytes, read_hex, read_nested, read_text, read_warnings,
    set_other,
};

pub(crate) const GETMININGINFO: Method = Method {
    name: "getmininginfo",
    // Changes with each block.
    interval: Duration::from_secs(60),
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    Ok(Payload::MiningInfo(Box::new(MiningInfo {
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
        ..reply.object()?
    })))
}

impl Object for MiningInfo {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "blocks" => read(&mut self.height, value),
            "currentblockweight" => read(&mut self.template_weight, value),
            "currentblocktx" => read(&mut self.template_transaction_count, value),
            "bits" => read_hex(&mut self.bits, value),
            "target" => read_text(&mut self.target, value, WORD_BYTES),
            "difficulty" => read(&mut self.difficulty, value),
            "networkhashps" => read(&mut self.network_hashes_per_second, value),
            "pooledtx" => read(&mut self.mempool_transaction_count, value),
            "blockmintxfee" => read(&mut self.minimum_block_feerate_btc_per_kvb, value),
            "chain" => read_text(&mut self.chain, value, WORD_BYTES),
            "signet_challenge" => {
                read_bytes(&mut self.signet_challenge, value, SIGNET_CHALLENGE_BYTES)
            }
            "next" => read_nested(&mut self.next, value),
            "warnings" => read_warnings(&mut self.warnings, value),
            _ => false,
        }
    }

    set_other!();
}

impl Object for NextBlock {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "height" => read(&mut self.height, value),
            "bits" => read_hex(&mut self.bits, value),
            "target" => read_text(&mut self.target, value, WORD_BYTES),
            "difficulty" => read(&mut self.difficulty, value),
            _ => false,
        }
    }

    set_other!();
}
