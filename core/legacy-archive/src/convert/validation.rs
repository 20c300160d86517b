//! Validation: `ebpf_extractor.validation`.

use peer_observer_event::{BlockConnected, Payload};

use super::reading::Reading;
use super::{FromLegacy, one_of};
use crate::wire::{Result, Value};

pub(super) fn payload(value: Value<'_>, reading: &mut Reading) -> Result<Option<Payload>> {
    match one_of(value)? {
        Some((1, value)) => Ok(Some(Payload::BlockConnected(value.message(reading)?))),
        _ => {
            reading.skip("validation_unknown");
            Ok(None)
        }
    }
}

impl FromLegacy for BlockConnected {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.block_hash = value.hash()?,
            2 => self.height = value.i32()?,
            3 => self.transaction_count = value.count()?,
            4 => self.input_count = value.i32()?,
            5 => self.sigops_cost = value.count()?,
            6 => self.duration_ns = value.u64()?,
            _ => {}
        }
        Ok(())
    }
}
