//! The replies of the API about the nodes themselves: see `docs/api.md`.

use std::sync::Arc;

use serde::Serialize;

use super::View;
use super::chain::{ChainRow, EntryRow};
use super::log::{LogDetails, LogRow};
use super::node::Node;
use super::probe::{PingHistory, ProbeRow};
use super::process::ProcessRow;
use super::threads::CpuHistory;

/// Replies that have one line for each node.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NodesReply<Row> {
    bus_time_ns: String,
    pub(crate) nodes: Vec<Row>,
}

/// One line of `nodes` in `/api/v1/vitals`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct VitalsRow {
    node: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    probe: Option<ProbeRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chain: Option<ChainRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<ProcessRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<LogRow>,
}

/// One line of `nodes` in `/api/v1/history`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct HistoryRow {
    node: Arc<str>,
    pings: PingHistory,
    cpu: CpuHistory,
}

/// One line of `nodes` in `/api/v1/chain`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ChainEntries {
    node: Arc<str>,
    changes: u64,
    entries: Vec<EntryRow>,
}

/// One line of `nodes` in `/api/v1/log`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LogDetailsRow {
    node: Arc<str>,
    #[serde(flatten)]
    log: LogDetails,
}

impl View {
    /// How `node` does now, or all nodes; `None` where there is no such node.
    pub(crate) fn vitals(&self, node: Option<&str>) -> Option<NodesReply<VitalsRow>> {
        self.of_nodes(node, |node| VitalsRow {
            node: Arc::clone(&node.name),
            probe: node.probe.row(),
            chain: node.chain.row(),
            process: node.process.row(),
            log: node.log.row(),
        })
    }

    /// The last ten minutes of `node`, or of all nodes.
    pub(crate) fn history(&self, node: Option<&str>) -> Option<NodesReply<HistoryRow>> {
        self.of_nodes(node, |node| HistoryRow {
            node: Arc::clone(&node.name),
            pings: node.probe.history(),
            cpu: node.process.history(),
        })
    }

    /// The latest blocks and reorganisations.
    pub(crate) fn chain(&self, node: Option<&str>) -> Option<NodesReply<ChainEntries>> {
        self.of_nodes(node, |node| ChainEntries {
            node: Arc::clone(&node.name),
            changes: node.chain.changes(),
            entries: node.chain.entries(),
        })
    }

    /// What the logs are made of.
    pub(crate) fn log(&self, node: Option<&str>) -> Option<NodesReply<LogDetailsRow>> {
        self.of_nodes(node, |node| LogDetailsRow {
            node: Arc::clone(&node.name),
            log: node.log.details(),
        })
    }

    fn of_nodes<Row>(
        &self,
        node: Option<&str>,
        row: impl Fn(&Node) -> Row,
    ) -> Option<NodesReply<Row>> {
        Some(NodesReply {
            bus_time_ns: self.bus_time_ns.to_string(),
            nodes: self.select(node)?.map(row).collect(),
        })
    }
}
