//! Connections: opened, closed, evicted, misbehaving, and how many there are.

use std::sync::Arc;

use peer_observer_event::{
    ConnectionClosed, ConnectionEvicted, ConnectionMisbehaving, ConnectionOpened, ConnectionType,
    Direction, Network, PeerInfo, PeerInfos,
};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::family::{Counters, Gauges, Labels, NodeName, gauge_value, register};
use crate::words;

/// Values of [`ConnectionType`].
pub(crate) const CONNECTION_TYPES: usize = ConnectionType::Other as usize + 1;

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
    pub(crate) fn new(registry: &mut Registry) -> ConnectionFamilies {
        ConnectionFamilies {
            opened: register(
                registry,
                "connections_opened",
                "Connections opened (connections)",
            ),
            closed: register(
                registry,
                "connections_closed",
                "Connections closed (connections)",
            ),
            evicted: register(
                registry,
                "connections_evicted",
                "Inbound connections that had to make room for another (connections)",
            ),
            misbehaving: register(
                registry,
                "connections_misbehaving",
                "Times a peer misbehaved, by Bitcoin Core's reason (times)",
            ),
            closed_age_seconds: register(
                registry,
                "connections_closed_age_seconds",
                "Age of the connections when they were closed, summed up (seconds)",
            ),
            current: register(
                registry,
                "connections",
                "Connections now, counted by their events and corrected by getpeerinfo \
                 (connections)",
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

    pub(crate) fn opened(
        &mut self,
        opened: &ConnectionOpened,
        is_current: bool,
        families: &ConnectionFamilies,
    ) {
        let connection_type = opened.connection_type();
        let labels = self.labels(opened.direction(), opened.network(), connection_type);
        families.opened.get_or_create(&labels).inc();
        if is_current {
            self.current(connection_type, families).inc();
        }
    }

    pub(crate) fn closed(
        &mut self,
        closed: &ConnectionClosed,
        time_ns: u64,
        is_current: bool,
        families: &ConnectionFamilies,
    ) {
        let connection_type = closed.connection_type();
        let direction = direction(connection_type);
        let labels = self.labels(direction, closed.network(), connection_type);
        families.closed.get_or_create(&labels).inc();
        let others = [
            ("direction", direction.word()),
            ("connection_type", connection_type.word()),
        ];
        let age_seconds = (time_ns / 1_000_000_000).saturating_sub(closed.opened_unix_seconds);
        let labels = Labels::new(&self.node, others);
        families
            .closed_age_seconds
            .get_or_create(&labels)
            .inc_by(age_seconds);
        let current = self.current(connection_type, families);
        // The opening can have been before we looked.
        if is_current && current.get() > 0 {
            current.dec();
        }
    }

    /// The connection's end is an event of its own.
    pub(crate) fn evicted(&self, evicted: &ConnectionEvicted, families: &ConnectionFamilies) {
        let connection_type = evicted.connection_type();
        let labels = self.labels(
            direction(connection_type),
            evicted.network(),
            connection_type,
        );
        families.evicted.get_or_create(&labels).inc();
    }

    pub(crate) fn misbehaving(
        &self,
        misbehaving: &ConnectionMisbehaving,
        families: &ConnectionFamilies,
    ) {
        let reason = words::misbehaviour(&misbehaving.reason);
        families
            .misbehaving
            .get_or_create(&Labels::new(&self.node, [("reason", reason)]))
            .inc();
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
            let others = [
                ("direction", direction(connection_type).word()),
                ("connection_type", connection_type.word()),
            ];
            families
                .current
                .get_or_create_owned(&Labels::new(&self.node, others))
        })
    }

    fn labels(
        &self,
        direction: Direction,
        network: Network,
        connection_type: ConnectionType,
    ) -> Labels<3> {
        let others = [
            ("direction", direction.word()),
            ("network", network.word()),
            ("connection_type", connection_type.word()),
        ];
        Labels::new(&self.node, others)
    }
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
