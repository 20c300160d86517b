//! Block headers, transactions, inventory items.

use peer_observer_event::{
    BlockHeader, Body, InventoryItem, Keep, PrefilledTransaction, Transaction,
};
use peer_observer_p2p::codec;

use super::FromLegacy;
use super::reading::Reading;
use crate::wire::{Result, Value};

impl FromLegacy for BlockHeader {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.version = value.zigzag()? as i32,
            2 => self.previous_block_hash = value.hash()?,
            3 => self.merkle_root_hash = value.hash()?,
            4 => self.time_unix_seconds = value.u32()?,
            5 => self.bits = value.u32()?,
            6 => self.nonce = value.u32()?,
            7 => self.hash = value.hash()?,
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for Transaction {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.txid = value.hash()?,
            2 => self.wtxid = value.hash()?,
            3 => self.raw = Some(value.copied()?),
            _ => {}
        }
        Ok(())
    }

    /// What they do not carry of a transaction follows from its bytes, where
    /// these are there.
    fn complete(&mut self, _: &mut Reading) -> Result<()> {
        let Some(raw) = &self.raw else {
            return Ok(());
        };
        let decoded = codec::decode("tx", raw, Keep::Summary);
        if let Some(Body::Tx(measured)) = decoded.body
            && decoded.trailing_bytes.is_none()
        {
            *self = Transaction {
                raw: self.raw.take(),
                ..*measured
            };
        }
        Ok(())
    }
}

impl FromLegacy for PrefilledTransaction {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            // The difference on the wire, until the message is complete.
            1 => self.index = value.u32()?,
            2 => self.transaction = Some(value.message(reading)?),
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for InventoryItem {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        let r#type = match number {
            1 => 1,
            2 => 2,
            3 => 5,
            4 => 0x4000_0001,
            5 => 0x4000_0002,
            6 => 4,
            7 => {
                *self = value.message::<UnknownItem>(reading)?.0;
                return Ok(());
            }
            // 15 is a flag for an item of type 0, of which they leave out the hash.
            _ => return Ok(()),
        };
        *self = InventoryItem {
            r#type,
            hash: value.array()?,
        };
        Ok(())
    }
}

/// An inventory item of a type that they do not know.
#[derive(Default)]
struct UnknownItem(InventoryItem);

impl FromLegacy for UnknownItem {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.0.r#type = value.u32()?,
            2 => self.0.hash = value.array()?,
            _ => {}
        }
        Ok(())
    }
}
