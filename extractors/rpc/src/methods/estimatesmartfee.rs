//! estimatesmartfee: what a transaction has to pay to be mined soon.

use std::time::Duration;

use peer_observer_event::{Payload, SmartFee, SmartFees};
use serde_json::value::RawValue;

use crate::method::{Method, Misread, Reply};
use crate::tolerant::{Object, read, read_object, read_texts, set_other};

/// Core gives one, of a sentence.
const MOST_ERRORS: usize = 16;
const ERROR_BYTES: usize = 1024;

/// Target in blocks and mode of each call.
const ASKED: [(u32, &str); 6] = [
    (1, "economical"),
    (1, "conservative"),
    (6, "economical"),
    (6, "conservative"),
    (144, "economical"),
    (144, "conservative"),
];

pub(crate) const ESTIMATESMARTFEE: Method = Method {
    name: "estimatesmartfee",
    // In the order of `ASKED`.
    params: &[
        r#"[1, "economical"]"#,
        r#"[1, "conservative"]"#,
        r#"[6, "economical"]"#,
        r#"[6, "conservative"]"#,
        r#"[144, "economical"]"#,
        r#"[144, "conservative"]"#,
    ],
    // Estimates change with each block, and for each call the node first waits
    // until all that has happened has been told to those who listen.
    interval: Duration::from_secs(60),
    payload,
    ..Method::standard()
};

fn payload(reply: &Reply<'_>) -> Result<Payload, Misread> {
    let estimates = ASKED.iter().zip(reply.results);
    let estimates = estimates.map(|((target_blocks, mode), result)| {
        Ok(SmartFee {
            target_blocks: *target_blocks,
            mode: (*mode).to_owned(),
            ..read_object(result)?
        })
    });
    Ok(Payload::SmartFees(SmartFees {
        estimates: estimates.collect::<Result<_, Misread>>()?,
        duration_ns: reply.duration_ns(),
        reply_bytes: reply.bytes(),
    }))
}

impl Object for SmartFee {
    fn field(&mut self, name: &str, value: &RawValue) -> bool {
        match name {
            "feerate" => read(&mut self.feerate_btc_per_kvb, value),
            "errors" => read_texts(&mut self.errors, value, MOST_ERRORS, ERROR_BYTES),
            "blocks" => read(&mut self.estimate_blocks, value),
            _ => false,
        }
    }

    set_other!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reply_is_put_to_what_was_asked() {
        let params = ASKED.map(|(target, mode)| format!("[{target}, \"{mode}\"]"));
        assert_eq!(ESTIMATESMARTFEE.params, params);
    }
}
