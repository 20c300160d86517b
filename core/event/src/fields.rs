//! Fields that several payloads have, for filters and tables.

use crate::detection_alert::Subject;
use crate::log_line::Detail;
use crate::{AlertPeer, DetectionAlert, Direction, Event, Network, Payload};

impl Event {
    /// The peer that the event is about. Peers are numbered anew in each run of the node.
    pub fn peer_id(&self) -> Option<u64> {
        match self.payload.as_ref()? {
            Payload::P2pMessage(message) => Some(message.peer_id),
            Payload::ConnectionOpened(opened) => Some(opened.peer_id),
            Payload::ConnectionClosed(closed) => Some(closed.peer_id),
            Payload::ConnectionEvicted(evicted) => Some(evicted.peer_id),
            Payload::ConnectionMisbehaving(misbehaving) => Some(misbehaving.peer_id),
            Payload::LogLine(line) => line.detail.as_ref()?.peer_id(),
            Payload::BlockReconstruction(block) => block.peer_id,
            Payload::ProbeConnected(connected) => connected.peer_id,
            Payload::Alert(alert) => alert.peer().map(|peer| peer.peer_id),
            _ => None,
        }
    }

    /// The message type as it stood on the wire, where the event is a P2P message.
    pub fn command(&self) -> Option<&str> {
        match self.payload.as_ref()? {
            Payload::P2pMessage(message) => Some(&message.command),
            _ => None,
        }
    }

    /// The direction of the message or of the opened connection.
    pub fn direction(&self) -> Option<Direction> {
        match self.payload.as_ref()? {
            Payload::P2pMessage(message) => Some(message.direction()),
            Payload::ConnectionOpened(opened) => Some(opened.direction()),
            _ => None,
        }
    }

    /// The network of the peer that the event is about, where the event says it.
    pub fn peer_network(&self) -> Option<Network> {
        match self.payload.as_ref()? {
            Payload::P2pMessage(message) => message.network.and_then(|it| it.try_into().ok()),
            Payload::ConnectionOpened(opened) => Some(opened.network()),
            Payload::ConnectionClosed(closed) => Some(closed.network()),
            Payload::ConnectionEvicted(evicted) => Some(evicted.network()),
            _ => None,
        }
    }
}

impl DetectionAlert {
    /// The peer that the alert is about.
    pub fn peer(&self) -> Option<&AlertPeer> {
        match &self.subject {
            Some(Subject::Peer(peer)) => Some(peer),
            _ => None,
        }
    }
}

impl Detail {
    /// The peer that the line is about.
    fn peer_id(&self) -> Option<u64> {
        match self {
            Detail::HeaderSeen(seen) => seen.peer_id,
            Detail::PeerConnected(connected) => Some(connected.peer_id),
            Detail::PeerDisconnected(disconnected) => Some(disconnected.peer_id),
            Detail::PeerMisbehaving(misbehaving) => Some(misbehaving.peer_id),
            Detail::TransactionAccepted(accepted) => accepted.peer_id,
            Detail::TransactionRejected(rejected) => rejected.peer_id,
            _ => None,
        }
    }
}
