//! Lines of debug.log.

use std::fmt::{self, Formatter};

use super::text::{Hash, Plain, QuotedLine};
use crate::{BlockReconstruction, LogLine, LogTemplateSeen};

pub(super) fn line(f: &mut Formatter<'_>, line: &LogLine) -> fmt::Result {
    write!(f, " {}", line.level().word())?;
    if !line.category.is_empty() {
        write!(f, " {}", Plain(&line.category))?;
    }
    if !line.thread.is_empty() {
        write!(f, " thread={}", Plain(&line.thread))?;
    }
    if let Some(source) = &line.source {
        write!(f, " {}:{}", Plain(&source.file), source.line)?;
    }
    if line.line_count > 1 {
        write!(f, " lines={}", line.line_count)?;
    }
    if line.cut {
        write!(f, " cut={} B", line.line_bytes)?;
    }
    write!(f, " {}", QuotedLine(&line.message))
}

pub(super) fn template_seen(f: &mut Formatter<'_>, seen: &LogTemplateSeen) -> fmt::Result {
    let (id, origin) = (seen.template_id, seen.origin().word());
    write!(f, " {id:016x} {origin} {}", QuotedLine(&seen.template))
}

pub(super) fn reconstruction(f: &mut Formatter<'_>, block: &BlockReconstruction) -> fmt::Result {
    write!(f, " {}", Hash(&block.block_hash))?;
    if let Some(height) = block.height {
        write!(f, " height={height}")?;
    }
    if let Some(peer_id) = block.peer_id {
        write!(f, " peer={peer_id}")?;
    }
    let (prefilled, mempool) = (block.prefilled_transactions, block.mempool_transactions);
    let requested = block.requested_transactions;
    write!(
        f,
        " prefilled={prefilled} mempool={mempool} requested={requested}"
    )?;
    if let Some(bytes) = block.requested_bytes {
        write!(f, " {bytes} B")?;
    }
    if let Some(high_bandwidth) = block.high_bandwidth {
        write!(f, " high_bandwidth={high_bandwidth}")?;
    }
    match block.duration_seconds {
        Some(seconds) => write!(f, " in {:.3} ms", seconds * 1e3),
        None => Ok(()),
    }
}
