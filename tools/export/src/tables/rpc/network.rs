//! `getnettotals` and `listbanned`.

use peer_observer_event::{BanList, Event, NetTotals as NetTotalsReply};

use crate::ExportError;
use crate::column::{Count, Flag, Integer, Maybe, Text};
use crate::columns::columns;
use crate::output::Output;
use crate::tables::Tables;
use crate::tables::json::json_map;

columns! {
    /// `getnettotals`.
    NetTotals, NetTotalsRow {
        /// Since the node's start, framing included.
        received_bytes: Maybe<Count>,
        /// Since the node's start, framing included.
        sent_bytes: Maybe<Count>,
        /// The node's clock.
        time_unix_ms: Maybe<Integer>,
        /// `-maxuploadtarget`: per cycle; 0 is no limit.
        upload_target_bytes: Maybe<Count>,
        /// `-maxuploadtarget`: length of a cycle.
        upload_cycle_seconds: Maybe<Count>,
        /// `-maxuploadtarget`: has it been reached?
        upload_target_reached: Maybe<Flag>,
        /// `-maxuploadtarget`: are old blocks still sent?
        serves_historical_blocks: Maybe<Flag>,
        /// `-maxuploadtarget`: left in this cycle.
        upload_left_bytes: Maybe<Count>,
        /// `-maxuploadtarget`: left of this cycle.
        upload_left_seconds: Maybe<Count>,
        /// What this version of peer-observer does not know of the reply, in JSON.
        other_fields: Maybe<Text>,
    }
}

columns! {
    /// Bans.
    Bans, BanRow {
        /// Of one host (`1.2.3.4/32`) or of many.
        subnet: Maybe<Text>,
        /// When the ban began.
        created_unix_seconds: Maybe<Integer>,
        /// When it ends.
        until_unix_seconds: Maybe<Integer>,
        /// How long it is in all.
        duration_seconds: Maybe<Integer>,
        /// How long it still is.
        remaining_seconds: Maybe<Integer>,
        /// What this version of peer-observer does not know of the reply, in JSON.
        other_fields: Maybe<Text>,
    }
}

pub(super) fn push_totals(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    reply: &NetTotalsReply,
) -> Result<(), ExportError> {
    let target = reply.upload_target.as_ref();
    let other = json_map(&reply.other_fields);
    let row = NetTotalsRow {
        received_bytes: reply.received_bytes,
        sent_bytes: reply.sent_bytes,
        time_unix_ms: reply.time_unix_ms,
        upload_target_bytes: target.and_then(|target| target.target_bytes),
        upload_cycle_seconds: target.and_then(|target| target.cycle_seconds),
        upload_target_reached: target.and_then(|target| target.target_reached),
        serves_historical_blocks: target.and_then(|target| target.serves_historical_blocks),
        upload_left_bytes: target.and_then(|target| target.left_bytes),
        upload_left_seconds: target.and_then(|target| target.left_seconds),
        other_fields: other.as_deref(),
    };
    tables.rpc_net_totals.push(output, event, row)
}

pub(super) fn push_bans(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    reply: &BanList,
) -> Result<(), ExportError> {
    for ban in &reply.bans {
        let other = json_map(&ban.other_fields);
        let row = BanRow {
            subnet: ban.subnet.as_deref(),
            created_unix_seconds: ban.created_unix_seconds,
            until_unix_seconds: ban.until_unix_seconds,
            duration_seconds: ban.duration_seconds,
            remaining_seconds: ban.remaining_seconds,
            other_fields: other.as_deref(),
        };
        tables.rpc_ban.push(output, event, row)?;
    }
    Ok(())
}
