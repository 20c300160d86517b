//! What all requests share, and the replies that are made from it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Utf8Bytes;
use peer_observer_bus::{Bus, Hop};
use peer_observer_component::{CancellationToken, Exposition, HealthRegistry};
use serde::Serialize;
use tokio::sync::{Semaphore, watch};

use crate::settings::Limits;
use crate::view::{HopRow, NodeRow, NodesReply, PeersReply, TotalsReply, View, VitalsRow};

/// One life of the server.
pub(crate) struct App {
    pub(crate) bus: Bus,
    pub(crate) shutdown: CancellationToken,
    pub(crate) health: HealthRegistry,
    pub(crate) metrics: Option<Arc<dyn Exposition>>,
    pub(crate) version: String,
    pub(crate) limits: Limits,
    /// A permit for each websocket client.
    pub(crate) websockets: Arc<Semaphore>,
    /// Counts what websocket clients were sent.
    pub(crate) websocket_hop: Hop,
    /// The latest snapshot as a frame; made each second while someone listens.
    pub(crate) snapshots: watch::Sender<Option<Utf8Bytes>>,
    pub(crate) view: Mutex<View>,
}

/// `/api/v1/node`.
#[derive(Serialize)]
pub(crate) struct NodeReply {
    version: String,
    nodes: Vec<NodeRow>,
    components: Vec<ComponentRow>,
}

/// One line of `components`.
#[derive(Serialize)]
pub(crate) struct ComponentRow {
    component: String,
    state: &'static str,
    detail: String,
    since_ns: String,
}

#[derive(Serialize)]
struct SnapshotFrame {
    snapshot: Snapshot,
}

#[derive(Serialize)]
struct Snapshot {
    node: NodeReply,
    peers: Option<PeersReply>,
    totals: Option<TotalsReply>,
    vitals: Option<NodesReply<VitalsRow>>,
}

impl App {
    /// The view, for a moment: nothing is serialized or awaited under this lock.
    pub(crate) fn view(&self) -> MutexGuard<'_, View> {
        // A panic in the fold ends this life of the component, and the view with it.
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn node_reply(&self) -> NodeReply {
        let nodes = self.view().node_rows();
        NodeReply {
            version: self.version.clone(),
            nodes,
            components: self.components(),
        }
    }

    pub(crate) fn peers_reply(&self, node: Option<&str>) -> Option<PeersReply> {
        self.view().peers(node)
    }

    pub(crate) fn totals_reply(&self, node: Option<&str>) -> Option<TotalsReply> {
        let mut totals = self.view().totals(node)?;
        totals.hops = self.bus.hops().into_iter().map(HopRow::from).collect();
        Some(totals)
    }

    pub(crate) fn components(&self) -> Vec<ComponentRow> {
        let row = |(component, health): (String, peer_observer_component::Health)| ComponentRow {
            component,
            state: health.state.word(),
            detail: health.detail,
            since_ns: health.since_ns.to_string(),
        };
        self.health.all().into_iter().map(row).collect()
    }

    /// Makes the snapshot of this second, once for all who want it.
    pub(crate) fn publish_snapshot(&self) {
        if self.snapshots.receiver_count() == 0 {
            // Nobody listens any more: the last one need not be held.
            self.snapshots
                .send_if_modified(|held| held.take().is_some());
            return;
        }
        let snapshot = Snapshot {
            node: self.node_reply(),
            peers: self.peers_reply(None),
            totals: self.totals_reply(None),
            vitals: self.view().vitals(None),
        };
        match serde_json::to_string(&SnapshotFrame { snapshot }) {
            Ok(text) => {
                self.snapshots.send_replace(Some(text.into()));
            }
            Err(error) => tracing::error!("a snapshot has no JSON form: {error}"),
        }
    }
}
