//! One peer of a node.

use std::sync::Arc;

use peer_observer_event::{
    Body, ConnectionType, Direction, Event, Network, P2pMessage, PeerInfo, Version,
};
use serde::Serialize;

use super::commands::{Command, CommandTable};
use super::lifecycle::{Lifecycle, Stage};
use super::reported::{Details, Reported};
use super::text::{LONGEST_ADDRESS, LONGEST_REASON, LONGEST_USER_AGENT, shortened};

/// What is known of a peer; grows with nothing that it sends.
pub(super) struct Peer {
    pub(super) peer_id: u64,
    pub(super) table: CommandTable,
    pub(super) lifecycle: Lifecycle,
    pub(super) details: Details,
    misbehaving: u64,
    /// Bus time of the last event that was about this peer.
    pub(super) seen_bus_time_ns: u64,
    /// Replies of getpeerinfo without this peer since it was last seen.
    pub(super) missing_replies: u8,
    pub(super) closed: Option<Closed>,
    address: Option<Arc<str>>,
    network: Option<Network>,
    connection_type: Option<ConnectionType>,
    direction: Option<Direction>,
    user_agent: Option<Arc<str>>,
    version: Option<i64>,
    services: Option<u64>,
    /// The peer has introduced itself; Core ignores a second `version` too.
    introduced: bool,
    transport: Option<&'static str>,
    opened_unix_seconds: Option<u64>,
    reported: Option<Arc<Reported>>,
    last_message: Option<(u64, Command)>,
}

/// When a connection ended.
#[derive(Clone, Copy)]
pub(super) struct Closed {
    pub(super) bus_time_ns: u64,
    unix_seconds: u64,
    /// Concluded from getpeerinfo: a later mention shows that it was wrong.
    concluded: bool,
}

/// One line of `peers` in the API.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PeerRow {
    pub(crate) node: Arc<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<u64>,
    pub(crate) peer_id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    services: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transport: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opened_unix_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) closed_unix_seconds: Option<u64>,
    #[serde(flatten)]
    reported: Option<Arc<Reported>>,
    pub(crate) messages_received: u64,
    pub(crate) messages_sent: u64,
    bytes_received: u64,
    bytes_sent: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message_ns: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message_command: Option<&'static str>,
    misbehaving: u64,
}

impl Peer {
    pub(super) fn new(peer_id: u64) -> Peer {
        Peer {
            peer_id,
            table: CommandTable::new(),
            lifecycle: Lifecycle::default(),
            details: Details::default(),
            misbehaving: 0,
            seen_bus_time_ns: 0,
            missing_replies: 0,
            closed: None,
            address: None,
            network: None,
            connection_type: None,
            direction: None,
            user_agent: None,
            version: None,
            services: None,
            introduced: false,
            transport: None,
            opened_unix_seconds: None,
            reported: None,
            last_message: None,
        }
    }

    /// An event was about this peer.
    pub(super) fn seen(&mut self, event: &Event) {
        self.seen_bus_time_ns = event.bus_time_ns;
        self.missing_replies = 0;
        if self.closed.is_some_and(|closed| closed.concluded) {
            self.closed = None;
            self.lifecycle.reopen();
        }
    }

    pub(super) fn close(&mut self, event: &Event, concluded: bool) {
        let detail = concluded.then(|| "no longer in getpeerinfo".into());
        self.lifecycle.reach(event.time_ns, Stage::Closed, detail);
        self.closed.get_or_insert(Closed {
            bus_time_ns: event.bus_time_ns,
            unix_seconds: event.time_ns / 1_000_000_000,
            concluded,
        });
    }

    /// Counts a message and takes from it what was not known yet.
    pub(super) fn message(&mut self, message: &P2pMessage, command: Command, time_ns: u64) {
        self.table
            .add(command, message.direction(), message.payload_bytes);
        self.last_message = Some((time_ns, command));
        if self.address.is_none() || self.connection_type.is_none() {
            self.connection(&message.address, message.connection_type());
        }
        if self.network.is_none() {
            self.network = message
                .network
                .and_then(|network| Network::try_from(network).ok());
        }
        match (&message.body, message.direction()) {
            (Some(Body::Version(version)), Direction::Inbound) => self.introduce(version, time_ns),
            (Some(Body::Version(_)), Direction::Outbound) => {
                self.lifecycle.reach(time_ns, Stage::VersionSent, None);
            }
            (Some(Body::Verack(_)), Direction::Inbound) => {
                self.lifecycle.reach(time_ns, Stage::VerackReceived, None);
            }
            (Some(Body::Verack(_)), Direction::Outbound) => {
                self.lifecycle.reach(time_ns, Stage::VerackSent, None);
            }
            _ => {}
        }
    }

    fn introduce(&mut self, version: &Version, time_ns: u64) {
        if std::mem::replace(&mut self.introduced, true) {
            return;
        }
        self.version = Some(version.version.into());
        self.services = Some(version.services);
        if let Some(user_agent) = &version.user_agent {
            self.user_agent = Some(shortened(user_agent, LONGEST_USER_AGENT));
        }
        let detail = self.user_agent.clone();
        self.lifecycle
            .reach(time_ns, Stage::VersionReceived, detail);
    }

    /// Core calls the peer misbehaving.
    pub(super) fn misbehave(&mut self, reason: &str, time_ns: u64) {
        self.misbehaving += 1;
        self.lifecycle
            .misbehave(time_ns, shortened(reason, LONGEST_REASON));
    }

    /// What every event of the peer's connection says.
    pub(super) fn connection(&mut self, address: &str, connection_type: ConnectionType) {
        if !address.is_empty() && self.address.is_none() {
            self.address = Some(shortened(address, LONGEST_ADDRESS));
        }
        if connection_type != ConnectionType::Unspecified {
            self.connection_type = Some(connection_type);
            self.direction = direction_of(connection_type).or(self.direction);
        }
    }

    pub(super) fn network(&mut self, network: Network) {
        if network != Network::Unspecified {
            self.network = Some(network);
        }
    }

    pub(super) fn direction(&mut self, direction: Direction) {
        if direction != Direction::Unspecified {
            self.direction = Some(direction);
        }
    }

    pub(super) fn opened(&mut self, unix_seconds: u64) {
        self.opened_unix_seconds = Some(unix_seconds);
    }

    /// Takes over what getpeerinfo says.
    pub(super) fn info(&mut self, info: &PeerInfo) {
        let connection_type = info
            .connection_type
            .as_deref()
            .map_or(ConnectionType::Unspecified, |word| {
                ConnectionType::from_word(word).unwrap_or(ConnectionType::Other)
            });
        self.connection(info.address.as_deref().unwrap_or_default(), connection_type);
        if let Some(inbound) = info.inbound {
            self.direction = Some(if inbound {
                Direction::Inbound
            } else {
                Direction::Outbound
            });
        }
        self.network(
            info.network
                .as_deref()
                .and_then(Network::from_word)
                .unwrap_or_default(),
        );
        // The peer's own words are better than Core's cleaned ones.
        if !self.introduced {
            self.version = info.version.or(self.version);
            self.services = info.services.or(self.services);
            if let Some(user_agent) = &info.user_agent
                && self.user_agent.as_deref() != Some(user_agent)
            {
                self.user_agent = Some(shortened(user_agent, LONGEST_USER_AGENT));
            }
        }
        self.transport = info
            .transport
            .as_deref()
            .and_then(transport_word)
            .or(self.transport);
        let opened = info
            .opened_unix_seconds
            .and_then(|seconds| seconds.try_into().ok());
        self.opened_unix_seconds = opened.or(self.opened_unix_seconds);
        self.reported = Some(Arc::new(info.into()));
        self.details = info.into();
    }

    pub(super) fn row(&self, node: &Arc<str>, run: Option<u64>) -> PeerRow {
        let received = self.table.sum(Direction::Inbound);
        let sent = self.table.sum(Direction::Outbound);
        PeerRow {
            node: Arc::clone(node),
            run,
            peer_id: self.peer_id,
            address: self.address.clone(),
            network: self.network.map(Network::word),
            connection_type: self.connection_type.map(ConnectionType::word),
            direction: self.direction.map(Direction::word),
            user_agent: self.user_agent.clone(),
            version: self.version,
            services: self.services.map(|services| services.to_string()),
            transport: self.transport,
            opened_unix_seconds: self.opened_unix_seconds,
            closed_unix_seconds: self.closed.map(|closed| closed.unix_seconds),
            reported: self.reported.clone(),
            messages_received: received.messages,
            messages_sent: sent.messages,
            bytes_received: received.bytes,
            bytes_sent: sent.bytes,
            last_message_ns: self.last_message.map(|(time_ns, _)| time_ns.to_string()),
            last_message_command: self.last_message.map(|(_, command)| command.word()),
            misbehaving: self.misbehaving,
        }
    }
}

/// Who dialled, as the connection type tells it.
fn direction_of(connection_type: ConnectionType) -> Option<Direction> {
    match connection_type {
        ConnectionType::Unspecified | ConnectionType::Other => None,
        ConnectionType::Inbound => Some(Direction::Inbound),
        _ => Some(Direction::Outbound),
    }
}

/// The words of getpeerinfo's `transport_protocol_type`.
fn transport_word(word: &str) -> Option<&'static str> {
    ["detecting", "v1", "v2"]
        .into_iter()
        .find(|known| *known == word)
}
