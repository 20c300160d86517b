//! What the node tells over IPC.

use std::fmt::{self, Formatter};

use super::text::{Hash, Milliseconds};
use crate::{BlockTemplate, ChainReorganized, ChainTipChanged, IpcEcho};

pub(super) fn tip_changed(f: &mut Formatter<'_>, tip: &ChainTipChanged) -> fmt::Result {
    write!(f, " height={} {}", tip.height, Hash(&tip.block_hash))?;
    if let Some(blocks) = tip.advanced_blocks {
        write!(f, " advanced={blocks}")?;
    }
    if tip.observed {
        Ok(())
    } else {
        f.write_str(" not_observed")
    }
}

pub(super) fn reorganized(f: &mut Formatter<'_>, reorganized: &ChainReorganized) -> fmt::Result {
    let (fork, old, new) = (
        reorganized.fork_height,
        reorganized.old_height,
        reorganized.new_height,
    );
    let (disconnected, connected) = (
        reorganized.disconnected_blocks,
        reorganized.connected_blocks,
    );
    write!(
        f,
        " fork={fork} old={old} new={new} disconnected={disconnected} connected={connected}"
    )?;
    write!(f, " {}", Hash(&reorganized.new_hash))
}

pub(super) fn block_template(f: &mut Formatter<'_>, template: &BlockTemplate) -> fmt::Result {
    let (height, transactions) = (template.height, template.transaction_count);
    let (weight, fees) = (template.weight, template.fees_sat);
    write!(
        f,
        " height={height} transactions={transactions} weight={weight} fees={fees} sat"
    )?;
    for rate in &template.fee_rates {
        write!(f, " p{}={:.1}", rate.percentile, rate.feerate_sat_per_vbyte)?;
    }
    write!(f, " in {}", Milliseconds(template.duration_ns))
}

pub(super) fn echo(f: &mut Formatter<'_>, echo: &IpcEcho) -> fmt::Result {
    write!(f, " {}", Milliseconds(echo.round_trip_ns))
}
