//! Files that the node writes.

use peer_observer_event::log_line::Detail;
use peer_observer_event::{LogAddrmanWritten, LogBanlistWritten, LogMempoolDumped};

use super::scan::Scan;

/// `Dumped mempool: 0.001s to copy, 0.002s to dump, 345 bytes dumped to file`
/// (mempool_persist.cpp). The bytes are there since Core 28.
pub(super) fn mempool_dumped(mut rest: Scan<'_>) -> Option<Detail> {
    let copy_seconds = Some(rest.number()?);
    let write_seconds = rest.field("s to copy, ");
    let file_bytes = rest.field("s to dump, ");
    Some(Detail::MempoolDumped(LogMempoolDumped {
        copy_seconds,
        write_seconds,
        file_bytes,
    }))
}

/// `Flushed 12 addresses to peers.dat 3ms` (net.cpp `DumpAddresses`) and
/// `Flushed 1 banned node addresses/subnets to disk 2ms` (banman.cpp).
pub(super) fn flushed(mut rest: Scan<'_>) -> Option<Detail> {
    let count = rest.number()?;
    let duration_seconds = |mut rest: Scan<'_>| {
        rest.0 = rest.0.trim_start();
        let milliseconds: f64 = rest.number()?;
        Some(milliseconds / 1e3)
    };
    if rest.has(" addresses to peers.dat") {
        return Some(Detail::AddrmanWritten(LogAddrmanWritten {
            addresses: count,
            duration_seconds: duration_seconds(rest),
        }));
    }
    rest.literal(" banned node")?;
    rest.until(" to disk")?;
    Some(Detail::BanlistWritten(LogBanlistWritten {
        bans: count,
        duration_seconds: duration_seconds(rest),
    }))
}
