//! What transactions wait for, and what they pay: getmempoolinfo, estimatesmartfee.

use peer_observer_event::{MempoolInfo, SmartFee, SmartFees};

use crate::catalogue::{Catalogue, define};
use crate::labels::{FEE_MODE, TARGET};
use crate::poll::{ByLabels, Poll, PollBuilder};
use crate::words::{FEE_MODES, FEE_TARGETS, OTHER, listed, word_of};

/// A fee rate in satoshis: whole ones, as the node has them.
pub(super) fn sat_per_kvb(btc_per_kvb: Option<f64>) -> Option<f64> {
    btc_per_kvb.map(|btc| (btc * 1e8).round())
}

pub(super) fn mempool_info(catalogue: &mut Catalogue) -> Poll<MempoolInfo> {
    const FEERATE: &str = "satoshis for 1000 virtual bytes";
    PollBuilder::<MempoolInfo>::new(catalogue, "getmempoolinfo", "`getmempoolinfo`")
        .gauge(
            define(
                "rpc_mempool_info_loaded",
                "1 or 0",
                "Has mempool.dat been read, or has reading it failed",
            )
            .source("`loaded`")
            .existing("`rpc_mempoolinfo_mempool_loaded`"),
            |info| info.loaded,
        )
        .gauge(
            define(
                "rpc_mempool_info_transactions",
                "transactions",
                "Transactions in the mempool",
            )
            .source("`size`")
            .existing("`rpc_mempoolinfo_transaction_count`"),
            |info| info.transaction_count,
        )
        .gauge(
            define(
                "rpc_mempool_info_transactions_vbytes",
                "virtual bytes",
                "Size of the transactions in the mempool",
            )
            .source("`bytes`")
            .existing("`rpc_mempoolinfo_transaction_vbyte`"),
            |info| info.transactions_vbytes,
        )
        .gauge(
            define(
                "rpc_mempool_info_memory_bytes",
                "bytes",
                "Memory of the mempool",
            )
            .source("`usage`")
            .existing("`rpc_mempoolinfo_memory_usage`"),
            |info| info.memory_bytes,
        )
        .gauge(
            define(
                "rpc_mempool_info_maximum_memory_bytes",
                "bytes",
                "Memory that the mempool may have: -maxmempool",
            )
            .source("`maxmempool`")
            .existing("`rpc_mempoolinfo_memory_max`"),
            |info| info.maximum_memory_bytes,
        )
        .gauge(
            define(
                "rpc_mempool_info_fees_sat",
                "satoshis",
                "Fees of all transactions in the mempool, without prioritisetransaction's",
            )
            .source("`total_fee`")
            .existing("`rpc_mempoolinfo_transaction_fees`, in bitcoins"),
            |info| info.total_fee_btc.map(|btc| (btc * 1e8).round()),
        )
        .gauge(
            define(
                "rpc_mempool_info_minimum_feerate_sat_per_kvb",
                FEERATE,
                "What a transaction must pay now to be taken",
            )
            .source("`mempoolminfee`")
            .existing("`rpc_mempoolinfo_min_mempool_feerate`, in bitcoins"),
            |info| sat_per_kvb(info.minimum_feerate_btc_per_kvb),
        )
        .gauge(
            define(
                "rpc_mempool_info_minimum_relay_feerate_sat_per_kvb",
                FEERATE,
                "What a transaction must always pay: -minrelaytxfee",
            )
            .source("`minrelaytxfee`")
            .existing("`rpc_mempoolinfo_min_relay_tx_feerate`, in bitcoins"),
            |info| sat_per_kvb(info.minimum_relay_feerate_btc_per_kvb),
        )
        .gauge(
            define(
                "rpc_mempool_info_incremental_relay_feerate_sat_per_kvb",
                FEERATE,
                "What a replacement must pay more: -incrementalrelayfee",
            )
            .source("`incrementalrelayfee`")
            .existing("`rpc_mempoolinfo_incremental_relay_feerate`, in bitcoins"),
            |info| sat_per_kvb(info.incremental_relay_feerate_btc_per_kvb),
        )
        .gauge(
            define(
                "rpc_mempool_info_unbroadcast_transactions",
                "transactions",
                "Own transactions that no peer has asked for yet",
            )
            .source("`unbroadcastcount`"),
            |info| info.unbroadcast_count,
        )
        .gauge(
            define(
                "rpc_mempool_info_full_rbf",
                "1 or 0",
                "Are replacements taken without BIP125's signal",
            )
            .source("`fullrbf`"),
            |info| info.full_rbf,
        )
        .gauge(
            define(
                "rpc_mempool_info_permit_bare_multisig",
                "1 or 0",
                "Are outputs with bare multisig relayed",
            )
            .source("`permitbaremultisig`"),
            |info| info.permit_bare_multisig,
        )
        .gauge(
            define(
                "rpc_mempool_info_maximum_datacarrier_bytes",
                "bytes",
                "How large outputs with OP_RETURN may be in a transaction: -datacarriersize",
            )
            .source("`maxdatacarriersize`"),
            |info| info.maximum_datacarrier_bytes,
        )
        .gauge(
            define(
                "rpc_mempool_info_maximum_cluster_transactions",
                "transactions",
                "Transactions that a cluster may have: -limitclustercount",
            )
            .source("`limitclustercount`"),
            |info| info.maximum_cluster_count,
        )
        .gauge(
            define(
                "rpc_mempool_info_maximum_cluster_vbytes",
                "virtual bytes",
                "How large a cluster may be: -limitclustersize",
            )
            .source("`limitclustersize`"),
            |info| info.maximum_cluster_vbytes,
        )
        .gauge(
            define(
                "rpc_mempool_info_optimal",
                "1 or 0",
                "Is the order of the transactions known to be the best",
            )
            .source("`optimal`"),
            |info| info.optimal,
        )
        .finish()
}

pub(super) fn smart_fees(catalogue: &mut Catalogue) -> Poll<SmartFees> {
    PollBuilder::<SmartFees>::new(catalogue, "estimatesmartfee", "`estimatesmartfee`")
        .gauges(
            define(
                "rpc_smart_fee_feerate_sat_per_kvb",
                "satoshis for 1000 virtual bytes",
                "Estimated fee rate; none where the node cannot estimate",
            )
            .labels([TARGET, FEE_MODE])
            .source("`feerate`")
            .existing("`rpc_estimatesmartfee_feerate`, in satoshis for a virtual byte"),
            |fees| estimates(fees, |fee| sat_per_kvb(fee.feerate_btc_per_kvb)),
        )
        .gauges(
            define(
                "rpc_smart_fee_estimate_blocks",
                "blocks",
                "Blocks until confirmation that the estimate is for; none without an estimate",
            )
            .labels([TARGET, FEE_MODE])
            .source("`blocks`"),
            |fees| {
                // Core says 0 blocks where it cannot estimate.
                estimates(fees, |fee| {
                    fee.feerate_btc_per_kvb
                        .and(fee.estimate_blocks)
                        .map(f64::from)
                })
            },
        )
        .finish()
}

/// A number of the estimates for the targets and modes that we know.
fn estimates(fees: &SmartFees, number: fn(&SmartFee) -> Option<f64>) -> ByLabels<Option<f64>, 2> {
    let known = fees.estimates.iter().filter_map(|fee| {
        let target = word_of(&FEE_TARGETS, fee.target_blocks);
        let mode = listed(&FEE_MODES, &fee.mode);
        (target != OTHER && mode != OTHER).then(|| ([target, mode], number(fee)))
    });
    known.collect()
}
