//! Bloom filters (BIP37) and compact filters (BIP157).

use peer_observer_event::{
    CFilter, CfCheckpt, CfHeaders, FilterAdd, FilterLoad, GetCFilters, GetCfCheckpt, GetCfHeaders,
};

use super::super::FromLegacy;
use super::super::reading::Reading;
use crate::wire::{Result, Value};

impl FromLegacy for FilterLoad {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.filter = value.copied()?,
            2 => self.hash_functions = value.u32()?,
            3 => self.tweak = value.u32()?,
            // Their enum `BloomFlags` has the values of the wire.
            4 => self.flags = value.u32()?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for FilterAdd {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        if number == 1 {
            self.data = value.copied()?;
        }
        Ok(())
    }
}

impl FromLegacy for GetCFilters {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.filter_type = value.u32()?,
            2 => self.start_height = value.u32()?,
            3 => self.stop_hash = value.hash()?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for GetCfHeaders {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.filter_type = value.u32()?,
            2 => self.start_height = value.u32()?,
            3 => self.stop_hash = value.hash()?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for GetCfCheckpt {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.filter_type = value.u32()?,
            2 => self.stop_hash = value.hash()?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for CFilter {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.filter_type = value.u32()?,
            2 => self.block_hash = value.hash()?,
            3 => self.filter = value.copied()?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for CfHeaders {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => self.filter_type = value.u32()?,
            2 => self.stop_hash = value.hash()?,
            3 => self.previous_filter_header_hash = value.hash()?,
            4 => reading.push(&mut self.filter_hashes, value.hash()?)?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for CfCheckpt {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => self.filter_type = value.u32()?,
            2 => self.stop_hash = value.hash()?,
            3 => reading.push(&mut self.filter_header_hashes, value.hash()?)?,
            _ => {}
        }
        Ok(())
    }
}
