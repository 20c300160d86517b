//! Blocks to come, and indexes over those that there are: getmininginfo, getindexinfo.

use std::collections::BTreeMap;

use peer_observer_event::{IndexInfo, IndexState, MiningInfo};

use super::mempool::sat_per_kvb;
use crate::catalogue::{Catalogue, define};
use crate::labels::INDEX;
use crate::poll::{Poll, PollBuilder};
use crate::words::{INDEXES, listed};

pub(super) fn mining_info(catalogue: &mut Catalogue) -> Poll<MiningInfo> {
    PollBuilder::<MiningInfo>::new(catalogue, "getmininginfo", "`getmininginfo`")
        .gauge(
            define(
                "rpc_mining_info_template_weight",
                "weight units",
                "Weight of the last block template that the node made, if it made one",
            )
            .source("`currentblockweight`"),
            |info| info.template_weight,
        )
        .gauge(
            define(
                "rpc_mining_info_template_transactions",
                "transactions",
                "Transactions in the last block template that the node made, if it made one",
            )
            .source("`currentblocktx`"),
            |info| info.template_transaction_count,
        )
        .gauge(
            define(
                "rpc_mining_info_network_hashes_per_second",
                "hashes per second",
                "Hash rate of all miners, estimated from the last 120 blocks",
            )
            .source("`networkhashps`"),
            |info| info.network_hashes_per_second,
        )
        .gauge(
            define(
                "rpc_mining_info_minimum_block_feerate_sat_per_kvb",
                "satoshis for 1000 virtual bytes",
                "What a transaction must pay to be put into a template: -blockmintxfee",
            )
            .source("`blockmintxfee`"),
            |info| sat_per_kvb(info.minimum_block_feerate_btc_per_kvb),
        )
        .gauge(
            define(
                "rpc_mining_info_next_difficulty",
                "times the smallest",
                "Difficulty of the next block",
            )
            .source("`next.difficulty`"),
            |info| info.next.as_ref()?.difficulty,
        )
        .finish()
}

pub(super) fn index_info(catalogue: &mut Catalogue) -> Poll<IndexInfo> {
    PollBuilder::<IndexInfo>::new(catalogue, "getindexinfo", "`getindexinfo`")
        .gauges(
            define("rpc_indexes", "indexes", "Indexes that the node has")
                .labels([INDEX])
                .source("the names of the objects"),
            |info| {
                info.indexes
                    .iter()
                    .map(|index| ([index_word(index)], 1u64))
                    .collect()
            },
        )
        .gauges(
            define(
                "rpc_indexes_synced",
                "indexes",
                "Indexes that have all blocks",
            )
            .labels([INDEX])
            .source("`synced`"),
            |info| {
                info.indexes
                    .iter()
                    .map(|index| ([index_word(index)], index.synced))
                    .collect()
            },
        )
        .gauges(
            define(
                "rpc_index_height",
                "blocks",
                "Height up to which the index is; of several that are `other`, the lowest",
            )
            .labels([INDEX])
            .source("`best_block_height`"),
            |info| {
                let mut lowest = BTreeMap::new();
                for index in &info.indexes {
                    if let Some(height) = index.best_block_height {
                        let known = lowest.entry([index_word(index)]).or_insert(height);
                        *known = height.min(*known);
                    }
                }
                lowest.into_iter().collect()
            },
        )
        .finish()
}

fn index_word(index: &IndexState) -> &'static str {
    listed(&INDEXES, index.name.as_deref().unwrap_or_default())
}
