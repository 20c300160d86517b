//! What the node says of itself through RPC. Names and units are those of the
//! schema's messages.

use std::sync::Arc;

use peer_observer_event::{
    AddrmanInfo, BlockchainInfo, Event, MempoolInfo, NetworkInfo, Payload, json::hash_hex,
};
use serde::Serialize;

use super::text::{LONGEST_ADDRESS, shortened};

/// More warnings, addresses or networks than a node has.
const LONGEST_LIST: usize = 16;
/// In characters.
const LONGEST_TEXT: usize = 500;

/// The latest replies; what no reply has said yet is absent.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Facts {
    #[serde(skip_serializing_if = "Option::is_none")]
    chain: Option<Arc<Chain>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<Arc<Networking>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mempool: Option<Arc<Mempool>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    addrman: Option<Addrman>,
    /// The reply's time less the uptime in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    started_unix_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    banned: Option<usize>,
}

#[derive(Debug, Serialize)]
struct Chain {
    #[serde(skip_serializing_if = "Option::is_none")]
    chain: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers_height: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    best_block_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_unix_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    difficulty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verification_progress: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_block_download: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_on_disk_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pruned: Option<bool>,
    warnings: Vec<Arc<str>>,
}

#[derive(Debug, Serialize)]
struct Networking {
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol_version: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    services: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network_active: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    relay_transactions: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_offset_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inbound_connections: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outbound_connections: Option<u64>,
    /// Those through which the node reaches others.
    reachable_networks: Vec<Arc<str>>,
    /// With their ports.
    local_addresses: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Mempool {
    #[serde(skip_serializing_if = "Option::is_none")]
    loaded: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transactions_vbytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_memory_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_fee_btc: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum_feerate_btc_per_kvb: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum_relay_feerate_btc_per_kvb: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unbroadcast_count: Option<u64>,
}

/// Addresses of all networks in the address manager.
#[derive(Clone, Copy, Debug, Serialize)]
struct Addrman {
    #[serde(skip_serializing_if = "Option::is_none")]
    new_addresses: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tried_addresses: Option<u64>,
}

impl Facts {
    /// Takes over what the reply says, if the event is one.
    pub(super) fn apply(&mut self, event: &Event, payload: &Payload) {
        match payload {
            Payload::BlockchainInfo(info) => self.chain = Some(Arc::new(info.as_ref().into())),
            Payload::NetworkInfo(info) => self.network = Some(Arc::new(info.as_ref().into())),
            Payload::MempoolInfo(info) => self.mempool = Some(Arc::new(info.as_ref().into())),
            Payload::AddrmanInfo(info) => self.addrman = all_networks(info),
            Payload::BanList(list) => self.banned = Some(list.bans.len()),
            Payload::Uptime(reply) => {
                let now = event.time_ns / 1_000_000_000;
                let started = reply
                    .uptime_seconds
                    .and_then(|uptime| now.checked_sub(uptime));
                self.started_unix_seconds = started;
            }
            _ => {}
        }
    }

    /// Height of the validated chain.
    pub(super) fn height(&self) -> Option<i64> {
        self.chain.as_ref()?.height
    }

    /// Hash of the block at that height.
    pub(super) fn best_block_hash(&self) -> Option<String> {
        self.chain.as_ref()?.best_block_hash.clone()
    }
}

impl From<&BlockchainInfo> for Chain {
    fn from(info: &BlockchainInfo) -> Chain {
        Chain {
            chain: info.chain.as_deref().map(limited),
            height: info.height,
            headers_height: info.headers_height,
            best_block_hash: info.best_block_hash.as_deref().map(hash_hex),
            time_unix_seconds: info.time_unix_seconds,
            difficulty: info.difficulty,
            verification_progress: info.verification_progress,
            initial_block_download: info.initial_block_download,
            size_on_disk_bytes: info.size_on_disk_bytes,
            pruned: info.pruned,
            warnings: texts(info.warnings.iter()),
        }
    }
}

impl From<&NetworkInfo> for Networking {
    fn from(info: &NetworkInfo) -> Networking {
        let reachable = info
            .networks
            .iter()
            .filter(|network| network.reachable == Some(true))
            .filter_map(|network| network.network.as_ref());
        let local_addresses = info.local_addresses.iter().take(LONGEST_LIST).map(|local| {
            let address = shortened(
                local.address.as_deref().unwrap_or_default(),
                LONGEST_ADDRESS,
            );
            match local.port {
                Some(port) if address.contains(':') => format!("[{address}]:{port}"),
                Some(port) => format!("{address}:{port}"),
                None => address.to_string(),
            }
        });
        Networking {
            version: info.version,
            user_agent: info.user_agent.as_deref().map(limited),
            protocol_version: info.protocol_version,
            services: info.services.map(|services| services.to_string()),
            network_active: info.network_active,
            relay_transactions: info.relay_transactions,
            time_offset_seconds: info.time_offset_seconds,
            inbound_connections: info.inbound_connections,
            outbound_connections: info.outbound_connections,
            reachable_networks: texts(reachable),
            local_addresses: local_addresses.collect(),
        }
    }
}

impl From<&MempoolInfo> for Mempool {
    fn from(info: &MempoolInfo) -> Mempool {
        Mempool {
            loaded: info.loaded,
            transaction_count: info.transaction_count,
            transactions_vbytes: info.transactions_vbytes,
            memory_bytes: info.memory_bytes,
            maximum_memory_bytes: info.maximum_memory_bytes,
            total_fee_btc: info.total_fee_btc,
            minimum_feerate_btc_per_kvb: info.minimum_feerate_btc_per_kvb,
            minimum_relay_feerate_btc_per_kvb: info.minimum_relay_feerate_btc_per_kvb,
            unbroadcast_count: info.unbroadcast_count,
        }
    }
}

fn all_networks(info: &AddrmanInfo) -> Option<Addrman> {
    let all = |network: &&peer_observer_event::AddrmanNetwork| {
        network.network.as_deref() == Some("all_networks")
    };
    info.networks.iter().find(all).map(|sum| Addrman {
        new_addresses: sum.new_addresses,
        tried_addresses: sum.tried_addresses,
    })
}

fn limited(text: &str) -> Arc<str> {
    shortened(text, LONGEST_TEXT)
}

fn texts<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<Arc<str>> {
    texts.take(LONGEST_LIST).map(|text| limited(text)).collect()
}
