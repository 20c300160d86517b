//! What the extractor says: publishes, counts, reports each change once.

use peer_observer_bus::{Draft, Publisher};
use peer_observer_component::{HealthHandle, HopCounts, State};
use peer_observer_event::{NodeBack, NodeGone, Payload, ProcessSample, Started, ThreadUsage};
use peer_observer_node::{NodeSettings, Process};

/// Of a thread, in bytes.
const LONGEST_NAME: usize = 15;

/// Threads, memory, I/O and files; a part of the hop `process`.
pub(crate) const SAMPLE: &str = "sample";
/// The proportional set size; a part of the hop `process`.
pub(crate) const MEMORY: &str = "memory";

/// The voice of one instance of the extractor.
pub(crate) struct Session {
    node: String,
    publisher: Publisher,
    health: HealthHandle,
    /// Readings, by [`SAMPLE`] and [`MEMORY`]: one that has all that was wanted
    /// is whole, one that lacks something reduced, one that became no event dropped.
    pub(crate) readings: HopCounts,
    /// What is read while the node is there, for people.
    about: String,
    /// What was said last in health, and what the log was last told to be
    /// missing, so that each is said once.
    said: String,
    missing: String,
}

impl Session {
    /// Begins: says what will be read.
    pub(crate) fn begin(
        node: &NodeSettings,
        publisher: Publisher,
        health: HealthHandle,
        about: String,
    ) -> Session {
        let mut session = Session {
            node: node.name.clone(),
            publisher,
            health,
            readings: HopCounts::new("process"),
            about,
            said: String::new(),
            missing: String::new(),
        };
        session.publish(Payload::Started(Started {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            detail: session.about.clone(),
            ring_bytes: None,
            labels: node.labels.to_map(),
        }));
        session
    }

    /// A second has passed.
    pub(crate) fn heartbeat(&mut self) {
        self.publisher.heartbeat(self.readings.counts());
    }

    /// The node is there; events belong to this life of it from now on.
    pub(crate) fn node_is_there(&mut self, process: &Process) {
        self.publisher
            .set_life(process.start_unix_seconds(), process.start_ticks());
        let detail = format!("process {}, {}", process.pid, self.about);
        tracing::info!(node = self.node, "the node is there: {detail}");
        self.publish(Payload::NodeBack(NodeBack {
            pid: Some(process.pid),
            detail,
        }));
    }

    /// The node's process has ended.
    pub(crate) fn node_is_gone(&mut self, process: &Process) {
        self.publish(Payload::NodeGone(NodeGone {
            pid: Some(process.pid),
            detail: "the process has ended".to_owned(),
        }));
        self.waits("the node has ended, waiting for it to start again");
    }

    /// There is no node to read from, and why.
    pub(crate) fn waits(&mut self, why: &str) {
        if self.changes(why) {
            tracing::info!(node = self.node, "{why}");
            self.health.set(State::Waiting, why);
        }
    }

    /// The process is read, but for what these sentences say.
    pub(crate) fn works(&mut self, pid: u32, without: &[String]) {
        let without = without.join("; ");
        let detail = match without.is_empty() {
            true => format!("process {pid}, {}", self.about),
            false => format!("process {pid}; {without}"),
        };
        if self.changes(&detail) {
            self.health.set(State::Working, detail);
        }
        if self.missing != without {
            match without.is_empty() {
                true => tracing::info!(node = self.node, pid, "nothing is missing any more"),
                false => tracing::warn!(node = self.node, pid, "{without}"),
            }
            self.missing = without;
        }
    }

    /// The process is there, but cannot be read.
    pub(crate) fn cannot_read(&mut self, pid: u32, why: &str) {
        let detail = format!("process {pid} cannot be read: {why}");
        if self.changes(&detail) {
            tracing::warn!(node = self.node, "{detail}");
            self.health.set(State::Waiting, detail);
        }
    }

    /// Publishes what was read at `time_ns` since the epoch.
    pub(crate) fn publish_at(&mut self, time_ns: u64, payload: Payload) {
        let bulk_bytes = match &payload {
            Payload::ProcessSample(sample) => bulk_bytes(sample),
            _ => 0,
        };
        self.publisher.publish(Draft {
            time_ns,
            bulk_bytes,
            ..Draft::now(payload)
        });
    }

    fn publish(&mut self, payload: Payload) {
        self.publisher.publish(Draft::now(payload));
    }

    /// Is it something else than what was said last?
    fn changes(&mut self, text: &str) -> bool {
        let changes = self.said != text;
        if changes {
            text.clone_into(&mut self.said);
        }
        changes
    }
}

/// Memory that a sample takes: about 4 kB.
fn bulk_bytes(sample: &ProcessSample) -> usize {
    let thread = size_of::<ThreadUsage>() + LONGEST_NAME;
    size_of::<ProcessSample>() + sample.threads.len() * thread
}
