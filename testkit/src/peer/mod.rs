//! A P2P client for tests: does what it is told, and remembers everything.

mod log;
mod options;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use peer_observer_event::{Body, Ping, Pong, Version};
use peer_observer_p2p::{
    Connection, MessageReader, MessageWriter, P2pError, Received, Transport, codec, framing_bytes,
    magic,
};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use log::Log;
pub use log::LogEntry;
pub use options::PeerOptions;

use crate::Node;
use crate::wait::DEADLINE;

/// A connection to a node, with the handshake done. Reads all the time, answers
/// pings if it should, and keeps all that was sent and received.
pub struct Peer {
    transport: Transport,
    local_address: SocketAddr,
    their_version: Version,
    writer: Arc<Mutex<MessageWriter>>,
    log: Arc<Log>,
    changes: watch::Receiver<u64>,
    reading: JoinHandle<()>,
}

impl Peer {
    /// Connects to the node as a well-behaved client.
    pub async fn connect(node: &Node, transport: Transport) -> Result<Peer> {
        Peer::connect_with(node, PeerOptions::new(transport)).await
    }

    /// Connects to the node as the options say.
    pub async fn connect_with(node: &Node, options: PeerOptions) -> Result<Peer> {
        let connection = lab::loopback::connect(node.p2p_address(), &options.connection).await?;
        Peer::shake_hands(connection, options).await
    }

    /// Has the node connect to us, with a connection of the given type
    /// (`outbound-full-relay`, `block-relay-only`, `addr-fetch`, `feeler`).
    pub async fn accept(node: &Node, connection_type: &str, options: PeerOptions) -> Result<Peer> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let v2 = options.connection.transport == Transport::V2;
        let connection = async {
            let (stream, _) = timeout(DEADLINE, listener.accept())
                .await
                .context("the node does not connect to us")??;
            Ok(Connection::accept(stream, &options.connection).await?)
        };
        let (connection, ()) = tokio::try_join!(
            connection,
            node.add_connection(address, connection_type, v2)
        )?;
        Peer::shake_hands(connection, options).await
    }

    async fn shake_hands(mut connection: Connection, options: PeerOptions) -> Result<Peer> {
        debug_assert_eq!(options.connection.magic, magic::REGTEST);
        let their_version = connection.handshake(&options.connection).await?;
        let transport = options.connection.transport;
        let local_address = connection.local_address();
        let (change, changes) = watch::channel(0);
        let log = Arc::new(Log::new(change));
        log.add_handshake(
            &options.connection,
            &their_version,
            connection.before_verack(),
        )?;
        let (reader, writer) = connection.into_split();
        let writer = Arc::new(Mutex::new(writer));
        let answering = options.answer_pings.then(|| writer.clone());
        let reading = tokio::spawn(read(reader, log.clone(), answering));
        Ok(Peer {
            transport,
            local_address,
            their_version,
            writer,
            log,
            changes,
            reading,
        })
    }

    /// What the node said in its version message.
    pub fn their_version(&self) -> &Version {
        &self.their_version
    }

    /// Our address as the node sees it: `addr` in `getpeerinfo` of an inbound peer.
    pub fn local_address(&self) -> SocketAddr {
        self.local_address
    }

    /// Sends a message.
    pub async fn send(&self, body: Body) -> Result<()> {
        let command = codec::command(&body).context("the body does not say its type")?;
        self.send_raw(command, &codec::encode(&body)?).await
    }

    /// Sends any message type with any payload.
    pub async fn send_raw(&self, command: &str, payload: &[u8]) -> Result<()> {
        send_and_log(&self.writer, &self.log, command, payload).await
    }

    /// Sends bytes that need not be a message; they are not in the log. v1 only.
    pub async fn send_bytes(&self, bytes: &[u8]) -> Result<()> {
        Ok(self.writer.lock().await.send_bytes(bytes).await?)
    }

    /// Sends a ping and waits for its pong. The node has then processed
    /// everything that was sent before.
    pub async fn ping_pong_barrier(&self) -> Result<()> {
        let nonce = rand::random();
        self.send(Body::Ping(Ping { nonce: Some(nonce) })).await?;
        let pong = Body::Pong(Pong { nonce });
        self.wait_for_message("the pong of our ping", |received| received.body == pong)
            .await?;
        Ok(())
    }

    /// The first message, received before or from now on, that `wanted` accepts.
    /// Fails with `what` when the deadline passes or the node disconnects.
    pub async fn wait_for_message(
        &self,
        what: &str,
        mut wanted: impl FnMut(&Received) -> bool,
    ) -> Result<Received> {
        let mut changes = self.changes.clone();
        let search = async {
            let mut seen = 0;
            loop {
                changes.borrow_and_update();
                if let Some(found) = self.log.find_received(&mut seen, &mut wanted) {
                    return Ok(found);
                }
                if let Some(reason) = self.log.end() {
                    bail!("the connection ended ({reason}) before this came: {what}");
                }
                changes
                    .changed()
                    .await
                    .context("the reading task is gone")?;
            }
        };
        timeout(DEADLINE, search)
            .await
            .with_context(|| format!("waited {DEADLINE:?} in vain for this: {what}"))?
    }

    /// Waits until the node closes the connection; the reason as we saw it.
    pub async fn wait_disconnect(&self) -> Result<String> {
        let mut changes = self.changes.clone();
        let end = async {
            loop {
                changes.borrow_and_update();
                if let Some(reason) = self.log.end() {
                    return Ok(reason);
                }
                changes
                    .changed()
                    .await
                    .context("the reading task is gone")?;
            }
        };
        timeout(DEADLINE, end)
            .await
            .context("the node does not disconnect us")?
    }

    /// Is the connection still open, as far as we know?
    pub fn is_connected(&self) -> bool {
        self.log.end().is_none()
    }

    /// All messages that we sent, the handshake's included, in order.
    pub fn sent(&self) -> Vec<LogEntry> {
        self.log.sent()
    }

    /// All messages that we received, the handshake's included, in order.
    pub fn received(&self) -> Vec<LogEntry> {
        self.log.received()
    }

    /// How many bytes these messages had on the wire, framing included: what
    /// `getpeerinfo` counts.
    pub fn wire_bytes(&self, entries: &[LogEntry]) -> u64 {
        entries
            .iter()
            .map(|entry| entry.payload_bytes + framing_bytes(self.transport, &entry.command))
            .sum()
    }
}

impl Drop for Peer {
    /// Closes the connection.
    fn drop(&mut self) {
        self.reading.abort();
    }
}

async fn read(mut reader: MessageReader, log: Arc<Log>, answer: Option<Arc<Mutex<MessageWriter>>>) {
    loop {
        match reader.receive().await {
            Ok(received) => {
                if let (Some(writer), Body::Ping(Ping { nonce: Some(_) })) =
                    (&answer, &received.body)
                {
                    // A connection that breaks here is noticed by the next read.
                    let _ = send_and_log(writer, &log, "pong", &received.payload).await;
                }
                log.add_received(received);
            }
            // A quiet node, or a single bad message: the connection goes on.
            Err(
                P2pError::Deadline { .. }
                | P2pError::Checksum { .. }
                | P2pError::MessageType { .. },
            ) => {}
            Err(error) => return log.finish(error.to_string()),
        }
    }
}

/// The log keeps the order of the wire, as the writer is locked meanwhile.
async fn send_and_log(
    writer: &Mutex<MessageWriter>,
    log: &Log,
    command: &str,
    payload: &[u8],
) -> Result<()> {
    let mut writer = writer.lock().await;
    writer.send_raw(command, payload).await?;
    log.add_sent(command, payload.len());
    Ok(())
}
