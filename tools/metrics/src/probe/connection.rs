//! Whether our connection is there, and how long the node takes to answer on it.

use std::sync::Arc;

use peer_observer_event::{ProbeConnected, ProbeDisconnected, ProbePing};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;

use crate::catalogue::{Catalogue, define};
use crate::family::{Counters, Gauges, Histograms, NodeName, SecondsCounter, SecondsCounters};
use crate::labels::probe::PROBE_TRANSPORT;
use crate::poll::{Poll, PollBuilder};

/// 100 µs to a minute: from an idle node to one that is swamped.
const PING_BUCKETS: [f64; 16] = [
    1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0,
];
/// 1 ms to a minute.
const HANDSHAKE_BUCKETS: [f64; 10] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 60.0];

/// Families of the connection.
pub(super) struct ConnectionFamilies {
    connected: Gauges<0>,
    opened: Counters<0>,
    closed: Counters<0>,
    closed_age: SecondsCounters<0>,
    handshake: Histograms<0>,
    latest: Poll<ProbeConnected>,
    ping: Histograms<0>,
    latest_ping: Poll<ProbePing>,
}

impl ConnectionFamilies {
    pub(super) fn new(catalogue: &mut Catalogue) -> ConnectionFamilies {
        ConnectionFamilies {
            connected: catalogue.family(define(
                "probe_connected",
                "1 or 0",
                "Is the node connected to us",
            )),
            opened: catalogue.family(define(
                "probe_connections_opened",
                "connections",
                "Connections of the node to us whose handshake was done",
            )),
            closed: catalogue.family(define(
                "probe_connections_closed",
                "connections",
                "Connections of the node to us that ended",
            )),
            closed_age: catalogue.family(define(
                "probe_connections_closed_age_seconds",
                "seconds",
                "Age of the connections to us when they ended, summed up",
            )),
            handshake: catalogue.histograms(
                define(
                    "probe_handshake_duration_seconds",
                    "seconds",
                    "Time from the accepted connection to verack",
                ),
                &HANDSHAKE_BUCKETS,
            ),
            latest: PollBuilder::<ProbeConnected>::within(catalogue)
                .gauge(
                    define(
                        "probe_verified",
                        "1 or 0",
                        "Is it known, by getpeerinfo, that the right node is connected to us",
                    ),
                    |connected| connected.verified,
                )
                .gauges(
                    define(
                        "probe_transport",
                        "always 1",
                        "Transport protocol of our connection",
                    )
                    .labels([PROBE_TRANSPORT]),
                    |connected| vec![([connected.transport().word()], 1u64)],
                )
                .finish(),
            ping: catalogue.histograms(
                define(
                    "probe_ping_seconds",
                    "seconds",
                    "Time the node took to answer our pings: what was before them is worked off \
                     first",
                ),
                &PING_BUCKETS,
            ),
            latest_ping: PollBuilder::<ProbePing>::within(catalogue)
                .gauge(
                    define(
                        "probe_latest_ping_seconds",
                        "seconds",
                        "Time the node took to answer our last ping",
                    )
                    .existing("`p2pextractor_ping_duration_nanoseconds`"),
                    |ping| ping.round_trip_ns as f64 / 1e9,
                )
                .finish(),
        }
    }
}

/// One node's part.
pub(super) struct ConnectionMetrics {
    node: NodeName,
    connected: Gauge,
    opened: Counter,
    closed: Counter,
    closed_age: SecondsCounter,
    handshake: Histogram,
    ping: Histogram,
    /// Where the node connected from, while it is connected.
    node_address: Option<String>,
}

impl ConnectionMetrics {
    pub(super) fn new(node: &NodeName, families: &ConnectionFamilies) -> ConnectionMetrics {
        ConnectionMetrics {
            node: Arc::clone(node),
            connected: families.connected.handle(node, []),
            opened: families.opened.handle(node, []),
            closed: families.closed.handle(node, []),
            closed_age: families.closed_age.handle(node, []),
            handshake: families.handshake.handle(node, []),
            ping: families.ping.handle(node, []),
            node_address: None,
        }
    }

    /// The node has connected: true. Or more is known now of a connection that
    /// is there already, such as whose it is: false.
    pub(super) fn connected(
        &mut self,
        connected: &ProbeConnected,
        is_current: bool,
        families: &ConnectionFamilies,
    ) -> bool {
        let is_new = self.node_address.as_ref() != Some(&connected.node_address);
        if is_new {
            self.opened.inc();
            self.handshake.observe(connected.handshake_ns as f64 / 1e9);
        }
        if is_current {
            self.node_address = Some(connected.node_address.clone());
            self.connected.set(1);
            families.latest.set(&self.node, connected);
        }
        is_new
    }

    /// What was the case until then is removed by [`Self::clear`].
    pub(super) fn disconnected(&self, disconnected: &ProbeDisconnected) {
        self.closed.inc();
        self.closed_age
            .inc_by(disconnected.duration_ns as f64 / 1e9);
    }

    pub(super) fn ping(&self, ping: &ProbePing, is_current: bool, families: &ConnectionFamilies) {
        self.ping.observe(ping.round_trip_ns as f64 / 1e9);
        if is_current {
            // The event that said so may have been before we looked.
            self.connected.set(1);
            families.latest_ping.set(&self.node, ping);
        }
    }

    pub(super) fn clear(&mut self, families: &ConnectionFamilies) {
        self.node_address = None;
        self.connected.set(0);
        families.latest.clear(&self.node);
        families.latest_ping.clear(&self.node);
    }
}
