//! The connection that is measured.

use std::time::{Duration, Instant};

use peer_observer_event::{ProbeConnected, ProbeTransport};
use peer_observer_p2p::Transport;

use crate::P2pExtractorSettings;
use crate::clock::Moment;
use crate::conversation::Conversation;
use crate::identity::Verdict;
use crate::introduction::Introduced;

/// A node pings each two minutes: one of which nothing was heard for longer may
/// be gone.
const QUIET: Duration = Duration::from_secs(150);

/// Longer than anything lasts.
const FOREVER: Duration = Duration::from_secs(1 << 32);

/// A connection that is measured, and what is known of it.
pub(crate) struct Connected {
    pub(crate) conversation: Conversation,
    /// What we called ourselves.
    pub(crate) agent: String,
    /// As it was published.
    pub(crate) message: ProbeConnected,
    /// Why it is not verified, and when to ask again, while it is not.
    doubt: Option<(String, Instant)>,
    /// The node's process, where visible.
    pub(crate) pid: Option<u32>,
    pub(crate) since: Instant,
    /// Messages that have come.
    pub(crate) messages: u64,
    /// When the last one was there.
    pub(crate) heard: Moment,
}

impl Connected {
    /// Begins the conversation.
    pub(crate) fn new(introduced: Introduced, settings: &P2pExtractorSettings) -> Connected {
        let Introduced {
            connection,
            agent,
            version,
            accepted,
            ready,
            verdict,
            best_block,
            life,
        } = introduced;
        let transport = match connection.transport() {
            Transport::V1 => ProbeTransport::V1,
            Transport::V2 => ProbeTransport::V2,
        };
        let handshake = ready.instant.saturating_duration_since(accepted.instant);
        let message = ProbeConnected {
            listen_address: connection.local_address().to_string(),
            node_address: connection.peer_address().to_string(),
            transport: transport.into(),
            peer_id: None,
            verified: false,
            handshake_ns: handshake.as_nanos() as u64,
            version: Some(version),
        };
        // With version and verack.
        let messages = connection.before_verack().len() as u64 + 2;
        let mut connected = Connected {
            conversation: Conversation::begin(connection, settings.clone(), best_block),
            agent,
            message,
            doubt: None,
            pid: life.pid(),
            since: accepted.instant,
            messages,
            heard: ready,
        };
        connected.learn(verdict);
        connected
    }

    /// The node has said whose connection it is, or why it does not say.
    pub(crate) fn learn(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Ours { peer_id, .. } => {
                self.message.peer_id = Some(peer_id);
                self.message.verified = true;
                self.doubt = None;
            }
            Verdict::Unknown { why, ask_again } => {
                self.doubt = Some((why, Instant::now() + ask_again));
            }
            Verdict::Another => {}
        }
    }

    /// The user agent that should be looked for again, if it is time; says so once.
    pub(crate) fn ask_again(&mut self) -> Option<String> {
        let (_, when) = self.doubt.as_mut()?;
        if Instant::now() < *when {
            return None;
        }
        // The answer says when next; if there is none, not at all.
        *when += FOREVER;
        Some(self.agent.clone())
    }

    /// Does this connection stay although another has introduced itself?
    pub(crate) fn stays(&self, newcomer: &Verdict) -> bool {
        let silence = self.heard.instant.elapsed();
        stays(&self.agent, self.message.verified, silence, newcomer)
    }

    /// For people.
    pub(crate) fn detail(&self) -> String {
        let (address, transport) = (&self.message.node_address, self.message.transport().word());
        match (self.message.peer_id, &self.doubt) {
            (Some(peer_id), _) => {
                format!("connected from {address} over {transport}, peer {peer_id}")
            }
            (None, Some((doubt, _))) => format!(
                "connected from {address} over {transport}, but it is not sure whether it is this \
                 node: {doubt}"
            ),
            (None, None) => format!("connected from {address} over {transport}"),
        }
    }
}

fn stays(agent: &String, is_verified: bool, silence: Duration, newcomer: &Verdict) -> bool {
    match newcomer {
        // Our node has opened the new one. Has it the old one too?
        Verdict::Ours { agents, .. } => agents.contains(agent),
        // Perhaps a stranger, against our node.
        _ if is_verified => true,
        _ => silence < QUIET,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newcomer_takes_over_from_the_dead_and_the_doubtful_alone() {
        let ours = |agents: &[&str]| Verdict::Ours {
            peer_id: 7,
            agents: agents.iter().map(|agent| (*agent).to_owned()).collect(),
        };
        let unknown = Verdict::Unknown {
            why: "the RPC server is away".to_owned(),
            ask_again: QUIET,
        };
        let old = "old".to_owned();
        let stays = |is_verified, silence, newcomer: &Verdict| {
            super::stays(&old, is_verified, silence, newcomer)
        };
        for silence in [Duration::ZERO, 10 * QUIET] {
            // The node says which of its connections live, however silent they are.
            assert!(stays(true, silence, &ours(&["old", "new"])));
            assert!(!stays(true, silence, &ours(&["new"])));
            assert!(stays(false, silence, &ours(&["old", "new"])));
            assert!(!stays(false, silence, &ours(&["new"])));
            assert!(stays(true, silence, &unknown));
        }
        assert!(stays(false, Duration::ZERO, &unknown));
        assert!(!stays(false, 10 * QUIET, &unknown));
    }
}
