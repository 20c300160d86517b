//! getblockchaininfo, getchaintxstats.

use peer_observer_event::{BlockchainInfo, ChainTxStats, json};

use super::super::FromLegacy;
use super::super::reading::Reading;
use crate::wire::{Result, Value};

impl FromLegacy for ChainTxStats {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.time_unix_seconds = Some(value.i64()?),
            2 => self.transaction_count = Some(value.u64()?),
            3 => self.window_final_block_hash = Some(value.hash_from_text()?),
            4 => self.window_final_block_height = Some(value.i64()?),
            5 => self.window_block_count = Some(value.u64()?),
            6 => self.window_transaction_count = Some(value.u64()?),
            7 => self.window_seconds = Some(value.i64()?),
            // In a draft it was a whole number, of which nobody knows the unit.
            8 => self.transactions_per_second = value.double().ok(),
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for BlockchainInfo {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => self.chain = Some(chain(value.text()?).to_owned()),
            2 => self.height = Some(value.i64()?),
            3 => self.headers_height = Some(value.i64()?),
            4 => self.best_block_hash = Some(value.hash_from_text()?),
            5 => self.difficulty = Some(value.double()?),
            6 => self.time_unix_seconds = Some(value.i64()?).filter(|time| *time != 0),
            7 => self.median_time_unix_seconds = Some(value.i64()?),
            8 => self.verification_progress = Some(value.double()?),
            9 => self.initial_block_download = Some(value.bool()?),
            10 => self.chain_work = Some(chain_work(value.text()?)),
            11 => self.size_on_disk_bytes = Some(value.u64()?),
            12 => self.pruned = Some(value.bool()?),
            13 => self.prune_height = Some(value.i64()?),
            14 => self.prune_target_bytes = Some(value.u64()?).filter(|bytes| *bytes != 0),
            15 => reading.push(&mut self.warnings, value.string()?)?,
            _ => {}
        }
        Ok(())
    }

    fn complete(&mut self, _: &mut Reading) -> Result<()> {
        if self.pruned != Some(true) {
            self.prune_height = None;
        }
        self.warnings.retain(|warning| !warning.is_empty());
        Ok(())
    }
}

/// Their library has words of its own for two chains.
fn chain(word: &str) -> &str {
    match word {
        "bitcoin" => "main",
        "testnet" => "test",
        of_core => of_core,
    }
}

/// Of the chain's work their library makes a decimal number; Core has 64 hex
/// digits. What is neither stays as it is.
fn chain_work(text: &str) -> String {
    const HEX_DIGITS: usize = 64;
    const BYTES: usize = HEX_DIGITS / 2;
    let is_decimal = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if text.len() >= HEX_DIGITS || !is_decimal {
        return text.to_owned();
    }
    let mut number = [0; BYTES];
    for digit in text.bytes() {
        let mut carry = u16::from(digit - b'0');
        for byte in number.iter_mut().rev() {
            let product = u16::from(*byte) * 10 + carry;
            *byte = product as u8;
            carry = product >> 8;
        }
    }
    json::hex(&number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_hex_as_in_core() {
        // Of block 800,000 of the main chain.
        let hex = "00000000000000000000000000000000000000004fc85ab3390629e495bf13d5";
        let decimal = u128::from_str_radix(hex, 16).unwrap().to_string();
        assert_eq!(chain_work(&decimal), hex);
        assert_eq!(chain_work(hex), hex);
        assert_eq!(chain_work("0"), "0".repeat(64));
        assert_eq!(chain_work(""), "");
        assert_eq!(chain_work("0x1"), "0x1");
    }
}
