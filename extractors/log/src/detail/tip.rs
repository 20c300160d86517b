//! The chain's tip.

use jiff::Timestamp;
use peer_observer_event::LogTipUpdated;
use peer_observer_event::log_line::Detail;

use super::scan::Scan;

/// `UpdateTip: new best=HASH height=1 version=0x20000000 log2_work=2.000000 tx=2
/// date='2011-02-02T23:16:43Z' progress=1.000000 cache=0.3MiB(1txo) warning='...'`
/// (validation.cpp `UpdateTipLog`). Those of a chain that is validated in the
/// background have that in front of them, and are none of these.
pub(super) fn updated(mut rest: Scan<'_>) -> Option<Detail> {
    let block_hash = rest.hash()?;
    let height = rest.field(" height=")?;
    rest.literal(" version=0x")?;
    let version = u32::from_str_radix(rest.until(" ")?, 16).ok()?;
    let log2_work = rest.field("log2_work=")?;
    let transactions = rest.field(" tx=")?;
    rest.literal(" date='")?;
    let date: Timestamp = rest.until("'")?.parse().ok()?;
    let progress = rest.field(" progress=")?;
    let cache_mebibytes = rest.field(" cache=");
    let cache_coins = cache_mebibytes.and_then(|_: f64| rest.field("MiB("));
    let warning = rest
        .until("warning='")
        .map(|_| rest.0.trim_end_matches('\''));
    Some(Detail::TipUpdated(LogTipUpdated {
        block_hash,
        height,
        version: version.cast_signed(),
        log2_work,
        transactions,
        block_time_unix_seconds: date.as_second(),
        progress,
        cache_mebibytes,
        cache_coins,
        warning: warning.map(str::to_owned),
    }))
}
