//! getnettotals, getmemoryinfo, getnetworkinfo.

use peer_observer_event::{
    LocalAddress, LockedMemory, MemoryInfo, NetTotals, NetworkInfo, NetworkState, UploadTarget,
};

use super::super::FromLegacy;
use super::super::reading::Reading;
use super::{feerate_btc_per_kvb, services};
use crate::wire::{Result, Value};

impl FromLegacy for NetTotals {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => self.received_bytes = Some(value.u64()?),
            2 => self.sent_bytes = Some(value.u64()?),
            3 => self.time_unix_ms = Some(value.i64()?),
            4 => self.upload_target = Some(value.message(reading)?),
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for UploadTarget {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.cycle_seconds = Some(value.u64()?),
            2 => self.target_bytes = Some(value.u64()?),
            3 => self.target_reached = Some(value.bool()?),
            4 => self.serves_historical_blocks = Some(value.bool()?),
            5 => self.left_bytes = Some(value.u64()?),
            6 => self.left_seconds = Some(value.u64()?),
            _ => {}
        }
        Ok(())
    }
}

/// They have the reply's object `locked` only, which is all that there is in it.
pub(super) fn memory_info(value: Value<'_>, reading: &mut Reading) -> Result<MemoryInfo> {
    Ok(MemoryInfo {
        locked: Some(value.message(reading)?),
        ..MemoryInfo::default()
    })
}

impl FromLegacy for LockedMemory {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.used_bytes = Some(value.u64()?),
            2 => self.free_bytes = Some(value.u64()?),
            3 => self.total_bytes = Some(value.u64()?),
            4 => self.locked_bytes = Some(value.u64()?),
            5 => self.chunks_used = Some(value.u64()?),
            6 => self.chunks_free = Some(value.u64()?),
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for NetworkInfo {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => self.version = Some(value.i64()?),
            2 => self.user_agent = Some(value.string()?),
            3 => self.protocol_version = Some(value.i64()?),
            // 5 has the same as words.
            4 => self.services = services(value)?,
            6 => self.relay_transactions = Some(value.bool()?),
            7 => self.time_offset_seconds = Some(value.i64()?),
            8 => self.connections = Some(value.u64()?),
            9 => self.inbound_connections = Some(value.u64()?),
            10 => self.outbound_connections = Some(value.u64()?),
            11 => self.network_active = Some(value.bool()?),
            12 => {
                let network = value.message(reading)?;
                reading.push(&mut self.networks, network)?;
            }
            13 => self.minimum_relay_feerate_btc_per_kvb = Some(feerate_btc_per_kvb(value)?),
            14 => self.incremental_relay_feerate_btc_per_kvb = Some(feerate_btc_per_kvb(value)?),
            15 => {
                let address = value.message(reading)?;
                reading.push(&mut self.local_addresses, address)?;
            }
            16 => reading.push(&mut self.warnings, value.string()?)?,
            _ => {}
        }
        Ok(())
    }

    fn complete(&mut self, _: &mut Reading) -> Result<()> {
        // Once they had all warnings in one text, an empty one for none.
        self.warnings.retain(|warning| !warning.is_empty());
        Ok(())
    }
}

impl FromLegacy for NetworkState {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.network = Some(value.string()?),
            2 => self.limited = Some(value.bool()?),
            3 => self.reachable = Some(value.bool()?),
            4 => self.proxy = Some(value.string()?),
            5 => self.proxy_randomize_credentials = Some(value.bool()?),
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for LocalAddress {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.address = Some(value.string()?),
            2 => self.port = Some(value.u32()?),
            3 => self.score = Some(value.i64()?),
            _ => {}
        }
        Ok(())
    }
}
