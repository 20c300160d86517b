//! From a record of theirs to a payload of ours.
//!
//! A message of the old schema is read field by field into the message of ours
//! that it becomes ([`FromLegacy`]). Fields that we do not know are passed over.

mod address;
mod connection;
mod ipc;
mod log;
mod mempool;
mod message;
mod primitives;
mod probe;
mod reading;
mod rpc;
mod validation;

use std::collections::BTreeMap;

use peer_observer_event::{Extractor, Payload};

use crate::error::Fault;
use crate::wire::{Fields, Result, Value};
use reading::Reading;

/// A message of the old schema, as what it becomes.
trait FromLegacy: Default {
    /// Takes a field of the old message.
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()>;

    /// All fields are there.
    fn complete(&mut self, _reading: &mut Reading) -> Result<()> {
        Ok(())
    }
}

impl Value<'_> {
    fn message<T: FromLegacy>(self, reading: &mut Reading) -> Result<T> {
        let mut message = T::default();
        let mut fields = self.fields()?;
        while let Some((number, value)) = fields.next()? {
            message.field(number, value, reading)?;
        }
        message.complete(reading)?;
        Ok(message)
    }
}

/// A payload, and what the envelope has to know.
pub(crate) struct Converted {
    pub(crate) extractor: Extractor,
    pub(crate) payload: Payload,
    /// When it happened, where they carry that beside the record's timestamp.
    pub(crate) own_time_ns: Option<u64>,
}

/// Converts records, in their order.
#[derive(Default)]
pub(crate) struct Converter {
    reading: Reading,
    tip: ipc::Tip,
}

impl Converter {
    /// The record's timestamp, in milliseconds since the epoch, and what it
    /// becomes; nothing where it is counted as skipped.
    pub(crate) fn convert(&mut self, record: &[u8]) -> Result<(u64, Option<Converted>)> {
        self.reading.begin_record();
        let mut timestamp_ms = None;
        let mut event = None;
        let mut fields = Fields(record);
        while let Some((number, value)) = fields.next()? {
            match number {
                1..=5 => event = Some((number, value)),
                10 => timestamp_ms = Some(value.u64()?),
                _ => {}
            }
        }
        let timestamp_ms = timestamp_ms.ok_or(Fault::NoTimestamp)?;
        let Some((number, value)) = event else {
            self.reading.skip("event_unknown");
            return Ok((timestamp_ms, None));
        };
        let reading = &mut self.reading;
        let (extractor, payload, own_time_ns) = match number {
            1 => (Extractor::Ebpf, ebpf(value, reading)?, None),
            2 => (Extractor::Rpc, rpc::payload(value, reading)?, None),
            3 => (Extractor::P2p, probe::payload(value, reading)?, None),
            4 => {
                let (payload, time_ns) = log::payload(value, reading)?;
                (Extractor::Log, Some(payload), time_ns)
            }
            _ => (Extractor::Ipc, self.tip.payload(value, reading)?, None),
        };
        let converted = payload.map(|payload| Converted {
            extractor,
            payload,
            own_time_ns,
        });
        Ok((timestamp_ms, converted))
    }

    pub(crate) fn skipped(&self) -> &BTreeMap<&'static str, u64> {
        self.reading.skipped()
    }
}

/// `ebpf_extractor.ebpf`.
fn ebpf(value: Value<'_>, reading: &mut Reading) -> Result<Option<Payload>> {
    let Some((number, value)) = one_of(value)? else {
        reading.skip("ebpf_unknown");
        return Ok(None);
    };
    match number {
        1 => Ok(Some(Payload::P2pMessage(value.message(reading)?))),
        2 => connection::payload(value, reading),
        3 => {
            // Tracepoints that Bitcoin Core never had; removed in April 2026.
            reading.skip(match one_of(value)? {
                Some((1, _)) => "addrman_insert_new",
                Some((2, _)) => "addrman_insert_tried",
                _ => "addrman_unknown",
            });
            Ok(None)
        }
        4 => mempool::payload(value, reading),
        5 => validation::payload(value, reading),
        _ => {
            reading.skip("ebpf_unknown");
            Ok(None)
        }
    }
}

/// The field of a message that is nothing but a oneof. The last one counts, as
/// protobuf wants it.
fn one_of(value: Value<'_>) -> Result<Option<(u32, Value<'_>)>> {
    let mut last = None;
    let mut fields = value.fields()?;
    while let Some(field) = fields.next()? {
        last = Some(field);
    }
    Ok(last)
}
