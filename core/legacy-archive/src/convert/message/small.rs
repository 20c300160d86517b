//! Messages of a few fields.

use peer_observer_event::{
    Alert, FeeFilter, Ping, Pong, Reject, SendCmpct, Transaction, Unknown, Version,
};

use super::super::FromLegacy;
use super::super::reading::Reading;
use crate::wire::{Result, Value};

impl FromLegacy for Ping {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        if number == 1 {
            self.nonce = Some(value.fixed64()?);
        }
        Ok(())
    }
}

impl FromLegacy for Pong {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        if number == 1 {
            self.nonce = value.fixed64()?;
        }
        Ok(())
    }
}

/// `Tx`: a message around the transaction.
pub(super) fn transaction(value: Value<'_>, reading: &mut Reading) -> Result<Transaction> {
    let mut transaction = Transaction::default();
    let mut fields = value.fields()?;
    while let Some((number, value)) = fields.next()? {
        if number == 1 {
            transaction = value.message(reading)?;
        }
    }
    Ok(transaction)
}

impl FromLegacy for FeeFilter {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        if number == 1 {
            self.feerate_sat_per_kvb = value.zigzag()?;
        }
        Ok(())
    }
}

impl FromLegacy for Version {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        match number {
            1 => self.version = value.i32()?,
            2 => self.services = value.u64()?,
            3 => self.timestamp_unix_seconds = value.zigzag()?,
            4 => self.receiver = Some(value.message(reading)?),
            5 => self.sender = Some(value.message(reading)?),
            6 => self.nonce = Some(value.u64()?),
            7 => self.user_agent = Some(value.string()?),
            8 => self.start_height = Some(value.zigzag()? as i32),
            9 => self.relay = Some(value.bool()?),
            _ => {}
        }
        Ok(())
    }
}

impl FromLegacy for SendCmpct {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.high_bandwidth = value.bool()?,
            2 => self.version = value.u64()?,
            _ => {}
        }
        Ok(())
    }
}

/// They keep what is signed, without the signature behind it.
impl FromLegacy for Alert {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        if number == 1 {
            self.alert = value.copied()?;
        }
        Ok(())
    }
}

impl FromLegacy for Reject {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        match number {
            1 => self.rejected_command = value.string()?,
            2 => self.code = reject_code(value.u64()?),
            3 => self.reason = value.string()?,
            4 => self.hash = Some(value.hash()?),
            _ => {}
        }
        Ok(())
    }
}

/// Their enum `RejectReason` as BIP61's code; 0, which is none, for values that
/// the enum does not have.
fn reject_code(reason: u64) -> u32 {
    const CODES: [u32; 8] = [0x01, 0x10, 0x11, 0x12, 0x40, 0x41, 0x42, 0x43];
    let index = usize::try_from(reason).ok();
    let code = index.and_then(|index| CODES.get(index));
    code.copied().unwrap_or(0)
}

/// Field 1 is the command, which stands in the metadata too.
impl FromLegacy for Unknown {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        if number == 2 {
            self.first_bytes = value.copied()?;
        }
        Ok(())
    }
}
