//! Our own P2P connection to the node: how it is, and what the node tells us.

mod announcements;
mod connection;
mod delays;

use std::sync::Arc;

use peer_observer_event::{Event, Payload};

use crate::catalogue::Catalogue;
use crate::family::NodeName;
use announcements::AnnouncementFamilies;
use connection::{ConnectionFamilies, ConnectionMetrics};
use delays::{BlockDelays, DelayFamilies};

/// Families of our own connection.
pub(crate) struct ProbeFamilies {
    connection: ConnectionFamilies,
    announcements: AnnouncementFamilies,
    delays: DelayFamilies,
}

impl ProbeFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> ProbeFamilies {
        catalogue.area(
            "Our P2P connection",
            "a P2P connection of our own, by the extractor `p2p`",
        );
        ProbeFamilies {
            connection: ConnectionFamilies::new(catalogue),
            announcements: AnnouncementFamilies::new(catalogue),
            delays: DelayFamilies::new(catalogue),
        }
    }
}

/// One node's part.
pub(crate) struct ProbeMetrics {
    node: NodeName,
    /// Made when the extractor first says something.
    connection: Option<ConnectionMetrics>,
    delays: BlockDelays,
}

impl ProbeMetrics {
    pub(crate) fn new(node: &NodeName) -> ProbeMetrics {
        ProbeMetrics {
            node: Arc::clone(node),
            connection: None,
            delays: BlockDelays::default(),
        }
    }

    /// Takes an event of the extractor over; `is_current` is false in an
    /// earlier life of the node.
    pub(crate) fn event(&mut self, event: &Event, is_current: bool, families: &ProbeFamilies) {
        let (node, of_connection) = (&self.node, &families.connection);
        let connection = connection(&mut self.connection, node, of_connection);
        match &event.payload {
            Some(Payload::ProbeConnected(connected)) => {
                let is_new = connection.connected(connected, is_current, of_connection);
                if is_new {
                    self.delays.connection_opened(event.time_ns);
                }
            }
            Some(Payload::ProbeDisconnected(disconnected)) => {
                connection.disconnected(disconnected);
                if is_current {
                    self.clear(families);
                }
            }
            Some(Payload::ProbePing(ping)) => connection.ping(ping, is_current, of_connection),
            Some(Payload::ProbeAnnouncement(announcement)) => {
                families.announcements.fold(node, announcement, is_current);
                self.delays
                    .announced(node, event, announcement, &families.delays);
            }
            _ => {}
        }
    }

    /// The node has connected a block, whoever saw it.
    pub(crate) fn block_connected(&mut self, event: &Event, hash: &[u8], families: &ProbeFamilies) {
        self.delays
            .connected(&self.node, event, hash, &families.delays);
    }

    /// Our connection has ended, or nobody knows of it any more: removes what
    /// was the case at last.
    pub(crate) fn clear(&mut self, families: &ProbeFamilies) {
        let of_connection = &families.connection;
        connection(&mut self.connection, &self.node, of_connection).clear(of_connection);
        families.announcements.clear(&self.node);
        families.delays.clear(&self.node);
    }
}

fn connection<'a>(
    slot: &'a mut Option<ConnectionMetrics>,
    node: &NodeName,
    families: &ConnectionFamilies,
) -> &'a mut ConnectionMetrics {
    slot.get_or_insert_with(|| ConnectionMetrics::new(node, families))
}
