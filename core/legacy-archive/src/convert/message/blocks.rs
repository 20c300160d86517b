//! Headers, blocks, and parts of blocks.

use peer_observer_event::{
    Block, BlockTxn, CmpctBlock, GetBlockTxn, GetBlocks, GetHeaders, Headers, MerkleBlock,
};

use super::super::FromLegacy;
use super::super::reading::Reading;
use crate::error::Fault;
use crate::wire::{Result, Value};

impl FromLegacy for Headers {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        if number == 1 {
            let header = value.message(reading)?;
            reading.push(&mut self.headers, header)?;
        }
        Ok(())
    }
}

impl FromLegacy for GetHeaders {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => self.version = value.u32()?,
            2 => reading.push(&mut self.locator_hashes, value.hash()?)?,
            3 => self.stop_hash = value.hash()?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for GetBlocks {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => self.version = value.u32()?,
            2 => reading.push(&mut self.locator_hashes, value.hash()?)?,
            3 => self.stop_hash = value.hash()?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for Block {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => self.header = Some(value.message(reading)?),
            2 => {
                let transaction = value.message(reading)?;
                reading.push(&mut self.transactions, transaction)?;
            }
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for CmpctBlock {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => self.header = Some(value.message(reading)?),
            2 => self.nonce = value.u64()?,
            3 => reading.push(&mut self.short_ids, short_id(value)?)?,
            4 => {
                let prefilled = value.message(reading)?;
                reading.push(&mut self.prefilled, prefilled)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// From differences, as on the wire, to positions in the block.
    fn complete(&mut self, _: &mut Reading) -> Result<()> {
        let mut next = 0_u32;
        for prefilled in &mut self.prefilled {
            prefilled.index = prefilled.index.saturating_add(next);
            next = prefilled.index.saturating_add(1);
        }
        Ok(())
    }
}

/// 6 bytes, the lowest first.
fn short_id(value: Value<'_>) -> Result<u64> {
    let id: &[u8; 6] = value.bytes()?.try_into().map_err(|_| Fault::ShortId)?;
    let mut number = [0; 8];
    number[..6].copy_from_slice(id);
    Ok(u64::from_le_bytes(number))
}

impl FromLegacy for GetBlockTxn {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => self.block_hash = value.hash()?,
            2 => value.each_number(|index| {
                // A block has no such place beyond 16 bits: a peer's nonsense.
                let index = u32::try_from(index).unwrap_or(u32::MAX);
                reading.push(&mut self.indexes, index)
            })?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for BlockTxn {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => self.block_hash = value.hash()?,
            2 => {
                let transaction = value.message(reading)?;
                reading.push(&mut self.transactions, transaction)?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// `MerkleBlock`: they have a field for each bit.
#[derive(Default)]
pub(super) struct Merkle {
    block: MerkleBlock,
    /// 8 bits in each, the lowest first, as on the wire.
    flags: Vec<u8>,
    bits: usize,
}

impl Merkle {
    pub(super) fn block(self) -> MerkleBlock {
        MerkleBlock {
            flags: self.flags.into(),
            ..self.block
        }
    }
}

impl FromLegacy for Merkle {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => self.block.header = Some(value.message(reading)?),
            2 => self.block.transaction_count = value.u32()?,
            3 => value.each_number(|bit| {
                if self.bits.is_multiple_of(8) {
                    self.flags.push(0);
                }
                if let Some(last) = self.flags.last_mut() {
                    *last |= u8::from(bit != 0) << (self.bits % 8);
                }
                self.bits += 1;
                Ok(())
            })?,
            4 => reading.push(&mut self.block.hashes, value.hash()?)?,
            _ => {}
        }
        Ok(())
    }
}
