//! Heartbeats.

use peer_observer_event::{Event, Heartbeat, Kind};

use super::Tables;
use super::json::json_list;
use crate::ExportError;
use crate::column::{Count, Maybe, Sequence, Text};
use crate::columns::columns;
use crate::output::Output;

columns! {
    /// Heartbeats.
    Heartbeats, HeartbeatRow {
        /// The instance's last `sequence` before this event.
        last_sequence: Sequence,
    }
}

columns! {
    /// What became of events at a hop. Numbers are cumulative over the instance.
    Hops, HopRow {
        /// `ring` (tracepoint to ring buffer), `decoder`, `rpc`, `log`, `p2p`, `ipc`,
        /// `process`, `bus`.
        hop: Text,
        /// Part of the hop, such as the tracepoint; may be empty.
        part: Text,
        /// What came in.
        attempted: Count,
        /// What was passed on whole.
        whole: Count,
        /// What was passed on without its payload.
        reduced: Count,
        /// What was lost.
        dropped: Count,
        /// Why, a list in JSON: `[{"reason": ..., "count": ...}]`.
        dropped_by_reason: Maybe<Text>,
    }
}

columns! {
    /// Numbers of the last events by kind.
    Kinds, KindRow {
        /// The kind's word, or the number of one that this version does not know.
        kind: Text,
        /// Its last `kind_sequence`.
        last_sequence: Count,
    }
}

pub(super) fn push(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    heartbeat: &Heartbeat,
) -> Result<(), ExportError> {
    let row = HeartbeatRow {
        last_sequence: heartbeat.last_sequence,
    };
    tables.heartbeat.push(output, event, row)?;
    for hop in &heartbeat.hops {
        let by_reason = json_list(&hop.dropped);
        let dropped = hop.dropped.iter().map(|drop| drop.count);
        let row = HopRow {
            hop: &hop.hop,
            part: &hop.part,
            attempted: hop.attempted,
            whole: hop.whole,
            reduced: hop.reduced,
            dropped: dropped.fold(0, u64::saturating_add),
            dropped_by_reason: by_reason.as_deref(),
        };
        tables.heartbeat_hop.push(output, event, row)?;
    }
    for count in &heartbeat.kinds {
        let kind = i32::try_from(count.kind).ok();
        let word = match kind.and_then(|kind| Kind::try_from(kind).ok()) {
            Some(kind) => kind.word().to_owned(),
            None => count.kind.to_string(),
        };
        let row = KindRow {
            kind: &word,
            last_sequence: count.last_sequence,
        };
        tables.heartbeat_kind.push(output, event, row)?;
    }
    Ok(())
}
