//! Replies of the node's RPC interface: what the node knows, anew with every poll.

mod addrman;
mod addrman_changes;
mod blockchain;
mod chain;
mod deployments;
mod extra;
mod mempool;
mod mining;
mod net_totals;
mod network;
mod orphan_changes;
mod orphans;
mod peer_changes;
mod peer_delays;
mod peers;
mod process;
mod replies;
mod summary;

use std::sync::Arc;

use peer_observer_event::{
    AddrmanInfo, BanList, BlockchainInfo, ChainTips, ChainTxStats, DeploymentInfo, IndexInfo,
    MemoryInfo, MempoolInfo, MiningInfo, NetTotals, NetworkInfo, OrphanTxs, Payload, RpcField,
    RpcInfo, SmartFees, Uptime,
};

use crate::catalogue::Catalogue;
use crate::family::NodeName;
use crate::poll::Poll;
use addrman::AddrmanSummary;
use addrman_changes::{AddrmanChangeFamilies, AddrmanChanges};
use extra::ExtraGauges;
use orphan_changes::{OrphanChangeFamilies, OrphanChanges};
use peer_changes::{PeerChangeFamilies, PeerChanges};
use replies::ReplyFamilies;
use summary::Summary;

/// Families of all methods.
pub(crate) struct RpcFamilies {
    replies: ReplyFamilies,
    peers: Poll<Summary>,
    peer_changes: PeerChangeFamilies,
    mempool_info: Poll<MempoolInfo>,
    orphans: Poll<OrphanTxs>,
    orphan_changes: OrphanChangeFamilies,
    smart_fees: Poll<SmartFees>,
    net_totals: Poll<NetTotals>,
    network_info: Poll<NetworkInfo>,
    bans: Poll<BanList>,
    addrman_info: Poll<AddrmanInfo>,
    addrman: Poll<AddrmanSummary>,
    addrman_changes: AddrmanChangeFamilies,
    blockchain_info: Poll<BlockchainInfo>,
    chain_tips: Poll<ChainTips>,
    chain_tx_stats: Poll<ChainTxStats>,
    mining_info: Poll<MiningInfo>,
    index_info: Poll<IndexInfo>,
    deployment_info: Poll<DeploymentInfo>,
    uptime: Poll<Uptime>,
    memory_info: Poll<MemoryInfo>,
    rpc_info: Poll<RpcInfo>,
    extra: ExtraGauges,
}

impl RpcFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue, extra_gauges: Vec<RpcField>) -> RpcFamilies {
        RpcFamilies {
            replies: ReplyFamilies::new(catalogue),
            peers: peers::peers(catalogue),
            peer_changes: PeerChangeFamilies::new(catalogue),
            mempool_info: mempool::mempool_info(catalogue),
            orphans: orphans::orphans(catalogue),
            orphan_changes: OrphanChangeFamilies::new(catalogue),
            smart_fees: mempool::smart_fees(catalogue),
            net_totals: net_totals::net_totals(catalogue),
            network_info: network::network_info(catalogue),
            bans: network::bans(catalogue),
            addrman_info: addrman::addrman_info(catalogue),
            addrman: addrman::addrman(catalogue),
            addrman_changes: AddrmanChangeFamilies::new(catalogue),
            blockchain_info: blockchain::blockchain_info(catalogue),
            chain_tips: chain::chain_tips(catalogue),
            chain_tx_stats: chain::chain_tx_stats(catalogue),
            mining_info: mining::mining_info(catalogue),
            index_info: mining::index_info(catalogue),
            deployment_info: deployments::deployment_info(catalogue),
            uptime: process::uptime(catalogue),
            memory_info: process::memory_info(catalogue),
            rpc_info: process::rpc_info(catalogue),
            extra: ExtraGauges::new(catalogue, extra_gauges),
        }
    }
}

/// One node's part.
pub(crate) struct RpcMetrics {
    node: NodeName,
    peers: PeerChanges,
    orphans: OrphanChanges,
    addrman: AddrmanChanges,
}

impl RpcMetrics {
    pub(crate) fn new(node: &NodeName) -> RpcMetrics {
        RpcMetrics {
            node: Arc::clone(node),
            peers: PeerChanges::default(),
            orphans: OrphanChanges::default(),
            addrman: AddrmanChanges::default(),
        }
    }

    /// Takes a reply over; other payloads say nothing here. `time_ns` is when it came.
    pub(crate) fn reply(&mut self, payload: &Payload, time_ns: u64, families: &RpcFamilies) {
        let node = &self.node;
        let now = i64::try_from(time_ns / 1_000_000_000).unwrap_or(i64::MAX);
        families.replies.fold(node, payload, now);
        families.extra.fold(node, payload);
        match payload {
            Payload::PeerInfos(infos) => {
                families.peers.set(node, &Summary::new(infos, now));
                self.peers.fold(node, &infos.peers, &families.peer_changes);
            }
            Payload::MempoolInfo(info) => families.mempool_info.set(node, info),
            Payload::OrphanTxs(orphans) => {
                families.orphans.set(node, orphans);
                let transactions = &orphans.transactions;
                self.orphans
                    .fold(node, transactions, &families.orphan_changes);
            }
            Payload::SmartFees(fees) => families.smart_fees.set(node, fees),
            Payload::NetTotals(totals) => families.net_totals.set(node, totals),
            Payload::NetworkInfo(info) => families.network_info.set(node, info),
            Payload::BanList(bans) => families.bans.set(node, bans),
            Payload::AddrmanInfo(info) => families.addrman_info.set(node, info),
            Payload::RawAddrman(addrman) => {
                families
                    .addrman
                    .set(node, &AddrmanSummary::new(addrman, now));
                self.addrman.fold(node, addrman, &families.addrman_changes);
            }
            Payload::BlockchainInfo(info) => families.blockchain_info.set(node, info),
            Payload::ChainTips(tips) => families.chain_tips.set(node, tips),
            Payload::ChainTxStats(stats) => families.chain_tx_stats.set(node, stats),
            Payload::MiningInfo(info) => families.mining_info.set(node, info),
            Payload::IndexInfo(info) => families.index_info.set(node, info),
            Payload::DeploymentInfo(info) => families.deployment_info.set(node, info),
            Payload::Uptime(uptime) => families.uptime.set(node, uptime),
            Payload::MemoryInfo(info) => families.memory_info.set(node, info),
            Payload::RpcInfo(info) => families.rpc_info.set(node, info),
            _ => {}
        }
    }

    /// A new life of the node: its peers begin at 0, its orphans are gone.
    pub(crate) fn forget(&mut self) {
        self.peers.forget();
        self.orphans.forget();
    }

    /// Nobody asks the node any more: removes the gauges.
    pub(crate) fn clear(&mut self, families: &RpcFamilies) {
        let node = &self.node;
        families.replies.clear(node);
        families.peers.clear(node);
        families.mempool_info.clear(node);
        families.orphans.clear(node);
        families.smart_fees.clear(node);
        families.net_totals.clear(node);
        families.network_info.clear(node);
        families.bans.clear(node);
        families.addrman_info.clear(node);
        families.addrman.clear(node);
        families.blockchain_info.clear(node);
        families.chain_tips.clear(node);
        families.chain_tx_stats.clear(node);
        families.mining_info.clear(node);
        families.index_info.clear(node);
        families.deployment_info.clear(node);
        families.uptime.clear(node);
        families.memory_info.clear(node);
        families.rpc_info.clear(node);
        families.extra.clear(node);
    }
}
