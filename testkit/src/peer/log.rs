//! Everything that a test peer sent and received.

use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use peer_observer_event::{Body, Version};
use peer_observer_p2p::{Options, Received, codec};
use tokio::sync::watch;

/// A version message without its user agent: BIP60's fields up to `relay`.
const VERSION_BYTES_WITHOUT_AGENT: u64 = 4 + 8 + 8 + 26 + 26 + 8 + 4 + 1;

/// A message that was sent or received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// The message type.
    pub command: String,
    /// The payload's size, without framing.
    pub payload_bytes: u64,
}

pub(super) struct Log {
    content: Mutex<Content>,
    change: watch::Sender<u64>,
}

#[derive(Default)]
struct Content {
    sent: Vec<LogEntry>,
    /// Our handshake helper keeps version and verack to itself.
    received_in_handshake: Vec<LogEntry>,
    received: Vec<Received>,
    end: Option<String>,
}

impl Log {
    pub(super) fn new(change: watch::Sender<u64>) -> Log {
        Log {
            content: Mutex::default(),
            change,
        }
    }

    /// Enters what the handshake must have sent and received.
    pub(super) fn add_handshake(
        &self,
        options: &Options,
        their_version: &Version,
        before_verack: &[Received],
    ) -> Result<()> {
        let agent_bytes = options.version.user_agent.len() as u64;
        let agent_length_bytes = if agent_bytes < 253 { 1 } else { 3 };
        let our_version = VERSION_BYTES_WITHOUT_AGENT + agent_length_bytes + agent_bytes;
        let their_version = codec::encode(&Body::Version(Box::new(their_version.clone())))?;
        let mut content = self.lock();
        content.sent.push(entry("version", our_version));
        for body in &options.before_verack {
            let command = codec::command(body).context("a body without a message type")?;
            content
                .sent
                .push(entry(command, codec::encode(body)?.len() as u64));
        }
        content.sent.push(entry("verack", 0));
        content
            .received_in_handshake
            .push(entry("version", their_version.len() as u64));
        content
            .received_in_handshake
            .extend(before_verack.iter().map(received_entry));
        content.received_in_handshake.push(entry("verack", 0));
        Ok(())
    }

    pub(super) fn add_sent(&self, command: &str, payload_bytes: usize) {
        self.lock().sent.push(entry(command, payload_bytes as u64));
    }

    pub(super) fn add_received(&self, received: Received) {
        self.lock().received.push(received);
        self.change.send_modify(|count| *count += 1);
    }

    pub(super) fn finish(&self, reason: String) {
        self.lock().end = Some(reason);
        self.change.send_modify(|count| *count += 1);
    }

    pub(super) fn end(&self) -> Option<String> {
        self.lock().end.clone()
    }

    pub(super) fn sent(&self) -> Vec<LogEntry> {
        self.lock().sent.clone()
    }

    pub(super) fn received(&self) -> Vec<LogEntry> {
        let content = self.lock();
        let later = content.received.iter().map(received_entry);
        content
            .received_in_handshake
            .iter()
            .cloned()
            .chain(later)
            .collect()
    }

    /// Looks from the message number `seen` on, and moves that number.
    pub(super) fn find_received(
        &self,
        seen: &mut usize,
        mut wanted: impl FnMut(&Received) -> bool,
    ) -> Option<Received> {
        let content = self.lock();
        let news = &content.received[*seen..];
        *seen = content.received.len();
        news.iter().find(|received| wanted(received)).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn received_entry(received: &Received) -> LogEntry {
    entry(&received.command, received.payload.len() as u64)
}

fn entry(command: &str, payload_bytes: u64) -> LogEntry {
    LogEntry {
        command: command.to_owned(),
        payload_bytes,
    }
}
