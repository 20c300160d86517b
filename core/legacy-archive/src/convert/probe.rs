//! Their own P2P connection to the node: `p2p_extractor.p2p`.

use peer_observer_event::probe_announcement::Body;
use peer_observer_event::{
    Addr, AddrV2, FeeFilter, Inv, InventoryItem, Payload, ProbeAnnouncement, ProbePing,
};

use super::reading::Reading;
use super::{FromLegacy, one_of};
use crate::wire::{Result, Value};

pub(super) fn payload(value: Value<'_>, reading: &mut Reading) -> Result<Option<Payload>> {
    let (command, body) = match one_of(value)? {
        Some((1, value)) => return Ok(Some(Payload::ProbePing(value.message(reading)?))),
        // They look at addrv2 only.
        Some((2, value)) => {
            let Addr { entries } = value.message(reading)?;
            ("addrv2", Body::Addrv2(AddrV2 { entries }))
        }
        Some((3, value)) => ("inv", Body::Inv(value.message(reading)?)),
        Some((4, value)) => {
            let feerate_sat_per_kvb = value.zigzag()?;
            let filter = FeeFilter {
                feerate_sat_per_kvb,
            };
            ("feefilter", Body::Feefilter(filter))
        }
        _ => {
            reading.skip("p2p_unknown");
            return Ok(None);
        }
    };
    Ok(Some(Payload::ProbeAnnouncement(Box::new(
        ProbeAnnouncement {
            command: command.to_owned(),
            payload_bytes: 0,
            body: Some(body),
        },
    ))))
}

impl FromLegacy for ProbePing {
    fn field(&mut self, number: u32, value: Value<'_>, _: &mut Reading) -> Result<()> {
        if number == 1 {
            self.round_trip_ns = value.u64()?;
        }
        Ok(())
    }
}

/// `AddressAnnouncement`, and the P2P messages `Addr` and `AddrV2`.
impl FromLegacy for Addr {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        if number == 1 {
            let entry = value.message(reading)?;
            reading.push(&mut self.entries, entry)?;
        }
        Ok(())
    }
}

/// `InventoryAnnouncement`, and the P2P messages `Inv`, `GetData` and `NotFound`.
impl FromLegacy for Inv {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        if number == 1 {
            let item: InventoryItem = value.message(reading)?;
            reading.push(&mut self.items, item)?;
        }
        Ok(())
    }
}
