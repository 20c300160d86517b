//! getaddrmaninfo, getrawaddrman.

use peer_observer_event::{AddrmanEntry, AddrmanInfo, AddrmanNetwork, Network, RawAddrman};

use super::super::FromLegacy;
use super::super::reading::Reading;
use crate::wire::{Result, Value};

impl FromLegacy for AddrmanInfo {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        if number == 1 {
            let (name, counts) = value.entry()?;
            let mut network: AddrmanNetwork = match counts {
                Some(counts) => counts.message(reading)?,
                None => AddrmanNetwork::default(),
            };
            network.network = Some(name.map_or(Ok(String::new()), Value::string)?);
            reading.push(&mut self.networks, network)?;
        }
        Ok(())
    }

    /// A map has no order of its own.
    fn complete(&mut self, _: &mut Reading) -> Result<()> {
        self.networks.sort_by(|a, b| a.network.cmp(&b.network));
        Ok(())
    }
}

impl FromLegacy for AddrmanNetwork {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.new_addresses = Some(value.u64()?),
            2 => self.tried_addresses = Some(value.u64()?),
            3 => self.total_addresses = Some(value.u64()?),
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for RawAddrman {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => add_bucket(&mut self.new_entries, value, reading),
            2 => add_bucket(&mut self.tried_entries, value, reading),
            _ => Ok(()),
        }
    }

    fn complete(&mut self, _: &mut Reading) -> Result<()> {
        for entries in [&mut self.new_entries, &mut self.tried_entries] {
            entries.sort_by_key(|entry| (entry.bucket, entry.position));
        }
        Ok(())
    }
}

/// An entry of a map from buckets to maps from positions to addresses.
fn add_bucket(
    entries: &mut Vec<AddrmanEntry>,
    bucket: Value<'_>,
    reading: &mut Reading,
) -> Result<()> {
    let (bucket, positions) = bucket.entry()?;
    let bucket = bucket.map_or(Ok(0), Value::u32)?;
    let Some(positions) = positions else {
        return Ok(());
    };
    let mut fields = positions.fields()?;
    while let Some((number, value)) = fields.next()? {
        if number != 1 {
            continue;
        }
        let (position, entry) = value.entry()?;
        let mut entry: AddrmanEntry = match entry {
            Some(entry) => entry.message(reading)?,
            None => AddrmanEntry::default(),
        };
        entry.bucket = bucket;
        entry.position = position.map_or(Ok(0), Value::u32)?;
        reading.push(entries, entry)?;
    }
    Ok(())
}

impl FromLegacy for AddrmanEntry {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.address = Some(value.string()?),
            2 => self.port = Some(value.u32()?),
            3 => self.network = network(value)?,
            4 => self.services = Some(value.u64()?),
            5 => self.time_unix_seconds = Some(value.i64()?),
            6 => self.source = Some(value.string()?),
            7 => self.source_network = network(value)?,
            8 => self.mapped_as = Some(value.u32()?),
            9 => self.source_mapped_as = Some(value.u32()?),
            _ => {}
        }
        Ok(())
    }
}

/// Core's word for a network.
fn network(value: Value<'_>) -> Result<Option<i32>> {
    Ok(Network::from_word(value.text()?).map(i32::from))
}
