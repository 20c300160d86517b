//! The extractors of the binary, each in a process of its own, and their events
//! on a bus of ours.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Error, Result, anyhow};
use peer_observer_bus::Bus;
use peer_observer_event::Event;
use prost::Message;
use prost::bytes::{Buf, BytesMut};
use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::mpsc;

use super::intervals;
use super::nodes::Nodes;

pub(super) const NAMES: [&str; 6] = ["ebpf", "rpc", "log", "p2p", "ipc", "process"];

/// Events larger than this do not come from an extractor of ours.
const LARGEST_EVENT_BYTES: usize = 64 << 20;

/// A length takes at most so many bytes.
const LONGEST_LENGTH_BYTES: usize = 10;

/// The running extractors; they end when this is dropped.
pub(super) struct Extractors {
    children: Vec<Child>,
    ended: tokio::sync::Mutex<mpsc::Receiver<Error>>,
    _directory: TempDir,
}

impl Extractors {
    /// Starts them on the nodes; their events go to `bus`.
    pub(super) fn start(binary: &Path, nodes: &Nodes, speed: u32, bus: Bus) -> Result<Extractors> {
        let directory = tempfile::tempdir().context("cannot make a temporary directory")?;
        let config = directory.path().join("peer-observer.toml");
        std::fs::write(&config, configuration(nodes, speed)?)
            .with_context(|| format!("cannot write {}", config.display()))?;
        let (tell, ended) = mpsc::channel(NAMES.len());
        let mut children = Vec::new();
        for name in NAMES {
            let mut child = Command::new(binary)
                .args(["extract", name, "--config"])
                .arg(&config)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .kill_on_drop(true)
                .spawn()
                .with_context(|| format!("cannot start {}", binary.display()))?;
            let stdout = child
                .stdout
                .take()
                .context("the output that was asked for")?;
            let (bus, tell) = (bus.clone(), tell.clone());
            tokio::spawn(async move {
                let why = match forward(stdout, &bus).await {
                    Ok(()) => anyhow!("the extractor {name} has ended, see above"),
                    Err(error) => error.context(format!("reading from the extractor {name}")),
                };
                // Nobody listens any more when all is over.
                let _ = tell.send(why).await;
            });
            children.push(child);
        }
        Ok(Extractors {
            children,
            ended: ended.into(),
            _directory: directory,
        })
    }

    /// Waits until one of them has ended, which none should; why.
    pub(super) async fn ended(&self) -> Error {
        let ended = self.ended.lock().await.recv().await;
        ended.unwrap_or_else(|| anyhow!("all extractors have ended"))
    }

    /// Ends them.
    pub(super) async fn stop(mut self) {
        for child in &mut self.children {
            // One that has ended by itself needs no ending.
            let _ = child.kill().await;
        }
    }
}

fn configuration(nodes: &Nodes, speed: u32) -> Result<String> {
    let mut text = String::new();
    for watched in nodes.all() {
        let (name, datadir) = (watched.node.name(), watched.node.datadir().display());
        writeln!(
            text,
            "[[node]]\nname = \"{name}\"\ndatadir = \"{datadir}\"\nchain = \"regtest\"\np2p_listen = \"{}\"\n",
            watched.p2p_listen
        )?;
    }
    text += &intervals::configuration(speed);
    Ok(text)
}

/// Puts all events from an extractor's output on the bus.
async fn forward(mut stdout: ChildStdout, bus: &Bus) -> Result<()> {
    let mut bytes = BytesMut::with_capacity(1 << 16);
    let mut events = Vec::new();
    while stdout.read_buf(&mut bytes).await? > 0 {
        while let Some(event) = next_event(&mut bytes)? {
            events.push((event, 0));
        }
        bus.forward(&mut events);
    }
    Ok(())
}

/// Takes an event from the bytes, if there is a whole one.
fn next_event(bytes: &mut BytesMut) -> Result<Option<Event>> {
    let mut rest = &bytes[..];
    let length = match prost::decode_length_delimiter(&mut rest) {
        Ok(length) => length,
        Err(_) if bytes.len() < LONGEST_LENGTH_BYTES => return Ok(None),
        Err(error) => return Err(error).context("no length where one must be"),
    };
    anyhow::ensure!(length <= LARGEST_EVENT_BYTES, "an event of {length} bytes");
    if rest.len() < length {
        return Ok(None);
    }
    let event = Event::decode(&rest[..length])?;
    let taken = bytes.len() - rest.len() + length;
    bytes.advance(taken);
    Ok(Some(event))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_out_however_the_bytes_are_cut() {
        let mut whole = Vec::new();
        for sequence in 1..=3 {
            let event = Event {
                node: "alice".repeat(100),
                sequence,
                ..Event::default()
            };
            event.encode_length_delimited(&mut whole).unwrap();
        }
        for size in 1..whole.len() {
            let (mut bytes, mut sequences) = (BytesMut::new(), Vec::new());
            for piece in whole.chunks(size) {
                bytes.extend_from_slice(piece);
                while let Some(event) = next_event(&mut bytes).unwrap() {
                    sequences.push(event.sequence);
                }
            }
            assert_eq!(sequences, [1, 2, 3], "pieces of {size}");
            assert!(bytes.is_empty());
        }
        assert!(next_event(&mut BytesMut::from(&[0xff; 16][..])).is_err());
    }
}
