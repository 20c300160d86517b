//! What the extractor knows and says: publishes, counts, reports each change once.

use std::collections::BTreeMap;
use std::path::PathBuf;

use peer_observer_bus::{Draft, Publisher, wall_clock_ns};
use peer_observer_component::{HealthHandle, State};
use peer_observer_event::{Gap, GapReason, NodeBack, NodeGone, Payload, Started};
use peer_observer_node::NodeSettings;

use crate::calls::{Calls, Part};
use crate::report::{Back, Moved, Report, Untold};
use crate::tips;

/// The state of one instance of the extractor.
pub(crate) struct Session {
    node: String,
    publisher: Publisher,
    health: HealthHandle,
    calls: Calls,
    life: Option<Life>,
    /// Why there is no connection, as last reported.
    away: Option<String>,
    /// When this extractor began to look, or lost the node, nanoseconds since the epoch.
    blind_since_ns: u64,
    has_lost: bool,
    /// Parts of the work that fail, and why.
    failing: BTreeMap<Part, String>,
    /// Blocks of an initial block download that were not told.
    skipped: Option<Skipped>,
}

/// While the node answers.
struct Life {
    pid: Option<u32>,
    socket: PathBuf,
}

struct Skipped {
    blocks: u64,
    first_ns: u64,
    last_ns: u64,
}

impl Session {
    /// Begins: says what will be done.
    pub(crate) fn begin(
        node: &NodeSettings,
        mut publisher: Publisher,
        health: HealthHandle,
        calls: Calls,
        about: String,
    ) -> Session {
        publisher.publish(Draft::now(Payload::Started(Started {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            detail: about,
            ring_bytes: None,
            labels: node.labels.to_map(),
        })));
        Session {
            node: node.name.clone(),
            publisher,
            health,
            calls,
            life: None,
            away: None,
            blind_since_ns: wall_clock_ns(),
            has_lost: false,
            failing: BTreeMap::new(),
            skipped: None,
        }
    }

    /// A second has passed.
    pub(crate) fn second(&mut self) {
        self.publisher.heartbeat(self.calls.counts());
    }

    /// The extractor ends.
    pub(crate) fn end(&mut self) {
        self.tell_skipped();
    }

    /// Something has happened.
    pub(crate) fn take(&mut self, report: Report) {
        match report {
            Report::Away(why) => self.away(State::Waiting, why),
            Report::Off(why) => self.away(State::Off, why),
            Report::Loading(socket) => {
                let socket = socket.display();
                let why = format!("connected to {socket}; waiting for the node to load its chain");
                self.health.set(State::Waiting, why);
            }
            Report::Back(back) => self.back(back),
            Report::Moved(moved) => self.moved(&moved),
            Report::Measured(payload) => self.publish(payload),
            Report::Failing(part, why) => self.failing(part, why),
            Report::Gone(why) => self.gone(why),
        }
    }

    fn away(&mut self, state: State, why: String) {
        self.health.set(state, why.as_str());
        if self.away.as_ref() != Some(&why) {
            match state {
                State::Off => tracing::info!(node = self.node, "nothing to do: {why}"),
                _ => tracing::warn!(node = self.node, "waiting for the node: {why}"),
            }
            self.away = Some(why);
        }
    }

    fn back(&mut self, back: Back) {
        let Back {
            socket,
            process,
            uptime,
        } = back;
        let now_ns = wall_clock_ns();
        let mut started_ns = None;
        match (&process, uptime) {
            (Some(process), _) => {
                let start = process.start_unix_seconds();
                self.publisher.set_life(start, process.start_ticks());
                started_ns = Some(start * 1_000_000_000);
            }
            (None, uptime) => {
                let now = now_ns / 1_000_000_000;
                let start = uptime.map(|uptime| now.saturating_sub(uptime.as_secs()));
                self.publisher.set_run(start);
            }
        }
        // A node that was there before us has been watched as long as we were.
        let since_ns = self.blind_since_ns.max(started_ns.unwrap_or(0));
        if self.has_lost || started_ns.is_some_and(|started| started >= self.blind_since_ns) {
            self.publish(Payload::Gap(Gap {
                reason: GapReason::NotAttached.into(),
                count: None,
                first_time_ns: since_ns,
                last_time_ns: now_ns,
                detail: "not connected to the IPC socket; blocks are filled in".to_owned(),
            }));
        }
        let pid = process.map(|process| process.pid);
        let detail = format!("connected to {}", socket.display());
        tracing::info!(node = self.node, pid, "{detail}");
        self.publish(Payload::NodeBack(NodeBack { pid, detail }));
        self.life = Some(Life { pid, socket });
        self.away = None;
        self.failing.clear();
        self.report_health();
    }

    fn gone(&mut self, why: String) {
        self.tell_skipped();
        if let Some(life) = self.life.take() {
            self.blind_since_ns = wall_clock_ns();
            self.has_lost = true;
            self.publish(Payload::NodeGone(NodeGone {
                pid: life.pid,
                detail: why.clone(),
            }));
        }
        self.away(State::Waiting, why);
    }

    fn moved(&mut self, moved: &Moved) {
        let (told, untold) = (moved.history.branch.len() as u64, moved.history.untold);
        self.calls.whole(Part::Block, told);
        let is_skipped = moved.untold_because == Untold::InitialBlockDownload;
        if let Some(blocks) = untold.filter(|blocks| *blocks > 0) {
            let reason = moved.untold_because.word();
            self.calls.dropped(Part::Block, reason, blocks);
            if is_skipped {
                let skipped = self.skipped.get_or_insert(Skipped {
                    blocks: 0,
                    first_ns: moved.seen_ns,
                    last_ns: moved.seen_ns,
                });
                skipped.blocks += blocks;
                skipped.last_ns = moved.seen_ns;
            }
        }
        if !is_skipped {
            self.tell_skipped();
            if untold != Some(0) {
                self.gap(untold, moved.seen_ns, moved.seen_ns, tips::why(moved));
            }
        }
        let mut drafts = tips::drafts(moved);
        self.publisher.publish_all(&mut drafts);
    }

    /// Ends the account of an initial block download.
    fn tell_skipped(&mut self) {
        if let Some(skipped) = self.skipped.take() {
            let detail = "blocks of the initial block download".to_owned();
            self.gap(
                Some(skipped.blocks),
                skipped.first_ns,
                skipped.last_ns,
                detail,
            );
        }
    }

    fn gap(&mut self, count: Option<u64>, first_time_ns: u64, last_time_ns: u64, detail: String) {
        self.publish(Payload::Gap(Gap {
            reason: GapReason::NotAttached.into(),
            count,
            first_time_ns,
            last_time_ns,
            detail,
        }));
    }

    fn failing(&mut self, part: Part, why: Option<String>) {
        let known = self.failing.get(&part);
        if known == why.as_ref() {
            return;
        }
        match why {
            Some(why) => {
                tracing::warn!(node = self.node, part = part.word(), "{why}");
                self.failing.insert(part, why);
            }
            None => {
                tracing::info!(node = self.node, part = part.word(), "works again");
                self.failing.remove(&part);
            }
        }
        self.report_health();
    }

    fn report_health(&self) {
        let Some(life) = &self.life else { return };
        let connected = format!("connected to {}", life.socket.display());
        let failing = self.failing.values().cloned();
        let detail: Vec<String> = [connected].into_iter().chain(failing).collect();
        // The tips come all the same.
        self.health.set(State::Working, detail.join("; "));
    }

    fn publish(&mut self, payload: Payload) {
        self.publisher.publish(Draft::now(payload));
    }
}
