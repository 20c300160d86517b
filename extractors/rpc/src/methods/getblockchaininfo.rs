//! getblockchaininfo: where the chain is.

use peer_observer_event::{BackgroundValidation, BlockchainInfo, Payload};
use serde_json::value::RawValue;

use super::SIGNET_CHALLENGE_BYTES;
use crate::method::{Method, Misread, Reply};
use crate::tolerant::{
    Object, WORD_BYTES, read, read_bytes, read_hash, read_hex, read_nested, read_text,
    read_warnings, set_other,
};

pub(crate) const GETBLOCKCHAININFO: Method = Method {
    name: "getblockchaininfo",
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    Ok(Payload::BlockchainInfo(Box::new(BlockchainInfo {
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
        ..reply.object()?
    })))
}

impl Object for BlockchainInfo {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "chain" => read_text(&mut self.chain, value, WORD_BYTES),
            "blocks" => read(&mut self.height, value),
            "headers" => read(&mut self.headers_height, value),
            "bestblockhash" => read_hash(&mut self.best_block_hash, value),
            "bits" => read_hex(&mut self.bits, value),
            "target" => read_text(&mut self.target, value, WORD_BYTES),
            "difficulty" => read(&mut self.difficulty, value),
            "time" => read(&mut self.time_unix_seconds, value),
            "mediantime" => read(&mut self.median_time_unix_seconds, value),
            "verificationprogress" => read(&mut self.verification_progress, value),
            "initialblockdownload" => read(&mut self.initial_block_download, value),
            "backgroundvalidation" => read_nested(&mut self.background_validation, value),
            "chainwork" => read_text(&mut self.chain_work, value, WORD_BYTES),
            "size_on_disk" => read(&mut self.size_on_disk_bytes, value),
            "pruned" => read(&mut self.pruned, value),
            "pruneheight" => read(&mut self.prune_height, value),
            "automatic_pruning" => read(&mut self.automatic_pruning, value),
            "prune_target_size" => read(&mut self.prune_target_bytes, value),
            "signet_challenge" => {
                read_bytes(&mut self.signet_challenge, value, SIGNET_CHALLENGE_BYTES)
            }
            "warnings" => read_warnings(&mut self.warnings, value),
            _ => false,
        }
    }

    set_other!();
}

impl Object for BackgroundValidation {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "snapshotheight" => read(&mut self.snapshot_height, value),
            "blocks" => read(&mut self.height, value),
            "bestblockhash" => read_hash(&mut self.best_block_hash, value),
            "mediantime" => read(&mut self.median_time_unix_seconds, value),
            "verificationprogress" => read(&mut self.verification_progress, value),
            "chainwork" => read_text(&mut self.chain_work, value, WORD_BYTES),
            _ => false,
        }
    }

    set_other!();
}
