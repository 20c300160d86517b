//! Replies of the node's RPC interface: `rpc_extractor.rpc`.
//!
//! How long the node took to answer, and how long the answer was, they do not
//! carry. Where their library has a default for what the reply lacked, the
//! default stands for absence if it cannot be meant.

mod addrman;
mod chain;
mod mempool;
mod net;
mod peers;

use peer_observer_event::{Payload, Uptime};

use super::one_of;
use super::reading::Reading;
use crate::wire::{Result, Value};

/// A sat per virtual byte, in BTC per 1,000 virtual bytes.
const SAT_PER_VBYTE_IN_BTC_PER_KVB: f64 = 100_000.0;

pub(super) fn payload(value: Value<'_>, reading: &mut Reading) -> Result<Option<Payload>> {
    let Some((number, value)) = one_of(value)? else {
        reading.skip("rpc_unknown");
        return Ok(None);
    };
    Ok(Some(match number {
        1 => Payload::PeerInfos(value.message(reading)?),
        2 => Payload::MempoolInfo(Box::new(value.message(reading)?)),
        3 => Payload::Uptime(Uptime {
            uptime_seconds: Some(value.u64()?),
            ..Uptime::default()
        }),
        4 => Payload::NetTotals(Box::new(value.message(reading)?)),
        5 => Payload::MemoryInfo(Box::new(net::memory_info(value, reading)?)),
        6 => Payload::AddrmanInfo(value.message(reading)?),
        7 => Payload::ChainTxStats(Box::new(value.message(reading)?)),
        8 => Payload::NetworkInfo(Box::new(value.message(reading)?)),
        9 => Payload::BlockchainInfo(Box::new(value.message(reading)?)),
        10 => Payload::OrphanTxs(value.message(reading)?),
        11 => Payload::RawAddrman(value.message(reading)?),
        12 => Payload::SmartFees(mempool::smart_fees(value, reading)?),
        _ => {
            reading.skip("rpc_unknown");
            return Ok(None);
        }
    }))
}

/// A fee rate that they have in sat/vB, in the unit of Core's RPC.
fn feerate_btc_per_kvb(value: Value<'_>) -> Result<f64> {
    Ok(value.double()? / SAT_PER_VBYTE_IN_BTC_PER_KVB)
}

/// A bit field in hex; absent where it is none.
fn services(value: Value<'_>) -> Result<Option<u64>> {
    Ok(u64::from_str_radix(value.text()?, 16).ok())
}
