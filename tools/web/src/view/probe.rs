//! What a P2P connection of our own shows of the node.

use std::sync::Arc;

use peer_observer_event::{Event, Extractor, Payload, ProbeAnnouncement, ProbeConnected};
use serde::Serialize;

use super::commands::{Command, Count};
use super::course::{Course, unix_seconds};
use super::text::{LONGEST_ADDRESS, LONGEST_REASON, LONGEST_USER_AGENT, shortened};

/// What is known of our connection to one node.
#[derive(Default)]
pub(super) struct Probe {
    state: Option<State>,
    /// Round trips of pings, in nanoseconds.
    pings: Course<u64>,
    announcements: Vec<(Command, Count)>,
}

/// Connected since, or gone since.
enum State {
    Connected(Arc<ConnectionRow>),
    Gone(Arc<GoneRow>),
}

/// Our connection to the node.
#[derive(Debug, Serialize)]
pub(crate) struct ConnectionRow {
    since_ns: String,
    transport: &'static str,
    verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer_id: Option<u64>,
    listen_address: Arc<str>,
    node_address: Arc<str>,
    handshake_ns: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<Arc<str>>,
}

/// How our last connection ended.
#[derive(Debug, Serialize)]
pub(crate) struct GoneRow {
    since_ns: String,
    reason: Arc<str>,
}

/// `probe` in `/api/v1/vitals`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProbeRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    connection: Option<Arc<ConnectionRow>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gone: Option<Arc<GoneRow>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ping: Option<PingRow>,
    announcements: Vec<AnnouncementRow>,
}

/// The last ping that was answered.
#[derive(Clone, Copy, Debug, Serialize)]
struct PingRow {
    time_unix_seconds: f64,
    round_trip_ns: u64,
}

/// What the node told us unasked, by command.
#[derive(Clone, Debug, Serialize)]
struct AnnouncementRow {
    command: &'static str,
    messages: u64,
    bytes: u64,
}

/// `pings` in `/api/v1/history`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PingHistory {
    times_unix_seconds: Vec<f64>,
    round_trip_ns: Vec<u64>,
}

impl Probe {
    /// Takes the event into account, if it is about the probe.
    pub(super) fn apply(&mut self, event: &Event, payload: &Payload) {
        match payload {
            Payload::ProbeConnected(connected) => {
                let row = ConnectionRow::of(event.time_ns, connected);
                self.state = Some(State::Connected(Arc::new(row)));
            }
            Payload::ProbeDisconnected(gone) => self.end(event.time_ns, &gone.reason),
            // Its end was not seen, but without the node there is no connection.
            Payload::NodeGone(gone)
                if event.extractor() == Extractor::P2p && self.is_connected() =>
            {
                self.end(event.time_ns, &gone.detail);
            }
            Payload::ProbePing(ping) => self.pings.push(event.bus_time_ns, ping.round_trip_ns),
            Payload::ProbeAnnouncement(announcement) => self.announced(announcement),
            _ => {}
        }
    }

    /// Lets go of pings that are too long ago.
    pub(super) fn forget(&mut self, bus_time_ns: u64) {
        self.pings.forget(bus_time_ns);
    }

    fn is_connected(&self) -> bool {
        matches!(self.state, Some(State::Connected(_)))
    }

    fn end(&mut self, time_ns: u64, reason: &str) {
        self.state = Some(State::Gone(Arc::new(GoneRow {
            since_ns: time_ns.to_string(),
            reason: shortened(reason, LONGEST_REASON),
        })));
    }

    fn announced(&mut self, announcement: &ProbeAnnouncement) {
        let command = Command::of(&announcement.command);
        let bytes = announcement.payload_bytes;
        let known = self.announcements.iter_mut().find(|(of, _)| *of == command);
        match known {
            Some((_, count)) => count.add(bytes),
            // As many as there are commands, at most.
            None => self.announcements.push((command, Count::one(bytes))),
        }
    }

    /// Absent as long as nothing has come from a probe.
    pub(super) fn row(&self) -> Option<ProbeRow> {
        let ping = self.pings.last().map(|(time, round_trip)| PingRow {
            time_unix_seconds: unix_seconds(*time),
            round_trip_ns: *round_trip,
        });
        if self.state.is_none() && ping.is_none() && self.announcements.is_empty() {
            return None;
        }
        let (connection, gone) = match &self.state {
            Some(State::Connected(row)) => (Some(Arc::clone(row)), None),
            Some(State::Gone(row)) => (None, Some(Arc::clone(row))),
            None => (None, None),
        };
        let announcement = |(command, count): &(Command, Count)| AnnouncementRow {
            command: command.word(),
            messages: count.messages,
            bytes: count.bytes,
        };
        let announcements = self.announcements.iter().map(announcement).collect();
        Some(ProbeRow {
            connection,
            gone,
            ping,
            announcements,
        })
    }

    pub(super) fn history(&self) -> PingHistory {
        PingHistory {
            times_unix_seconds: self.pings.times(),
            round_trip_ns: self.pings.values().copied().collect(),
        }
    }
}

impl ConnectionRow {
    fn of(time_ns: u64, connected: &ProbeConnected) -> ConnectionRow {
        let version = connected.version.as_ref();
        let user_agent = version.and_then(|version| version.user_agent.as_deref());
        ConnectionRow {
            since_ns: time_ns.to_string(),
            transport: connected.transport().word(),
            verified: connected.verified,
            peer_id: connected.peer_id,
            listen_address: shortened(&connected.listen_address, LONGEST_ADDRESS),
            node_address: shortened(&connected.node_address, LONGEST_ADDRESS),
            handshake_ns: connected.handshake_ns,
            user_agent: user_agent.map(|text| shortened(text, LONGEST_USER_AGENT)),
        }
    }
}
