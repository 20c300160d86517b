//! What the node itself says of a peer: the latest reply of getpeerinfo.
//! Names and units are those of the schema's `PeerInfo`.

use std::sync::Arc;

use peer_observer_event::PeerInfo;
use serde::Serialize;

use super::text::{LONGEST_ADDRESS, shortened};

/// More than Core has permissions, or blocks in flight per peer.
const LONGEST_LIST: usize = 32;
/// `download`, `blockfilters`, ... and a session id, in characters.
const LONGEST_WORD: usize = 64;

/// The part that stands in every row of `peers`.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Reported {
    #[serde(skip_serializing_if = "Option::is_none")]
    mapped_as: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    relay_transactions: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_inv_sequence: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inv_to_send: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_send_unix_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_receive_unix_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_transaction_unix_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_block_unix_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    node_sent_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    node_received_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_offset_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ping_time_seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum_ping_seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ping_wait_seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high_bandwidth_to: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high_bandwidth_from: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    presynced_headers: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    synced_headers: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    synced_blocks: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    starting_height: Option<i64>,
    /// Blocks that the node has asked this peer for.
    inflight_blocks: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    address_relay_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    addresses_processed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    addresses_rate_limited: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum_feerate_btc_per_kvb: Option<f64>,
}

/// What only the reply about one peer has.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Details {
    #[serde(skip_serializing_if = "Option::is_none")]
    address_bind: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address_local: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<Arc<str>>,
    permissions: Vec<Arc<str>>,
    inflight_heights: Vec<i64>,
}

impl From<&PeerInfo> for Reported {
    fn from(info: &PeerInfo) -> Reported {
        Reported {
            mapped_as: info.mapped_as,
            relay_transactions: info.relay_transactions,
            last_inv_sequence: info.last_inv_sequence,
            inv_to_send: info.inv_to_send,
            last_send_unix_seconds: happened(info.last_send_unix_seconds),
            last_receive_unix_seconds: happened(info.last_receive_unix_seconds),
            last_transaction_unix_seconds: happened(info.last_transaction_unix_seconds),
            last_block_unix_seconds: happened(info.last_block_unix_seconds),
            node_sent_bytes: info.sent_bytes,
            node_received_bytes: info.received_bytes,
            time_offset_seconds: info.time_offset_seconds,
            ping_time_seconds: info.ping_time_seconds,
            minimum_ping_seconds: info.minimum_ping_seconds,
            ping_wait_seconds: info.ping_wait_seconds,
            high_bandwidth_to: info.high_bandwidth_to,
            high_bandwidth_from: info.high_bandwidth_from,
            presynced_headers: info.presynced_headers,
            synced_headers: info.synced_headers,
            synced_blocks: info.synced_blocks,
            starting_height: info.starting_height,
            inflight_blocks: info.inflight_heights.len(),
            address_relay_enabled: info.address_relay_enabled,
            addresses_processed: info.addresses_processed,
            addresses_rate_limited: info.addresses_rate_limited,
            minimum_feerate_btc_per_kvb: info.minimum_feerate_btc_per_kvb,
        }
    }
}

impl From<&PeerInfo> for Details {
    fn from(info: &PeerInfo) -> Details {
        let address = |text: &String| shortened(text, LONGEST_ADDRESS);
        let word = |text: &String| shortened(text, LONGEST_WORD);
        Details {
            address_bind: info.address_bind.as_ref().map(address),
            address_local: info.address_local.as_ref().map(address),
            // Core writes an empty one for v1.
            session_id: info
                .session_id
                .as_ref()
                .filter(|id| !id.is_empty())
                .map(word),
            permissions: info
                .permissions
                .iter()
                .take(LONGEST_LIST)
                .map(word)
                .collect(),
            inflight_heights: info
                .inflight_heights
                .iter()
                .take(LONGEST_LIST)
                .copied()
                .collect(),
        }
    }
}

/// Core writes 0 for what has not happened yet.
fn happened(unix_seconds: Option<i64>) -> Option<i64> {
    unix_seconds.filter(|seconds| *seconds > 0)
}
