//! getorphantxs: transactions whose inputs the node does not know.

use std::collections::HashMap;

use peer_observer_event::OrphanTxs;

use crate::catalogue::{Catalogue, define};
use crate::poll::{Poll, PollBuilder};

/// Peers that announced an orphan.
const ANNOUNCER_BUCKETS: [f64; 8] = [1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0];
/// Orphans of a peer.
const ORPHAN_BUCKETS: [f64; 9] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];

pub(super) fn orphans(catalogue: &mut Catalogue) -> Poll<OrphanTxs> {
    PollBuilder::<OrphanTxs>::new(catalogue, "getorphantxs", "`getorphantxs`")
        .gauge(
            define(
                "rpc_orphan_transactions",
                "transactions",
                "Orphans: transactions whose inputs the node does not know",
            )
            .existing("`rpc_getorphantxs_count`"),
            |orphans| orphans.transactions.len(),
        )
        .gauge(
            define(
                "rpc_orphan_transactions_bytes",
                "bytes",
                "Size of the orphans",
            )
            .source("`bytes`")
            .existing("`rpc_getorphantxs_bytes`"),
            |orphans| sum(orphans.transactions.iter().map(|orphan| orphan.size_bytes)),
        )
        .gauge(
            define(
                "rpc_orphan_transactions_vbytes",
                "virtual bytes",
                "Virtual size of the orphans",
            )
            .source("`vsize`")
            .existing("`rpc_getorphantxs_vsize`"),
            |orphans| sum(orphans.transactions.iter().map(|orphan| orphan.size_vbytes)),
        )
        .gauge(
            define(
                "rpc_orphan_transactions_weight",
                "weight units",
                "Weight of the orphans",
            )
            .source("`weight`")
            .existing("`rpc_getorphantxs_weight`"),
            |orphans| sum(orphans.transactions.iter().map(|orphan| orphan.weight)),
        )
        .distribution(
            define(
                "rpc_orphan_transaction_announcers",
                "peers",
                "Peers that announced an orphan, over the orphans",
            )
            .source("`from`")
            .existing(
                "`rpc_getorphantxs_from_min`, `rpc_getorphantxs_from_max`, \
                 `rpc_getorphantxs_from_mean`, which are 2^63 - 1 and no number without orphans",
            ),
            &ANNOUNCER_BUCKETS,
            |orphans| {
                let orphans = orphans.transactions.iter();
                orphans.map(|orphan| orphan.peer_ids.len() as f64).collect()
            },
        )
        .distribution(
            define(
                "rpc_orphan_peer_transactions",
                "transactions",
                "Orphans that a peer announced, over the peers that announced any",
            )
            .source("`from`"),
            &ORPHAN_BUCKETS,
            |orphans| {
                let mut peers = HashMap::<u64, f64>::new();
                for peer in orphans
                    .transactions
                    .iter()
                    .flat_map(|orphan| &orphan.peer_ids)
                {
                    *peers.entry(*peer).or_default() += 1.0;
                }
                peers.into_values().collect()
            },
        )
        .finish()
}

fn sum(numbers: impl Iterator<Item = Option<u64>>) -> u64 {
    numbers.flatten().fold(0, u64::saturating_add)
}
