//! A connection that writes whole frames and only counts what comes back.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use peer_observer_event::{
    Body, Network, NetworkAddress, Ping, SendAddrV2, Verack, Version, VersionAddress, WtxidRelay,
};
use peer_observer_p2p::{MAX_PAYLOAD_BYTES, PROTOCOL_VERSION};

use super::LoadReport;
use super::frames::Frames;
use crate::loopback;

const HEADER_BYTES: usize = 24;
const READ_BYTES: usize = 256 * 1024;

/// A node that answers nothing for so long does not live.
const SILENCE_LIMIT: Duration = Duration::from_secs(120);

/// How long to let the node work when there is nothing to read and no room to write.
const PAUSE: Duration = Duration::from_micros(500);

/// A connection after the handshake.
///
/// It looks for what has come instead of waiting for it: a reader that sleeps
/// has to be woken by the node's thread at each answer, which would cost the node
/// as much as the answer itself and is not what a bench wants to measure.
/// So all of this blocks its thread.
pub(super) struct LoadConnection {
    stream: TcpStream,
    incoming: Incoming,
    report: LoadReport,
    started: Instant,
}

impl LoadConnection {
    /// Connects and shakes hands.
    pub(super) async fn open(address: SocketAddr) -> Result<LoadConnection> {
        // Non-blocking, as tokio has made it.
        let stream = loopback::connect_raw(address).await?.into_std()?;
        tokio::task::spawn_blocking(|| LoadConnection::shake_hands(stream)).await?
    }

    fn shake_hands(stream: TcpStream) -> Result<LoadConnection> {
        let mut connection = LoadConnection {
            stream,
            incoming: Incoming::default(),
            report: LoadReport::default(),
            started: Instant::now(),
        };
        connection
            .write(&greeting()?)
            .context("sending the handshake")?;
        connection
            .read_until(Awaited::Verack)
            .context("waiting for the node's verack")?;
        // The node's answer to the first ping comes behind all else that it
        // says after the handshake.
        connection.barrier()?;
        connection.report = LoadReport::default();
        Ok(connection)
    }

    /// From now on counts as the load's time.
    pub(super) fn restart_clock(&mut self) {
        self.started = Instant::now();
    }

    /// Sends the frames, and counts what comes meanwhile: a node stops reading
    /// from a peer that does not read what it is sent.
    pub(super) fn send(&mut self, frames: &Frames) -> Result<()> {
        self.write(frames)?;
        self.read_what_is_there(Awaited::Nothing)?;
        Ok(())
    }

    /// Waits until the node has processed everything.
    pub(super) fn finish(mut self) -> Result<LoadReport> {
        self.barrier()?;
        self.report.elapsed = self.started.elapsed();
        Ok(self.report)
    }

    fn barrier(&mut self) -> Result<()> {
        let nonce = rand::random();
        let mut frames = Frames::default();
        frames.push(&ping(nonce))?;
        self.write(&frames)?;
        self.read_until(Awaited::Pong(nonce))
    }

    fn write(&mut self, frames: &Frames) -> Result<()> {
        let mut bytes = frames.bytes();
        let mut progress = Instant::now();
        while !bytes.is_empty() {
            match self.stream.write(bytes) {
                Ok(count) => {
                    bytes = &bytes[count..];
                    progress = Instant::now();
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.read_what_is_there(Awaited::Nothing)?;
                    pause_since(progress).context("the node does not read")?;
                }
                Err(error) => return Err(error).context("the node closed the connection"),
            }
        }
        self.report.sent_messages += frames.messages();
        self.report.sent_bytes += frames.bytes().len() as u64;
        Ok(())
    }

    fn read_until(&mut self, awaited: Awaited) -> Result<()> {
        let mut progress = Instant::now();
        loop {
            let before = self.report.received_bytes;
            if self.read_what_is_there(awaited)? {
                return Ok(());
            }
            if self.report.received_bytes > before {
                progress = Instant::now();
            }
            pause_since(progress).context("the node says nothing")?;
        }
    }

    /// Counts what has come; was the awaited message among it?
    fn read_what_is_there(&mut self, awaited: Awaited) -> Result<bool> {
        loop {
            if self.incoming.count(awaited, &mut self.report)? {
                return Ok(true);
            }
            match self.stream.read(self.incoming.room()) {
                Ok(0) => bail!("the node closed the connection"),
                Ok(count) => self.incoming.filled += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error).context("the node closed the connection"),
            }
        }
    }
}

fn pause_since(progress: Instant) -> Result<()> {
    ensure!(
        progress.elapsed() < SILENCE_LIMIT,
        "no progress for {SILENCE_LIMIT:?}"
    );
    std::thread::sleep(PAUSE);
    Ok(())
}

/// A message that something waits for.
#[derive(Clone, Copy)]
enum Awaited {
    Nothing,
    Verack,
    Pong(u64),
}

impl Awaited {
    fn is(self, command: &[u8], payload: &[u8]) -> bool {
        match self {
            Awaited::Nothing => false,
            Awaited::Verack => command == b"verack\0\0\0\0\0\0",
            Awaited::Pong(nonce) => {
                command == b"pong\0\0\0\0\0\0\0\0" && payload == nonce.to_le_bytes()
            }
        }
    }
}

/// What has come and was not looked at yet.
#[derive(Default)]
struct Incoming {
    buffer: Vec<u8>,
    /// Up to here the buffer holds what was read.
    filled: usize,
}

impl Incoming {
    /// Where to read to.
    fn room(&mut self) -> &mut [u8] {
        let wanted = self.filled + READ_BYTES;
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted, 0);
        }
        &mut self.buffer[self.filled..]
    }

    /// Counts whole messages, up to the awaited one; was it there?
    fn count(&mut self, awaited: Awaited, report: &mut LoadReport) -> Result<bool> {
        let mut rest = &self.buffer[..self.filled];
        let mut found = false;
        while let Some((header, behind)) = rest.split_first_chunk::<HEADER_BYTES>()
            && !found
        {
            let length = u32::from_le_bytes([header[16], header[17], header[18], header[19]]);
            let length = length as usize;
            ensure!(length <= MAX_PAYLOAD_BYTES, "a payload of {length} bytes");
            let Some((payload, next)) = behind.split_at_checked(length) else {
                break;
            };
            report.received_messages += 1;
            report.received_bytes += (HEADER_BYTES + length) as u64;
            found = awaited.is(&header[4..16], payload);
            rest = next;
        }
        let looked_at = self.filled - rest.len();
        self.buffer.copy_within(looked_at..self.filled, 0);
        self.filled -= looked_at;
        Ok(found)
    }
}

pub(super) fn ping(nonce: u64) -> Body {
    Body::Ping(Ping { nonce: Some(nonce) })
}

/// Our whole side of the handshake: a node takes it all at once.
fn greeting() -> Result<Frames> {
    let nowhere = VersionAddress {
        services: 0,
        address: Some(NetworkAddress {
            network: Network::Ipv6.into(),
            bytes: vec![0; 16].into(),
            bip155_network_id: None,
        }),
        port: 0,
    };
    let version = Version {
        version: PROTOCOL_VERSION,
        receiver: Some(nowhere.clone()),
        sender: Some(nowhere),
        nonce: Some(rand::random()),
        user_agent: Some("/peer-observer-lab:0.1.0/".to_owned()),
        start_height: Some(0),
        relay: Some(true),
        ..Version::default()
    };
    let mut frames = Frames::default();
    frames.push(&Body::Version(Box::new(version)))?;
    frames.push(&Body::Wtxidrelay(WtxidRelay {}))?;
    frames.push(&Body::Sendaddrv2(SendAddrV2 {}))?;
    frames.push(&Body::Verack(Verack {}))?;
    Ok(frames)
}
