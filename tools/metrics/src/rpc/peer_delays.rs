//! getpeerinfo: how long peers take to answer, and what waits for them.

use super::summary::{Summary, mean, median};
use crate::catalogue::define;
use crate::poll::PollBuilder;

/// 1 ms to a minute.
const PING_BUCKETS: [f64; 14] = [
    0.001, 0.003, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 20.0, 60.0,
];
/// Transactions that wait: up to Core's INVENTORY_BROADCAST_MAX, and far beyond.
const QUEUE_BUCKETS: [f64; 12] = [
    0.0, 1.0, 10.0, 35.0, 70.0, 200.0, 500.0, 1e3, 5e3, 1e4, 5e4, 1e5,
];
pub(super) fn pings(table: PollBuilder<'_, Summary>) -> PollBuilder<'_, Summary> {
    table
        .distribution(
            define(
                "rpc_peer_info_ping_seconds",
                "seconds",
                "Last ping times, over the peers",
            )
            .source("`pingtime`"),
            &PING_BUCKETS,
            |all| all.pings.clone(),
        )
        .gauge(
            define(
                "rpc_peer_info_ping_median_seconds",
                "seconds",
                "Median of the last ping times",
            )
            .source("`pingtime`")
            .existing("`rpc_peer_info_ping_median`, said to be in milliseconds"),
            |all| median(&all.pings),
        )
        .gauge(
            define(
                "rpc_peer_info_ping_mean_seconds",
                "seconds",
                "Mean of the last ping times",
            )
            .source("`pingtime`")
            .existing("`rpc_peer_info_ping_mean`, said to be in milliseconds"),
            |all| mean(&all.pings),
        )
        .distribution(
            define(
                "rpc_peer_info_minimum_ping_seconds",
                "seconds",
                "Shortest ping times, over the peers",
            )
            .source("`minping`"),
            &PING_BUCKETS,
            |all| all.minimum_pings.clone(),
        )
        .gauge(
            define(
                "rpc_peer_info_minimum_ping_median_seconds",
                "seconds",
                "Median of the shortest ping times",
            )
            .source("`minping`")
            .existing("`rpc_peer_info_minping_median`, said to be in milliseconds"),
            |all| median(&all.minimum_pings),
        )
        .gauge(
            define(
                "rpc_peer_info_minimum_ping_mean_seconds",
                "seconds",
                "Mean of the shortest ping times",
            )
            .source("`minping`")
            .existing("`rpc_peer_info_minping_mean`, said to be in milliseconds"),
            |all| mean(&all.minimum_pings),
        )
        .gauge(
            define(
                "rpc_peer_info_ping_wait_over_5_seconds_peers",
                "peers",
                "Peers that have left a ping unanswered for more than 5 seconds",
            )
            .source("`pingwait`")
            .existing("`rpc_peer_info_ping_wait_larger_5_seconds_block_peers`"),
            |all| all.slow_pings,
        )
}

pub(super) fn queues(table: PollBuilder<'_, Summary>) -> PollBuilder<'_, Summary> {
    table
        .distribution(
            define(
                "rpc_peer_info_inv_to_send",
                "transactions",
                "Transactions waiting to be announced to a peer, over the peers that want them",
            )
            .source("`inv_to_send`")
            .existing("`rpc_peer_info_invtosend_sum` for the sum"),
            &QUEUE_BUCKETS,
            |all| all.to_announce.clone(),
        )
        .gauge(
            define(
                "rpc_peer_info_inv_to_send_minimum",
                "transactions",
                "Transactions waiting to be announced to the peer with fewest of them",
            )
            .source("`inv_to_send`")
            .existing("`rpc_peer_info_invtosend_min`"),
            |all| all.to_announce.first().copied(),
        )
        .gauge(
            define(
                "rpc_peer_info_inv_to_send_median",
                "transactions",
                "Median of the transactions waiting to be announced to a peer",
            )
            .source("`inv_to_send`")
            .existing("`rpc_peer_info_invtosend_median`"),
            |all| median(&all.to_announce),
        )
        .gauge(
            define(
                "rpc_peer_info_inv_to_send_mean",
                "transactions",
                "Mean of the transactions waiting to be announced to a peer",
            )
            .source("`inv_to_send`")
            .existing("`rpc_peer_info_invtosend_mean`"),
            |all| mean(&all.to_announce),
        )
        .gauge(
            define(
                "rpc_peer_info_inv_to_send_maximum",
                "transactions",
                "Transactions waiting to be announced to the peer with most of them",
            )
            .source("`inv_to_send`")
            .existing("`rpc_peer_info_invtosend_max`"),
            |all| all.to_announce.last().copied(),
        )
}
