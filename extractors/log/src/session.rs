//! What the extractor says: publishes in batches, counts, reports each change once.

use peer_observer_bus::{Draft, Publisher};
use peer_observer_component::{HealthHandle, State};
use peer_observer_event::{Gap, GapReason, HopCount, NodeBack, NodeGone, Payload, Started};
use peer_observer_node::{NodeSettings, Process};

use crate::lines::Counts;

/// Events are published in batches of so many...
const BATCH_EVENTS: usize = 256;
/// ...or when they hold so much memory, in bytes.
const BATCH_BYTES: usize = 1 << 20;

/// One instance of the extractor on the bus.
pub(crate) struct Session {
    node: String,
    publisher: Publisher,
    health: HealthHandle,
    /// How things are, as last said.
    said: Option<(State, String)>,
    /// Events that are about to be published.
    pub(crate) batch: Vec<Draft>,
    /// Memory that they hold.
    batch_bytes: usize,
}

impl Session {
    /// Begins: says what will be read.
    pub(crate) fn begin(
        node: &NodeSettings,
        publisher: Publisher,
        health: HealthHandle,
        input: &str,
    ) -> Session {
        let mut session = Session {
            node: node.name.clone(),
            publisher,
            health,
            said: None,
            batch: Vec::with_capacity(BATCH_EVENTS + 2),
            batch_bytes: 0,
        };
        session.publish(Payload::Started(Started {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            detail: input.to_owned(),
            ring_bytes: None,
            labels: node.labels.to_map(),
        }));
        session
    }

    /// Publishes the batch when it is full; its events from the `from`th on are new.
    pub(crate) fn flush_if_full(&mut self, from: usize) {
        let new = self.batch.iter().skip(from);
        self.batch_bytes += new.map(|draft| draft.bulk_bytes).sum::<usize>();
        if self.batch.len() >= BATCH_EVENTS || self.batch_bytes >= BATCH_BYTES {
            self.flush();
        }
    }

    /// Publishes the batch.
    pub(crate) fn flush(&mut self) {
        self.publisher.publish_all(&mut self.batch);
        self.batch_bytes = 0;
    }

    /// Publishes something of ours, behind all that was taken before.
    fn publish(&mut self, payload: Payload) {
        self.flush();
        self.publisher.publish(Draft::now(payload));
    }

    /// A second has passed.
    pub(crate) fn heartbeat(&mut self, counts: Counts) {
        let (whole, reduced) = (counts.whole_lines, counts.cut_lines);
        self.flush();
        self.publisher.heartbeat(vec![HopCount {
            hop: "log".to_owned(),
            attempted: whole + reduced,
            whole,
            reduced,
            ..HopCount::default()
        }]);
    }

    /// What comes now is of the life of the node that this process is, or of
    /// nobody knows which.
    pub(crate) fn node_back(&mut self, process: Option<&Process>, detail: String) {
        self.flush();
        match process {
            Some(process) => {
                let (start, ticks) = (process.start_unix_seconds(), process.start_ticks());
                self.publisher.set_life(start, ticks);
            }
            None => self.publisher.set_run(None),
        }
        let pid = process.map(|process| process.pid);
        tracing::info!(node = self.node, pid, "the node's log is read: {detail}");
        self.publish(Payload::NodeBack(NodeBack { pid, detail }));
    }

    /// What was read so far was the last of that life.
    pub(crate) fn node_gone(&mut self, process: Option<&Process>, detail: &str) {
        let pid = process.map(|process| process.pid);
        tracing::info!(node = self.node, pid, "{detail}");
        self.publish(Payload::NodeGone(NodeGone {
            pid,
            detail: detail.to_owned(),
        }));
    }

    /// Nobody knows what was in the log between these moments, in nanoseconds
    /// since the epoch.
    pub(crate) fn gap(&mut self, reason: GapReason, times_ns: (u64, u64), detail: String) {
        tracing::warn!(node = self.node, "a gap in the log: {detail}");
        self.publish(Payload::Gap(Gap {
            reason: reason.into(),
            count: None,
            first_time_ns: times_ns.0,
            last_time_ns: times_ns.1,
            detail,
        }));
    }

    /// How things are.
    pub(crate) fn is(&mut self, state: State, detail: &str) {
        if matches!(&self.said, Some((known, text)) if *known == state && text == detail) {
            return;
        }
        match state {
            State::Failed => tracing::warn!(node = self.node, "{detail}"),
            _ => tracing::info!(node = self.node, "{detail}"),
        }
        self.health.set(state, detail);
        self.said = Some((state, detail.to_owned()));
    }
}
