//! Connections: opened, closed, evicted, misbehaving, and how many there are.

use std::sync::Arc;

use peer_observer_event::{
    ConnectionClosed, ConnectionEvicted, ConnectionMisbehaving, ConnectionOpened, ConnectionType,
    Direction, Network, Payload, PeerInfo, PeerInfos,
};
use prometheus_client::metrics::gauge::Gauge;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, Gauges, NodeName, gauge_value};
use crate::labels::{CONNECTION_TYPE, DIRECTION, MISBEHAVIOUR, NETWORK};
use crate::slots::CONNECTION_TYPES;
use crate::words;

/// Families of connections.
pub(crate) struct ConnectionFamilies {
    opened: Counters<3>,
    closed: Counters<3>,
    evicted: Counters<3>,
    misbehaving: Counters<1>,
    closed_age_seconds: Counters<2>,
    current: Gauges<2>,
}

impl ConnectionFamilies {
    pub(crate) fn new(catalogue: &mut Catalogue) -> ConnectionFamilies {
        catalogue.area("Connections", "tracepoints `net:*_connection`");
        ConnectionFamilies {
            opened: catalogue.family(
                define("connections_opened", "connections", "Connections opened")
                    .labels([DIRECTION, NETWORK, CONNECTION_TYPE])
                    .source("tracepoints `net:inbound_connection` and `net:outbound_connection`")
                    .existing(
                        "`conn_inbound`, `conn_outbound`, `conn_inbound_network`, \
                         `conn_outbound_network`; there the network is a number",
                    ),
            ),
            closed: catalogue.family(
                define("connections_closed", "connections", "Connections closed")
                    .labels([DIRECTION, NETWORK, CONNECTION_TYPE])
                    .source("tracepoint `net:closed_connection`")
                    .existing("`conn_closed`, `conn_closed_network`"),
            ),
            evicted: catalogue.family(
                define(
                    "connections_evicted",
                    "connections",
                    "Inbound connections that had to make room for another",
                )
                .labels([DIRECTION, NETWORK, CONNECTION_TYPE])
                .source("tracepoint `net:evicted_inbound_connection`")
                .existing("`conn_evicted_inbound`"),
            ),
            misbehaving: catalogue.family(
                define(
                    "connections_misbehaving",
                    "times",
                    "Times a peer misbehaved, by Bitcoin Core's reason",
                )
                .labels([MISBEHAVIOUR])
                .source("tracepoint `net:misbehaving_connection`")
                .existing(
                    "`conn_misbehaving`, a series for each peer, and `conn_misbehaving_reason`, \
                     one for each text",
                ),
            ),
            closed_age_seconds: catalogue.family(
                define(
                    "connections_closed_age_seconds",
                    "seconds",
                    "Age of the connections when they were closed, summed up",
                )
                .labels([DIRECTION, CONNECTION_TYPE])
                .source("tracepoint `net:closed_connection`")
                .existing("`conn_closed_age`"),
            ),
            current: catalogue.family(
                define(
                    "connections",
                    "connections",
                    "Connections now, counted by their events and corrected by getpeerinfo",
                )
                .labels([DIRECTION, CONNECTION_TYPE])
                .source("tracepoints `net:*_connection`, `getpeerinfo`")
                .existing(
                    "`conn_inbound_current`, `conn_outbound_current`: one too few after an \
                     opening, and unchanged by a closing",
                ),
            ),
        }
    }
}

/// One node's part.
pub(crate) struct ConnectionMetrics {
    node: NodeName,
    /// Connections now, by type.
    current: [Option<Gauge>; CONNECTION_TYPES],
}

impl ConnectionMetrics {
    pub(crate) fn new(node: &NodeName) -> ConnectionMetrics {
        ConnectionMetrics {
            node: Arc::clone(node),
            current: Default::default(),
        }
    }

    /// Takes an event over. One of an earlier life of the node does not change
    /// how many connections there are now: then `is_current` is false.
    pub(crate) fn event(
        &mut self,
        payload: &Payload,
        time_ns: u64,
        is_current: bool,
        families: &ConnectionFamilies,
    ) {
        match payload {
            Payload::ConnectionOpened(opened) => self.opened(opened, is_current, families),
            Payload::ConnectionClosed(closed) => {
                self.closed(closed, time_ns, is_current, families);
            }
            Payload::ConnectionEvicted(evicted) => self.evicted(evicted, families),
            Payload::ConnectionMisbehaving(misbehaving) => self.misbehaving(misbehaving, families),
            _ => {}
        }
    }

    fn opened(
        &mut self,
        opened: &ConnectionOpened,
        is_current: bool,
        families: &ConnectionFamilies,
    ) {
        let connection_type = opened.connection_type();
        let values = values(opened.direction(), opened.network(), connection_type);
        families.opened.at(&self.node, values).inc();
        if is_current {
            self.current(connection_type, families).inc();
        }
    }

    fn closed(
        &mut self,
        closed: &ConnectionClosed,
        time_ns: u64,
        is_current: bool,
        families: &ConnectionFamilies,
    ) {
        let connection_type = closed.connection_type();
        let direction = direction(connection_type);
        let values = values(direction, closed.network(), connection_type);
        families.closed.at(&self.node, values).inc();
        let age_seconds = (time_ns / 1_000_000_000).saturating_sub(closed.opened_unix_seconds);
        families
            .closed_age_seconds
            .at(&self.node, [direction.word(), connection_type.word()])
            .inc_by(age_seconds);
        let current = self.current(connection_type, families);
        // The opening can have been before we looked.
        if is_current && current.get() > 0 {
            current.dec();
        }
    }

    /// The connection's end is an event of its own.
    fn evicted(&self, evicted: &ConnectionEvicted, families: &ConnectionFamilies) {
        let connection_type = evicted.connection_type();
        let direction = direction(connection_type);
        let values = values(direction, evicted.network(), connection_type);
        families.evicted.at(&self.node, values).inc();
    }

    fn misbehaving(&self, misbehaving: &ConnectionMisbehaving, families: &ConnectionFamilies) {
        let reason = words::misbehaviour(&misbehaving.reason);
        families.misbehaving.at(&self.node, [reason]).inc();
    }

    /// The node says which connections it has: events that were lost no longer matter.
    pub(crate) fn correct(&mut self, infos: &PeerInfos, families: &ConnectionFamilies) {
        let mut counts = [0usize; CONNECTION_TYPES];
        for peer in &infos.peers {
            counts[connection_type(peer) as usize] += 1;
        }
        for (number, count) in counts.into_iter().enumerate() {
            let connection_type = ConnectionType::try_from(number as i32);
            if count > 0 || self.current[number].is_some() {
                self.current(connection_type.unwrap_or_default(), families)
                    .set(gauge_value(count));
            }
        }
    }

    /// The node ended, and its connections with it.
    pub(crate) fn reset(&self) {
        for gauge in self.current.iter().flatten() {
            gauge.set(0);
        }
    }

    fn current(
        &mut self,
        connection_type: ConnectionType,
        families: &ConnectionFamilies,
    ) -> &Gauge {
        self.current[connection_type as usize].get_or_insert_with(|| {
            let direction = direction(connection_type).word();
            families
                .current
                .handle(&self.node, [direction, connection_type.word()])
        })
    }
}

fn values(
    direction: Direction,
    network: Network,
    connection_type: ConnectionType,
) -> [&'static str; 3] {
    [direction.word(), network.word(), connection_type.word()]
}

/// Who opens connections of this type.
pub(crate) fn direction(connection_type: ConnectionType) -> Direction {
    match connection_type {
        ConnectionType::Unspecified | ConnectionType::Other => Direction::Unspecified,
        ConnectionType::Inbound => Direction::Inbound,
        _ => Direction::Outbound,
    }
}

/// The type that getpeerinfo gives.
pub(crate) fn connection_type(peer: &PeerInfo) -> ConnectionType {
    let word = peer.connection_type.as_deref().unwrap_or_default();
    match ConnectionType::from_word(word) {
        Some(connection_type) => connection_type,
        None if word.is_empty() => ConnectionType::Unspecified,
        None => ConnectionType::Other,
    }
}
