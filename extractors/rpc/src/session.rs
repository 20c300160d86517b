//! What the extractor knows and says: publishes, counts, reports each change once.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use peer_observer_bus::{Draft, Publisher, wall_clock_ns};
use peer_observer_component::{HealthHandle, HopCounts, State};
use peer_observer_event::{NodeBack, NodeGone, Payload, Started};
use peer_observer_node::{NodeSettings, Process};

use crate::link::{Link, LinkSender};
use crate::probe::Sighting;
use crate::schedule::Called;

/// Uptimes of one life, measured at different times, differ by less.
const SAME_LIFE: Duration = Duration::from_secs(5);

/// The state of one instance of the extractor.
pub(crate) struct Session {
    node: String,
    publisher: Publisher,
    health: HealthHandle,
    link: LinkSender,
    /// One part per method: a call that was answered and understood is whole,
    /// any other is dropped by reason.
    calls: HopCounts,
    life: Option<Life>,
    generation: u64,
    /// Why the node is away, as last reported.
    away: Option<&'static str>,
    /// Methods that gave no event when last called, and why.
    failing: BTreeMap<&'static str, (&'static str, String)>,
    /// How many are called, and a text that says which.
    methods: (usize, String),
}

/// One life of the node while it answers.
#[derive(Clone)]
struct Life {
    process: Option<Process>,
    started: Option<Instant>,
}

impl Life {
    fn is_same(&self, other: &Life) -> bool {
        match (&self.process, &other.process) {
            (Some(one), Some(other)) => one == other,
            _ => match (self.started, other.started) {
                (Some(one), Some(other)) => {
                    one.max(other).duration_since(one.min(other)) <= SAME_LIFE
                }
                _ => true,
            },
        }
    }

    fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(|process| process.pid)
    }
}

impl Session {
    /// Begins: says what will be called.
    pub(crate) fn begin(
        node: &NodeSettings,
        mut publisher: Publisher,
        health: HealthHandle,
        link: LinkSender,
        methods: (usize, String),
    ) -> Session {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        publisher.publish(Draft::now(Payload::Started(Started {
            version,
            detail: methods.1.clone(),
            ring_bytes: None,
            labels: node.labels.to_map(),
        })));
        Session {
            node: node.name.clone(),
            publisher,
            health,
            link,
            calls: HopCounts::new("rpc"),
            life: None,
            generation: 0,
            away: None,
            failing: BTreeMap::new(),
            methods,
        }
    }

    /// A second has passed.
    pub(crate) fn second(&mut self) {
        self.publisher.heartbeat(self.calls.counts());
    }

    /// The probe has looked.
    pub(crate) fn sighted(&mut self, sighting: Sighting) {
        let uptime = match sighting.uptime {
            Ok(uptime) => uptime,
            Err(failure) => {
                return self.node_is_away(failure.reason(), &failure.to_string());
            }
        };
        let now = Life {
            process: sighting.process,
            started: uptime.and_then(|uptime| Instant::now().checked_sub(uptime)),
        };
        if let Some(life) = &mut self.life {
            if life.is_same(&now) {
                // The process may have become visible only now.
                life.process = life.process.take().or(now.process);
                return;
            }
            let detail = "it has been restarted".to_owned();
            let gone = NodeGone {
                pid: life.pid(),
                detail,
            };
            self.publish(Payload::NodeGone(gone));
        }
        let wall_seconds = wall_clock_ns() / 1_000_000_000;
        let by_uptime = uptime.map(|uptime| wall_seconds.saturating_sub(uptime.as_secs()));
        match &now.process {
            Some(process) => {
                self.publisher
                    .set_life(process.start_unix_seconds(), process.start_ticks());
            }
            None => self.publisher.set_run(by_uptime),
        }
        let pid = now.pid();
        let detail = sighting.place;
        tracing::info!(node = self.node, pid, "the node is there: {detail}");
        self.publish(Payload::NodeBack(NodeBack { pid, detail }));
        self.life = Some(now);
        self.away = None;
        self.failing.clear();
        self.generation += 1;
        self.link.send_replace(Some(Link {
            node: sighting.node,
            generation: self.generation,
        }));
        self.report_health();
    }

    fn node_is_away(&mut self, reason: &'static str, detail: &str) {
        self.health.set(State::Waiting, detail);
        if self.away != Some(reason) {
            self.away = Some(reason);
            tracing::warn!(node = self.node, "waiting for the node: {detail}");
        }
        if let Some(life) = self.life.take() {
            self.link.send_replace(None);
            let gone = NodeGone {
                pid: life.pid(),
                detail: detail.to_owned(),
            };
            self.publish(Payload::NodeGone(gone));
        }
    }

    /// A method was called. `true` when that makes doubt whether the node is there.
    pub(crate) fn called(&mut self, called: Called) -> bool {
        let Called { method, result } = called;
        match result {
            Ok(draft) => {
                self.calls.whole(method, 1);
                self.publisher.publish(draft);
                if self.failing.remove(method).is_some() {
                    tracing::info!(node = self.node, method, "answers again");
                    self.report_health();
                }
                false
            }
            Err(failure) => {
                let reason = failure.reason();
                self.calls.dropped(method, reason, 1);
                let text = failure.to_string();
                let known = self.failing.insert(method, (reason, text.clone()));
                if known.is_none_or(|(known, _)| known != reason) {
                    tracing::warn!(node = self.node, method, reason, "no reply: {text}");
                }
                self.report_health();
                failure.doubts_the_node()
            }
        }
    }

    fn report_health(&self) {
        if self.life.is_none() {
            return;
        }
        let (methods, about) = &self.methods;
        let name = |(method, (_, text)): (&&str, &(&str, String))| match text.contains(*method) {
            true => text.clone(),
            false => format!("{method}: {text}"),
        };
        let failing: Vec<String> = self.failing.iter().map(name).collect();
        match failing[..] {
            [] => self.health.set(State::Working, about.as_str()),
            // The rest goes on without it.
            _ if failing.len() < *methods => self.health.set(State::Working, failing.join("; ")),
            _ => self.health.set(State::Waiting, failing.join("; ")),
        }
    }

    fn publish(&mut self, payload: Payload) {
        self.publisher.publish(Draft::now(payload));
    }
}
