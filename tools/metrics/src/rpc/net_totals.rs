//! getnettotals: what went over the wire.

use peer_observer_event::NetTotals;

use crate::catalogue::{Catalogue, define};
use crate::poll::{Poll, PollBuilder};

pub(super) fn net_totals(catalogue: &mut Catalogue) -> Poll<NetTotals> {
    PollBuilder::<NetTotals>::new(catalogue, "getnettotals", "`getnettotals`")
        .counter(
            define(
                "rpc_net_totals_received_bytes",
                "bytes",
                "Bytes from peers since the node's start, framing included",
            )
            .source("`totalbytesrecv`")
            .existing("`rpc_nettotals_total_bytes_received`, a gauge"),
            |totals| totals.received_bytes,
        )
        .counter(
            define(
                "rpc_net_totals_sent_bytes",
                "bytes",
                "Bytes to peers since the node's start, framing included",
            )
            .source("`totalbytessent`")
            .existing("`rpc_nettotals_total_bytes_sent`, a gauge"),
            |totals| totals.sent_bytes,
        )
        .gauge(
            define(
                "rpc_net_totals_upload_cycle_seconds",
                "seconds",
                "Length of a cycle of -maxuploadtarget",
            )
            .source("`uploadtarget.timeframe`"),
            |totals| totals.upload_target.as_ref()?.cycle_seconds,
        )
        .gauge(
            define(
                "rpc_net_totals_upload_target_bytes",
                "bytes",
                "Upload that -maxuploadtarget allows in a cycle; 0 is no limit",
            )
            .source("`uploadtarget.target`"),
            |totals| totals.upload_target.as_ref()?.target_bytes,
        )
        .gauge(
            define(
                "rpc_net_totals_upload_target_reached",
                "1 or 0",
                "Is the upload that -maxuploadtarget allows used up",
            )
            .source("`uploadtarget.target_reached`"),
            |totals| totals.upload_target.as_ref()?.target_reached,
        )
        .gauge(
            define(
                "rpc_net_totals_upload_serves_historical_blocks",
                "1 or 0",
                "Does the node still send old blocks",
            )
            .source("`uploadtarget.serve_historical_blocks`"),
            |totals| totals.upload_target.as_ref()?.serves_historical_blocks,
        )
        .gauge(
            define(
                "rpc_net_totals_upload_left_bytes",
                "bytes",
                "Upload left in this cycle; 0 without a limit",
            )
            .source("`uploadtarget.bytes_left_in_cycle`"),
            |totals| totals.upload_target.as_ref()?.left_bytes,
        )
        .gauge(
            define(
                "rpc_net_totals_upload_left_seconds",
                "seconds",
                "Time left in this cycle; 0 without a limit",
            )
            .source("`uploadtarget.time_left_in_cycle`"),
            |totals| totals.upload_target.as_ref()?.left_seconds,
        )
        .finish()
}
