//! `getmempoolinfo`, `getorphantxs`, `estimatesmartfee`.

use peer_observer_event::{Event, MempoolInfo, OrphanTxs, SmartFees as SmartFeeReplies};

use crate::ExportError;
use crate::column::{Count, Flag, Hash, Integer, Maybe, Number, Text};
use crate::columns::columns;
use crate::output::Output;
use crate::tables::Tables;
use crate::tables::json::{json_list, json_map};

columns! {
    /// `getmempoolinfo`.
    MempoolInfos, MempoolInfoRow {
        /// mempool.dat has been read.
        loaded: Maybe<Flag>,
        /// Transactions.
        transaction_count: Maybe<Count>,
        /// Their virtual size.
        transactions_vbytes: Maybe<Count>,
        /// Memory that they take.
        memory_bytes: Maybe<Count>,
        /// `-maxmempool`.
        maximum_memory_bytes: Maybe<Count>,
        /// Sum of the fees.
        total_fee_btc: Maybe<Number>,
        /// What a transaction must pay now.
        minimum_feerate_btc_per_kvb: Maybe<Number>,
        /// `-minrelaytxfee`.
        minimum_relay_feerate_btc_per_kvb: Maybe<Number>,
        /// `-incrementalrelayfee`.
        incremental_relay_feerate_btc_per_kvb: Maybe<Number>,
        /// Own transactions that no peer has asked for yet.
        unbroadcast_count: Maybe<Count>,
        /// Are replacements taken without a signal?
        full_rbf: Maybe<Flag>,
        /// Are bare multisig outputs taken?
        permit_bare_multisig: Maybe<Flag>,
        /// `-datacarriersize`.
        maximum_datacarrier_bytes: Maybe<Count>,
        /// `-limitclustercount`.
        maximum_cluster_count: Maybe<Count>,
        /// `-limitclustersize`.
        maximum_cluster_vbytes: Maybe<Count>,
        /// The order of the transactions cannot be improved.
        optimal: Maybe<Flag>,
        /// What this version of peer-observer does not know of the reply, in JSON.
        other_fields: Maybe<Text>,
    }
}

columns! {
    /// Transactions whose inputs the node does not know.
    Orphans, OrphanRow {
        /// The transaction.
        txid: Hash,
        /// Equal to the txid where there is no witness.
        wtxid: Hash,
        /// Serialized.
        size_bytes: Maybe<Count>,
        /// Virtual size.
        size_vbytes: Maybe<Count>,
        /// BIP141.
        weight: Maybe<Count>,
        /// Peers that have announced it, a list in JSON.
        peer_ids: Maybe<Text>,
        /// Core 29 and before: when it came.
        entered_unix_seconds: Maybe<Integer>,
        /// Core 29 and before: when it is forgotten.
        expires_unix_seconds: Maybe<Integer>,
        /// What this version of peer-observer does not know of the reply, in JSON.
        other_fields: Maybe<Text>,
    }
}

columns! {
    /// Estimates of fee rates.
    SmartFees, SmartFeeRow {
        /// What was asked for: blocks until confirmation.
        target_blocks: Count,
        /// What was asked for: `economical`, `conservative`.
        mode: Text,
        /// NULL where the node cannot estimate.
        feerate_btc_per_kvb: Maybe<Number>,
        /// The target that the estimate is for.
        estimate_blocks: Maybe<Count>,
        /// Why not, a list in JSON.
        errors: Maybe<Text>,
        /// What this version of peer-observer does not know of the reply, in JSON.
        other_fields: Maybe<Text>,
    }
}

pub(super) fn push_info(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    reply: &MempoolInfo,
) -> Result<(), ExportError> {
    let other = json_map(&reply.other_fields);
    let row = MempoolInfoRow {
        loaded: reply.loaded,
        transaction_count: reply.transaction_count,
        transactions_vbytes: reply.transactions_vbytes,
        memory_bytes: reply.memory_bytes,
        maximum_memory_bytes: reply.maximum_memory_bytes,
        total_fee_btc: reply.total_fee_btc,
        minimum_feerate_btc_per_kvb: reply.minimum_feerate_btc_per_kvb,
        minimum_relay_feerate_btc_per_kvb: reply.minimum_relay_feerate_btc_per_kvb,
        incremental_relay_feerate_btc_per_kvb: reply.incremental_relay_feerate_btc_per_kvb,
        unbroadcast_count: reply.unbroadcast_count,
        full_rbf: reply.full_rbf,
        permit_bare_multisig: reply.permit_bare_multisig,
        maximum_datacarrier_bytes: reply.maximum_datacarrier_bytes,
        maximum_cluster_count: reply.maximum_cluster_count,
        maximum_cluster_vbytes: reply.maximum_cluster_vbytes,
        optimal: reply.optimal,
        other_fields: other.as_deref(),
    };
    tables.rpc_mempool.push(output, event, row)
}

pub(super) fn push_orphans(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    reply: &OrphanTxs,
) -> Result<(), ExportError> {
    for orphan in &reply.transactions {
        let peer_ids = json_list(&orphan.peer_ids);
        let other = json_map(&orphan.other_fields);
        let row = OrphanRow {
            txid: orphan.txid.as_deref().unwrap_or_default(),
            wtxid: orphan.wtxid.as_deref().unwrap_or_default(),
            size_bytes: orphan.size_bytes,
            size_vbytes: orphan.size_vbytes,
            weight: orphan.weight,
            peer_ids: peer_ids.as_deref(),
            entered_unix_seconds: orphan.entered_unix_seconds,
            expires_unix_seconds: orphan.expires_unix_seconds,
            other_fields: other.as_deref(),
        };
        tables.rpc_orphan.push(output, event, row)?;
    }
    Ok(())
}

pub(super) fn push_fees(
    tables: &mut Tables,
    output: &mut Output,
    event: &Event,
    reply: &SmartFeeReplies,
) -> Result<(), ExportError> {
    for estimate in &reply.estimates {
        let errors = json_list(&estimate.errors);
        let other = json_map(&estimate.other_fields);
        let row = SmartFeeRow {
            target_blocks: estimate.target_blocks.into(),
            mode: &estimate.mode,
            feerate_btc_per_kvb: estimate.feerate_btc_per_kvb,
            estimate_blocks: estimate.estimate_blocks.map(u64::from),
            errors: errors.as_deref(),
            other_fields: other.as_deref(),
        };
        tables.rpc_smart_fee.push(output, event, row)?;
    }
    Ok(())
}
