//! The mempool: `ebpf_extractor.mempool`.

use peer_observer_event::{
    MempoolAdded, MempoolRejected, MempoolRemoved, MempoolReplaced, Payload,
};

use super::reading::Reading;
use super::{FromLegacy, one_of};
use crate::wire::{Result, Value};

pub(super) fn payload(value: Value<'_>, reading: &mut Reading) -> Result<Option<Payload>> {
    Ok(Some(match one_of(value)? {
        Some((1, value)) => Payload::MempoolAdded(value.message(reading)?),
        Some((2, value)) => Payload::MempoolReplaced(Box::new(value.message(reading)?)),
        Some((3, value)) => Payload::MempoolRemoved(value.message(reading)?),
        Some((4, value)) => Payload::MempoolRejected(value.message(reading)?),
        _ => {
            reading.skip("mempool_unknown");
            return Ok(None);
        }
    }))
}

impl FromLegacy for MempoolAdded {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.txid = value.hash()?,
            2 => self.size_vbytes = value.count32()?,
            3 => self.fee_sat = value.i64()?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for MempoolRemoved {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.txid = value.hash()?,
            2 => self.reason = removal_reason(value.text()?).to_owned(),
            3 => self.size_vbytes = value.count32()?,
            4 => self.fee_sat = value.i64()?,
            5 => self.entered_unix_seconds = value.u64()?,
            _ => {}
        }
        Ok(())
    }
}

/// Their buffer has room for 8 letters: one of Core's words is longer.
fn removal_reason(text: &str) -> &str {
    match text {
        "sizelimi" => "sizelimit",
        whole => whole,
    }
}

impl FromLegacy for MempoolReplaced {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.txid = value.hash()?,
            2 => self.size_vbytes = value.count32()?,
            3 => self.fee_sat = value.i64()?,
            4 => self.entered_unix_seconds = value.u64()?,
            5 => self.replacement_hash = value.hash()?,
            6 => self.replacement_size_vbytes = value.count32()?,
            7 => self.replacement_fee_sat = value.i64()?,
            8 => self.replaced_by_transaction = value.bool()?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for MempoolRejected {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.txid = value.hash()?,
            2 => self.reason = value.string()?,
            _ => {}
        }
        Ok(())
    }
}
