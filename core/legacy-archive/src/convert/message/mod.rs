//! P2P messages: `ebpf_extractor.message`.

mod blocks;
mod filters;
mod small;

use bytes::Bytes;
use peer_observer_event::{
    Addr, AddrV2, Body, Cut, CutReason, Direction, FilterClear, GetAddr, GetData, Inv, Keep,
    Mempool, NotFound, P2pMessage, Ping, SendAddrV2, SendHeaders, Unknown, Verack, WtxidRelay,
};
use peer_observer_p2p::codec;

use super::FromLegacy;
use super::connection::connection_type;
use super::reading::Reading;
use crate::wire::{Result, Value};

/// A block header, as on the wire.
const HEADER_BYTES: u64 = 80;

/// `MessageEvent`.
impl FromLegacy for P2pMessage {
    fn field(&mut self, number: u32, value: Value<'_>, reading: &mut Reading) -> Result<()> {
        if number == 1 {
            return metadata(self, value);
        }
        if let Some(body) = body(number, value, reading)? {
            self.body = Some(body);
        }
        Ok(())
    }

    fn complete(&mut self, reading: &mut Reading) -> Result<()> {
        match &mut self.body {
            None => {
                reading.skip("message_body_unknown");
                self.cut = cut(CutReason::Unspecified, 0);
            }
            // What is the whole payload in a message of this type.
            Some(Body::Tx(transaction)) if transaction.raw.is_none() => {
                transaction.size_bytes = u32::try_from(self.payload_bytes).unwrap_or(u32::MAX);
            }
            // With `--low-data`. Without any transaction there is a count of one byte.
            Some(Body::Block(block)) if block.transactions.is_empty() => {
                if self.payload_bytes > HEADER_BYTES + 1 {
                    self.cut = cut(CutReason::Setting, HEADER_BYTES);
                }
            }
            // They have the bytes of types that they do not know, and we may know it.
            Some(Body::Unknown(unknown)) => {
                let payload = std::mem::take(&mut unknown.first_bytes);
                decode(self, &payload);
            }
            Some(_) => {}
        }
        Ok(())
    }
}

/// What is there of a message in a file that has everything.
fn cut(reason: CutReason, kept_bytes: u64) -> Option<Cut> {
    Some(Cut {
        reason: reason.into(),
        kept_bytes,
    })
}

fn metadata(message: &mut P2pMessage, value: Value<'_>) -> Result<()> {
    let mut fields = value.fields()?;
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => message.peer_id = value.u64()?,
            2 => message.address = value.string()?,
            3 => message.connection_type = connection_type(value)?,
            4 => message.command = whole_command(value.text()?).to_owned(),
            5 => message.set_direction(direction(value.bool()?)),
            6 => message.payload_bytes = value.u64()?,
            _ => {}
        }
    }
    Ok(())
}

fn decode(message: &mut P2pMessage, payload: &[u8]) {
    let decoded = codec::decode(&message.command, payload, Keep::Full);
    message.body = decoded.body;
    message.trailing_bytes = decoded.trailing_bytes;
}

fn direction(is_inbound: bool) -> Direction {
    match is_inbound {
        true => Direction::Inbound,
        false => Direction::Outbound,
    }
}

/// Their buffer has room for 11 letters: two types are longer.
fn whole_command(text: &str) -> &str {
    match text {
        "getcfcheckp" => "getcfcheckpt",
        "getcfheader" => "getcfheaders",
        whole => whole,
    }
}

/// A variant of the oneof `msg`; none for fields that we do not know.
fn body(number: u32, value: Value<'_>, reading: &mut Reading) -> Result<Option<Body>> {
    Ok(Some(match number {
        2 => Body::Ping(value.message(reading)?),
        3 => Body::Pong(value.message(reading)?),
        4 => Body::Inv(value.message(reading)?),
        5 => {
            let Inv { items } = value.message(reading)?;
            Body::Getdata(GetData { items })
        }
        6 => Body::Tx(Box::new(small::transaction(value, reading)?)),
        7 => Body::Headers(value.message(reading)?),
        8 => Body::Addr(value.message(reading)?),
        9 => {
            let Addr { entries } = value.message(reading)?;
            Body::Addrv2(AddrV2 { entries })
        }
        10 => Body::Feefilter(value.message(reading)?),
        11 => Body::Getheaders(value.message(reading)?),
        12 => Body::Getblocks(value.message(reading)?),
        13 => Body::Version(Box::new(value.message(reading)?)),
        14 => {
            let Inv { items } = value.message(reading)?;
            Body::Notfound(NotFound { items })
        }
        16 => Body::Cmpctblock(Box::new(value.message(reading)?)),
        17 => Body::Sendcmpct(value.message(reading)?),
        18 => Body::Block(Box::new(value.message(reading)?)),
        19 => Body::Getblocktxn(value.message(reading)?),
        20 => Body::Blocktxn(value.message(reading)?),
        21 => Body::Alert(value.message(reading)?),
        22 => Body::Filteradd(value.message(reading)?),
        23 => Body::Filterload(value.message(reading)?),
        24 => Body::Getcfcheckpt(value.message(reading)?),
        25 => Body::Cfheaders(Box::new(value.message(reading)?)),
        26 => Body::Cfilter(value.message(reading)?),
        27 => Body::Cfcheckpt(value.message(reading)?),
        28 => Body::Getcfheaders(value.message(reading)?),
        29 => Body::Getcfilters(value.message(reading)?),
        30 => {
            let merkle: blocks::Merkle = value.message(reading)?;
            Body::Merkleblock(Box::new(merkle.block()))
        }
        31 => Body::Unknown(value.message(reading)?),
        // From here on each is a flag that is always set.
        32 => Body::Verack(Verack {}),
        33 => Body::Sendheaders(SendHeaders {}),
        34 => Body::Getaddr(GetAddr {}),
        35 => Body::Mempool(Mempool {}),
        36 => Body::Wtxidrelay(WtxidRelay {}),
        37 => Body::Sendaddrv2(SendAddrV2 {}),
        38 => Body::Filterclear(FilterClear {}),
        39 => Body::Reject(value.message(reading)?),
        // An addrv2 without a payload: no valid one, decoded like that.
        40 => Body::Unknown(Unknown {
            first_bytes: Bytes::new(),
        }),
        41 => Body::Ping(Ping { nonce: None }),
        _ => return Ok(None),
    }))
}
