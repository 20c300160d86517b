//! What the extractor knows and says: which connection is measured, what is
//! published and counted, each change reported once.

use std::future::pending;

use peer_observer_bus::{Draft, Publisher};
use peer_observer_component::{HealthHandle, HopCounts, State};
use peer_observer_event::{
    Gap, GapReason, NodeBack, NodeGone, Payload, ProbeDisconnected, ProbePing, Started,
};
use peer_observer_node::NodeSettings;
use peer_observer_p2p::P2pError;

use crate::P2pExtractorSettings;
use crate::candidates::Outcome;
use crate::clock::Moment;
use crate::connected::Connected;
use crate::conversation::{Conversation, Seen, Sight};
use crate::counts::{HANDSHAKE, MESSAGES, counts, reason};
use crate::identity::Verdict;
use crate::introduction::{Introduced, Refusal};

/// Messages that are published at once.
const BATCH: usize = 256;

/// The state of one instance of the extractor.
pub(crate) struct Session {
    node: String,
    settings: P2pExtractorSettings,
    publisher: Publisher,
    health: HealthHandle,
    counts: HopCounts,
    /// The connection that is measured.
    connected: Option<Connected>,
    /// Since when nothing is measured, in nanoseconds since the epoch.
    blind_since_ns: u64,
    sights: Vec<Sight>,
    drafts: Vec<Draft>,
    /// Refusals that were said already.
    said: Vec<&'static str>,
}

impl Session {
    /// Begins: says what will be measured, and that nobody has connected yet.
    pub(crate) fn begin(
        node: &NodeSettings,
        mut publisher: Publisher,
        health: HealthHandle,
        settings: P2pExtractorSettings,
    ) -> Session {
        let now = Moment::now();
        publisher.publish(draft(
            now,
            Payload::Started(Started {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                detail: about(&settings),
                ring_bytes: None,
                labels: node.labels.to_map(),
            }),
        ));
        let session = Session {
            node: node.name.clone(),
            settings,
            publisher,
            health,
            counts: counts(),
            connected: None,
            blind_since_ns: now.time_ns,
            sights: Vec::new(),
            drafts: Vec::new(),
            said: Vec::new(),
        };
        session.wait_for_node("");
        session
    }

    /// A second has passed. The user agent of the connection that should be
    /// looked for again, if there is one.
    pub(crate) fn second(&mut self) -> Option<String> {
        self.heartbeat();
        self.connected.as_mut()?.ask_again()
    }

    /// A candidate had to go for another.
    pub(crate) fn sent_away(&mut self) {
        self.counts.dropped(HANDSHAKE, "too_many", 1);
    }

    /// Something became of a candidate.
    pub(crate) fn met(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Introduced(introduced) => self.introduced(*introduced),
            Outcome::Refused(Refusal::Failed(error)) => self.failed(&error),
            Outcome::Refused(Refusal::AnotherNode(address)) => {
                self.counts.dropped(HANDSHAKE, "not_our_node", 1);
                self.say_another_node(&address.to_string());
            }
            Outcome::Verdict(agent, verdict) => self.verdict(&agent, verdict),
        }
    }

    fn failed(&mut self, error: &P2pError) {
        self.counts.dropped(HANDSHAKE, reason(error), 1);
        tracing::debug!(node = self.node, "a connection was not taken: {error}");
        if matches!(error, P2pError::Magic { .. }) {
            let remedy = "for a signet with a challenge of its own set signet_challenge";
            self.say("wrong_network", &format!("{error}; {remedy}"));
        }
    }

    fn say_another_node(&mut self, address: &str) {
        let text = format!(
            "{address} is not this node, although it connects to {}: its getpeerinfo does not \
             know our connection; give each node a p2p_listen of its own",
            self.settings.listen
        );
        self.say("not_our_node", &text);
    }

    /// Says why a connection is not taken, once for each kind of reason.
    fn say(&mut self, kind: &'static str, text: &str) {
        if self.said.contains(&kind) {
            return;
        }
        self.said.push(kind);
        tracing::warn!(node = self.node, "a connection was refused: {text}");
        if self.connected.is_none() {
            self.wait_for_node(text);
        }
    }

    fn introduced(&mut self, introduced: Introduced) {
        if let Some(connected) = &self.connected {
            if connected.stays(&introduced.verdict) {
                self.counts.dropped(HANDSHAKE, "duplicate", 1);
                return tracing::debug!(node = self.node, "there is a connection already");
            }
            // It was dead, though nobody had told us: nothing came since then.
            let at = connected.heard;
            self.end("the node has connected anew", at);
        }
        self.counts.whole(HANDSHAKE, 1);
        self.begin_connection(introduced);
    }

    fn begin_connection(&mut self, introduced: Introduced) {
        let ready = introduced.ready;
        let life = introduced.life.clone();
        life.begin(&mut self.publisher);
        let first_time_ns = self.blind_since_ns.max(life.start_ns.unwrap_or_default());
        if first_time_ns < ready.time_ns {
            self.publish(
                ready,
                Payload::Gap(Gap {
                    reason: GapReason::NotAttached.into(),
                    count: None,
                    first_time_ns,
                    last_time_ns: ready.time_ns,
                    detail: "the node was not connected to us".to_owned(),
                }),
            );
        }
        let connected = Connected::new(introduced, &self.settings);
        let detail = connected.detail();
        let pid = life.pid();
        tracing::info!(node = self.node, pid, "{detail}");
        self.health.set(State::Working, detail.as_str());
        self.publish(ready, Payload::NodeBack(NodeBack { pid, detail }));
        let message = Box::new(connected.message.clone());
        self.publish(ready, Payload::ProbeConnected(message));
        self.connected = Some(connected);
    }

    /// What RPC says, later, of a connection that it could not be asked about.
    fn verdict(&mut self, agent: &str, verdict: Verdict) {
        let Some(connected) = self.connected.as_mut().filter(|it| it.agent == agent) else {
            return;
        };
        match verdict {
            Verdict::Ours { .. } => {
                connected.learn(verdict);
                let detail = connected.detail();
                let message = Box::new(connected.message.clone());
                tracing::info!(node = self.node, "{detail}");
                self.health.set(State::Working, detail);
                self.publish(Moment::now(), Payload::ProbeConnected(message));
            }
            Verdict::Another => {
                let address = connected.message.node_address.clone();
                self.counts.dropped(MESSAGES, "not_our_node", 1);
                self.say_another_node(&address);
                self.end("it is another node", Moment::now());
            }
            Verdict::Unknown { .. } => connected.learn(verdict),
        }
    }

    /// Waits until something has come over the connection that is measured.
    /// Cancel safe.
    pub(crate) async fn wait(&mut self) {
        match &mut self.connected {
            Some(connected) => {
                let conversation: &mut Conversation = &mut connected.conversation;
                conversation.receive(&mut self.sights, BATCH).await;
            }
            None => pending().await,
        }
    }

    /// Publishes what has come.
    pub(crate) fn publish_sights(&mut self) {
        let mut sights = std::mem::take(&mut self.sights);
        if sights.is_empty() {
            // It has ended without a word.
            self.end("a bug in the conversation", Moment::now());
        }
        for sight in sights.drain(..) {
            self.take(sight);
        }
        self.publisher.publish_all(&mut self.drafts);
        // With its memory for the next ones.
        self.sights = sights;
    }

    fn take(&mut self, Sight { at, what }: Sight) {
        if let (Some(connected), false) = (&mut self.connected, matches!(what, Seen::Ended(..))) {
            connected.messages += 1;
            connected.heard = at;
        }
        match what {
            Seen::Announcement(announcement, bulk_bytes) => {
                self.counts.whole(MESSAGES, 1);
                let payload = Payload::ProbeAnnouncement(Box::new(announcement));
                self.drafts.push(Draft {
                    bulk_bytes,
                    ..draft(at, payload)
                });
            }
            Seen::Pong(round_trip) => {
                self.counts.whole(MESSAGES, 1);
                let round_trip_ns = round_trip.as_nanos() as u64;
                let payload = Payload::ProbePing(ProbePing { round_trip_ns });
                self.drafts.push(draft(at, payload));
            }
            Seen::Other => self.counts.whole(MESSAGES, 1),
            Seen::Damaged(reason) => self.counts.dropped(MESSAGES, reason, 1),
            Seen::Ended(text, reason) => {
                if let Some(reason) = reason {
                    self.counts.dropped(MESSAGES, reason, 1);
                }
                self.end(&text, at);
            }
        }
    }

    /// The connection that is measured has ended.
    fn end(&mut self, reason: &str, at: Moment) {
        let Some(connected) = self.disconnect(reason, at) else {
            return;
        };
        let detail = format!("no connection to it: {reason}");
        tracing::warn!(node = self.node, "{detail}");
        let pid = connected.pid;
        self.publish(at, Payload::NodeGone(NodeGone { pid, detail }));
        self.wait_for_node(reason);
    }

    /// Closes the connection and says so.
    fn disconnect(&mut self, reason: &str, at: Moment) -> Option<Connected> {
        let connected = self.connected.take()?;
        self.publisher.publish_all(&mut self.drafts);
        self.blind_since_ns = at.time_ns;
        let duration = at.instant.saturating_duration_since(connected.since);
        let payload = Payload::ProbeDisconnected(ProbeDisconnected {
            reason: reason.to_owned(),
            duration_ns: duration.as_nanos() as u64,
            received_messages: connected.messages,
        });
        self.publish(at, payload);
        Some(connected)
    }

    /// The extractor ends.
    pub(crate) fn finish(&mut self) {
        self.disconnect("peer-observer ends", Moment::now());
        self.heartbeat();
    }

    fn wait_for_node(&self, reason: &str) {
        let listen = self.settings.listen;
        let mut text = format!(
            "waiting for the node to connect, which needs -addnode={listen} for that; it tries \
             again within 60 s"
        );
        if !reason.is_empty() {
            text = format!("{text} ({reason})");
        }
        self.health.set(State::Waiting, text);
    }

    fn heartbeat(&mut self) {
        self.publisher.heartbeat(self.counts.counts());
    }

    fn publish(&mut self, at: Moment, payload: Payload) {
        self.publisher.publish(draft(at, payload));
    }
}

fn draft(at: Moment, payload: Payload) -> Draft {
    Draft {
        time_ns: at.time_ns,
        monotonic_ns: Some(at.monotonic_ns),
        payload,
        bulk_bytes: 0,
    }
}

/// Says what is measured.
fn about(settings: &P2pExtractorSettings) -> String {
    let ping = settings
        .ping_interval
        .map(|interval| format!("ping every {interval:?}"));
    let named = [
        (settings.addresses, "addresses"),
        (settings.inventory, "inventory"),
        (settings.fee_filter, "fee filter"),
        (settings.blocks, "blocks"),
    ];
    let named = named.into_iter().filter(|(is_on, _)| *is_on);
    let parts = ping
        .into_iter()
        .chain(named.map(|(_, name)| name.to_owned()));
    let parts: Vec<String> = parts.collect();
    format!("listens on {}: {}", settings.listen, parts.join(", "))
}
