//! getpeerinfo.

use std::collections::BTreeMap;

use peer_observer_event::{PeerInfo, PeerInfos};

use super::super::FromLegacy;
use super::super::reading::Reading;
use super::services;
use crate::wire::{Result, Value};

/// A field of a patched Core (bitcoin#31672) that our schema does not have.
const CPU_LOAD: &str = "cpu_load";

impl FromLegacy for PeerInfos {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        if number == 1 {
            let peer = value.message(reading)?;
            reading.push(&mut self.peers, peer)?;
        }
        Ok(())
    }
}

impl FromLegacy for PeerInfo {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => self.peer_id = Some(value.u64()?),
            2 => self.address = Some(value.string()?),
            3 => self.address_bind = value.some_string()?,
            4 => self.address_local = value.some_string()?,
            5 => self.network = value.some_string()?,
            6 => self.mapped_as = Some(value.u32()?).filter(|number| *number != 0),
            7 => self.services = services(value)?,
            8 => self.relay_transactions = Some(value.bool()?),
            9 => self.last_send_unix_seconds = Some(value.i64()?),
            10 => self.last_receive_unix_seconds = Some(value.i64()?),
            11 => self.last_transaction_unix_seconds = Some(value.i64()?),
            12 => self.last_block_unix_seconds = Some(value.i64()?),
            13 => self.sent_bytes = Some(value.u64()?),
            14 => self.received_bytes = Some(value.u64()?),
            15 => self.opened_unix_seconds = Some(value.i64()?),
            16 => self.time_offset_seconds = Some(value.i64()?),
            17 => self.ping_time_seconds = some_seconds(value)?,
            18 => self.minimum_ping_seconds = some_seconds(value)?,
            19 => self.ping_wait_seconds = some_seconds(value)?,
            20 => self.version = Some(value.i64()?),
            21 => self.user_agent = Some(value.string()?),
            22 => self.inbound = Some(value.bool()?),
            23 => self.high_bandwidth_to = Some(value.bool()?),
            24 => self.high_bandwidth_from = Some(value.bool()?),
            25 => self.starting_height = Some(value.i64()?),
            26 => self.synced_headers = Some(value.i64()?),
            27 => self.synced_blocks = Some(value.i64()?),
            28 => value
                .each_number(|height| reading.push(&mut self.inflight_heights, height as i64))?,
            29 => self.address_relay_enabled = Some(value.bool()?),
            30 => self.addresses_processed = Some(value.u64()?),
            31 => self.addresses_rate_limited = Some(value.u64()?),
            32 => reading.push(&mut self.permissions, value.string()?)?,
            33 => self.minimum_feerate_btc_per_kvb = Some(value.double()?),
            34 => add_bytes(&mut self.sent_bytes_by_command, value, reading)?,
            35 => add_bytes(&mut self.received_bytes_by_command, value, reading)?,
            36 => self.connection_type = value.some_string()?,
            37 => self.transport = value.some_string()?,
            38 => self.inv_to_send = Some(value.u64()?),
            129 => {
                let load = value.double()?;
                if load.is_finite() && load != 0.0 {
                    self.other_fields
                        .insert(CPU_LOAD.to_owned(), load.to_string());
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// In seconds, as Core has it, whatever their schema says. No ping takes no time.
fn some_seconds(value: Value<'_>) -> Result<Option<f64>> {
    Ok(Some(value.double()?).filter(|seconds| *seconds != 0.0))
}

/// An entry of a map from commands to bytes.
fn add_bytes(
    map: &mut BTreeMap<String, u64>,
    entry: Value<'_>,
    reading: &mut Reading,
) -> Result<()> {
    let (command, bytes) = entry.entry()?;
    let command = command.map_or(Ok(String::new()), Value::string)?;
    let bytes = bytes.map_or(Ok(0), Value::u64)?;
    reading.insert(map, command, bytes)
}
