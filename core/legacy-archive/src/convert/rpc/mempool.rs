//! getmempoolinfo, getorphantxs, estimatesmartfee.

use peer_observer_event::{MempoolInfo, OrphanTx, OrphanTxs, SmartFee, SmartFees};

use super::super::FromLegacy;
use super::super::reading::Reading;
use super::feerate_btc_per_kvb;
use crate::wire::{Result, Value};

impl FromLegacy for MempoolInfo {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.loaded = Some(value.bool()?),
            2 => self.transaction_count = Some(value.count()?),
            3 => self.transactions_vbytes = Some(value.count()?),
            4 => self.memory_bytes = Some(value.count()?),
            5 => self.total_fee_btc = Some(value.double()?),
            6 => self.maximum_memory_bytes = Some(value.count()?),
            7 => self.minimum_feerate_btc_per_kvb = Some(feerate_btc_per_kvb(value)?),
            8 => self.minimum_relay_feerate_btc_per_kvb = Some(feerate_btc_per_kvb(value)?),
            9 => self.incremental_relay_feerate_btc_per_kvb = Some(feerate_btc_per_kvb(value)?),
            10 => self.unbroadcast_count = Some(value.count()?),
            11 => self.full_rbf = Some(value.bool()?),
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for OrphanTxs {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        if number == 1 {
            let transaction = value.message(reading)?;
            reading.push(&mut self.transactions, transaction)?;
        }
        Ok(())
    }
}

impl FromLegacy for OrphanTx {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => self.txid = Some(value.hash_from_text()?),
            2 => self.wtxid = Some(value.hash_from_text()?),
            3 => self.size_bytes = Some(value.u64()?),
            4 => self.size_vbytes = Some(value.u64()?),
            5 => self.weight = Some(value.u64()?),
            6 => value.each_number(|peer_id| reading.push(&mut self.peer_ids, peer_id))?,
            7 => reading.skip("orphan_transaction_bytes"),
            _ => {}
        }
        Ok(())
    }
}

/// They have an event for each call.
pub(super) fn smart_fees(value: Value<'_>, reading: &mut Reading) -> Result<SmartFees> {
    Ok(SmartFees {
        estimates: vec![value.message(reading)?],
        ..SmartFees::default()
    })
}

/// `EstimateSmartFee`.
impl FromLegacy for SmartFee {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => self.feerate_btc_per_kvb = Some(feerate_btc_per_kvb(value)?),
            2 => self.estimate_blocks = Some(value.u32()?),
            3 => self.target_blocks = value.u32()?,
            4 => self.mode = mode(value.u64()?).to_owned(),
            5 => reading.push(&mut self.errors, value.string()?)?,
            _ => {}
        }
        Ok(())
    }
}

/// Their enum `FeeEstimateMode`, in Core's words.
fn mode(number: u64) -> &'static str {
    match number {
        0 => "unset",
        1 => "economical",
        2 => "conservative",
        _ => "",
    }
}
