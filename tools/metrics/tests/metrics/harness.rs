//! A bus with the metrics on it.

use std::sync::Arc;

use peer_observer_bus::{Bus, Draft, Publisher};
use peer_observer_component::{CancellationToken, Component, Context, Exposition, HealthRegistry};
use peer_observer_event::*;
use peer_observer_metrics::Metrics;

pub(crate) struct Harness {
    pub(crate) bus: Bus,
    metrics: Metrics,
}

impl Harness {
    pub(crate) fn new() -> Harness {
        Harness::with_extra_gauges(&[])
    }

    /// With these fields of RPC replies.
    pub(crate) fn with_extra_gauges(fields: &[&str]) -> Harness {
        let bus = Bus::in_process();
        let fields = fields.iter().map(|field| field.parse().expect("a field"));
        let metrics = Metrics::with_extra_gauges(bus.clone(), fields.collect());
        Harness { bus, metrics }
    }

    /// On whose bus recordings are played, at the times that they say.
    pub(crate) fn of_recording() -> Harness {
        let bus = Bus::of_recording();
        let metrics = Metrics::new(bus.clone());
        Harness { bus, metrics }
    }

    /// The text after all that was published: the component runs until the end of the bus.
    pub(crate) async fn text(self) -> String {
        self.exposition().await.text()
    }

    pub(crate) async fn exposition(self) -> Arc<dyn Exposition> {
        self.bus.close();
        let health = HealthRegistry::default().handle("metrics");
        let context = Context {
            bus: self.bus,
            shutdown: CancellationToken::new(),
            health,
        };
        self.metrics
            .run(context)
            .await
            .expect("metrics run to the end of the bus");
        self.metrics.exposition()
    }
}

/// The text of one extractor's events.
pub(crate) async fn text_of(extractor: Extractor, payloads: Vec<Payload>) -> String {
    let harness = Harness::new();
    let mut publisher = harness.bus.publisher("alice", extractor);
    publisher.set_run(Some(1_790_000_000));
    publish(&mut publisher, payloads);
    harness.text().await
}

pub(crate) fn publish(publisher: &mut Publisher, payloads: Vec<Payload>) {
    for payload in payloads {
        publisher.publish(draft(payload));
    }
}

/// An event of 1,790,000,100 s after the epoch.
pub(crate) fn draft(payload: Payload) -> Draft {
    Draft {
        time_ns: 1_790_000_100_000_000_000,
        ..Draft::now(payload)
    }
}

/// An inbound message of an inbound peer at 203.0.113.7.
pub(crate) fn message(command: &str, payload_bytes: u64, body: Option<Body>) -> Payload {
    Payload::P2pMessage(P2pMessage {
        address: "203.0.113.7:8333".to_owned(),
        connection_type: ConnectionType::Inbound.into(),
        direction: Direction::Inbound.into(),
        command: command.to_owned(),
        payload_bytes,
        body,
        ..P2pMessage::default()
    })
}

pub(crate) fn undecodable() -> Option<Body> {
    Some(Body::Undecodable(Box::default()))
}

/// Fails with the lines of the same family when a line is missing.
#[track_caller]
pub(crate) fn assert_lines(text: &str, lines: &[&str]) {
    for line in lines {
        if !text.lines().any(|known| known == *line) {
            let family = line.split(['{', ' ']).next().unwrap_or_default();
            let near: Vec<&str> = text
                .lines()
                .filter(|known| known.contains(family))
                .collect();
            panic!("no line\n{line}\namong\n{}", near.join("\n"));
        }
    }
}

/// Lines that are series, not comments.
pub(crate) fn series(text: &str) -> usize {
    text.lines().filter(|line| !line.starts_with('#')).count()
}
