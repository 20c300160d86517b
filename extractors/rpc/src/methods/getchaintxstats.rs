//! getchaintxstats: how many transactions the chain has, and how many came lately.

use std::time::Duration;

use peer_observer_event::{ChainTxStats, Payload};
use serde_json::value::RawValue;

use crate::method::{Method, Misread, Reply};
use crate::tolerant::{Object, read, read_hash, set_other};

pub(crate) const GETCHAINTXSTATS: Method = Method {
    name: "getchaintxstats",
    // Changes with each block.
    interval: Duration::from_secs(60),
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    Ok(Payload::ChainTxStats(Box::new(ChainTxStats {
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
        ..reply.object()?
    })))
}

impl Object for ChainTxStats {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "time" => read(&mut self.time_unix_seconds, value),
            "txcount" => read(&mut self.transaction_count, value),
            "window_final_block_hash" => read_hash(&mut self.window_final_block_hash, value),
            "window_final_block_height" => read(&mut self.window_final_block_height, value),
            "window_block_count" => read(&mut self.window_block_count, value),
            "window_tx_count" => read(&mut self.window_transaction_count, value),
            "window_interval" => read(&mut self.window_seconds, value),
            "txrate" => read(&mut self.transactions_per_second, value),
            _ => false,
        }
    }

    set_other!();
}
