//! The replies of the API that come from the view: see `docs/api.md`.

use std::sync::Arc;

use serde::Serialize;

use super::View;
use super::commands::CommandRow;
use super::facts::Facts;
use super::hops::HopRow;
use super::lifecycle::Step;
use super::node::{LastBlock, Node};
use super::peer::{Peer, PeerRow};
use super::reported::Details;

/// One line of `nodes` in `/api/v1/node`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NodeRow {
    node: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<u64>,
    connected: bool,
    peers: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    block_hash: Option<String>,
    mempool_transactions_added: u64,
    /// The block that was connected last while we watched.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_block: Option<BlockRow>,
    facts: Facts,
}

/// A block that was connected.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BlockRow {
    height: i32,
    block_hash: String,
    time_ns: String,
    transaction_count: u64,
    duration_ns: u64,
}

/// `/api/v1/peers`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PeersReply {
    bus_time_ns: String,
    pub(crate) peers: Vec<PeerRow>,
}

/// `/api/v1/peers/NAME/ID`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PeerReply {
    pub(crate) peer: PeerRow,
    details: Details,
    lifecycle: Vec<Step>,
    pub(crate) commands: Vec<CommandRow>,
}

/// `/api/v1/totals`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TotalsReply {
    bus_time_ns: String,
    bus_sequence: u64,
    missed: u64,
    pub(crate) nodes: Vec<TotalsRow>,
    /// Those of this process; the view does not know them.
    pub(crate) hops: Vec<HopRow>,
}

/// One line of `nodes` in `/api/v1/totals`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TotalsRow {
    pub(crate) node: Arc<str>,
    pub(crate) commands: Vec<CommandRow>,
    pub(crate) undecodable: u64,
    pub(crate) cut: u64,
    pub(crate) connections_opened: u64,
    pub(crate) connections_closed: u64,
    pub(crate) connections_evicted: u64,
    pub(crate) misbehaving: u64,
    pub(crate) mempool_added: u64,
    pub(crate) mempool_removed: u64,
    pub(crate) mempool_replaced: u64,
    pub(crate) mempool_rejected: u64,
    pub(crate) blocks_connected: u64,
    pub(crate) gaps: u64,
    pub(crate) lost: u64,
    pub(crate) lost_unknown: u64,
    pub(crate) peers_over_limit: u64,
    pub(crate) hops: Vec<HopRow>,
}

impl View {
    /// All nodes, in the order of the configuration.
    pub(crate) fn node_rows(&self) -> Vec<NodeRow> {
        self.nodes.iter().map(NodeRow::of).collect()
    }

    /// The peers of `node`, or of all nodes; `None` where there is no such node.
    pub(crate) fn peers(&self, node: Option<&str>) -> Option<PeersReply> {
        let rows = |node: &Node| {
            let row = |peer: &Peer| peer.row(&node.name, node.run);
            let mut rows: Vec<PeerRow> = node.peers.iter().map(row).collect();
            rows.sort_unstable_by_key(|row| row.peer_id);
            rows
        };
        let peers = self.select(node)?.flat_map(rows).collect();
        Some(PeersReply {
            bus_time_ns: self.bus_time_ns.to_string(),
            peers,
        })
    }

    /// One peer, of that life of the node where one is given: one that is there,
    /// else one that is gone.
    pub(crate) fn peer(&self, node: &str, peer_id: u64, run: Option<u64>) -> Option<PeerReply> {
        let node = self.nodes.iter().find(|known| *known.name == *node)?;
        let is_present = run.is_none() || run == node.run;
        let present = node.peers.get(peer_id).filter(|_| is_present);
        let (run, peer) = present
            .map(|peer| (node.run, peer))
            .or_else(|| node.gone.find(peer_id, run))?;
        Some(PeerReply {
            peer: peer.row(&node.name, run),
            details: peer.details.clone(),
            lifecycle: peer.lifecycle.steps(),
            commands: peer.table.rows(),
        })
    }

    /// The sums of `node`, or of all nodes; `None` where there is no such node.
    pub(crate) fn totals(&self, node: Option<&str>) -> Option<TotalsReply> {
        Some(TotalsReply {
            bus_time_ns: self.bus_time_ns.to_string(),
            bus_sequence: self.bus_sequence,
            missed: self.missed,
            nodes: self.select(node)?.map(TotalsRow::of).collect(),
            hops: Vec::new(),
        })
    }

    pub(super) fn select<'a>(
        &'a self,
        name: Option<&'a str>,
    ) -> Option<impl Iterator<Item = &'a Node>> {
        let wanted = move |node: &&Node| name.is_none_or(|name| *node.name == *name);
        let nothing = name.is_some() && !self.nodes.iter().any(|node| wanted(&node));
        (!nothing).then(|| self.nodes.iter().filter(wanted))
    }
}

impl NodeRow {
    fn of(node: &Node) -> NodeRow {
        // An event is ahead of the next reply, and a reply knows the block from
        // before we watched.
        let (height, block_hash) = match &node.best {
            Some(best) => (Some(best.height.into()), Some(best.block_hash.clone())),
            None => (node.facts.height(), node.facts.best_block_hash()),
        };
        NodeRow {
            node: Arc::clone(&node.name),
            run: node.run,
            connected: node.is_connected(),
            peers: node.peers.open_count(),
            height,
            block_hash,
            mempool_transactions_added: node.counts.mempool_added,
            last_block: node.last_block.as_ref().map(BlockRow::from),
            facts: node.facts.clone(),
        }
    }
}

impl From<&LastBlock> for BlockRow {
    fn from(block: &LastBlock) -> BlockRow {
        BlockRow {
            height: block.block.height,
            block_hash: block.block.block_hash.clone(),
            time_ns: block.time_ns.to_string(),
            transaction_count: block.transaction_count,
            duration_ns: block.duration_ns,
        }
    }
}

impl TotalsRow {
    fn of(node: &Node) -> TotalsRow {
        let counts = &node.counts;
        TotalsRow {
            node: Arc::clone(&node.name),
            commands: node.table.rows(),
            undecodable: counts.undecodable,
            cut: counts.cut,
            connections_opened: counts.connections_opened,
            connections_closed: counts.connections_closed,
            connections_evicted: counts.connections_evicted,
            misbehaving: counts.misbehaving,
            mempool_added: counts.mempool_added,
            mempool_removed: counts.mempool_removed,
            mempool_replaced: counts.mempool_replaced,
            mempool_rejected: counts.mempool_rejected,
            blocks_connected: counts.blocks_connected,
            gaps: counts.gaps,
            lost: counts.lost,
            lost_unknown: counts.lost_unknown,
            peers_over_limit: node.peers.over_limit,
            hops: node.hops.rows(),
        }
    }
}
