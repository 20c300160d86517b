//! A connection that writes whole frames and only counts what comes back.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use peer_observer_event::{
    Body, Network, NetworkAddress, Ping, SendAddrV2, Verack, Version, VersionAddress, WtxidRelay,
};
use peer_observer_p2p::{MAX_PAYLOAD_BYTES, PROTOCOL_VERSION};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::task::JoinHandle;

use super::LoadReport;
use super::frames::Frames;
use crate::loopback;

const HEADER_BYTES: usize = 24;
const READ_BYTES: usize = 256 * 1024;

/// A node that answers nothing for so long does not live.
const SILENCE_LIMIT: Duration = Duration::from_secs(120);

/// A connection after the handshake. A task of its own reads, as a node stops
/// reading from a peer that does not read what it is sent.
pub(super) struct LoadConnection {
    writer: OwnedWriteHalf,
    reader: JoinHandle<Result<(u64, u64)>>,
    final_nonce: u64,
    report: LoadReport,
    started: Instant,
}

impl LoadConnection {
    pub(super) async fn open(address: SocketAddr) -> Result<LoadConnection> {
        let stream = loopback::connect_raw(address).await?;
        let (reader, mut writer) = stream.into_split();
        let mut reader = Incoming {
            stream: reader,
            buffer: Vec::with_capacity(READ_BYTES),
            at: 0,
        };
        writer
            .write_all(greeting()?.bytes())
            .await
            .context("sending the handshake")?;
        // The node's answer to the first ping comes behind all else that it
        // says after the handshake.
        let first_nonce = rand::random();
        reader
            .count_until_pong(None)
            .await
            .context("waiting for the node's verack")?;
        let mut barrier = Frames::default();
        barrier.push(&ping(first_nonce))?;
        writer.write_all(barrier.bytes()).await?;
        reader.count_until_pong(Some(first_nonce)).await?;
        let final_nonce = rand::random();
        let reader = tokio::spawn(async move { reader.count_until_pong(Some(final_nonce)).await });
        let report = LoadReport::default();
        Ok(LoadConnection {
            writer,
            reader,
            final_nonce,
            report,
            started: Instant::now(),
        })
    }

    /// From now on counts as the load's time.
    pub(super) fn restart_clock(&mut self) {
        self.started = Instant::now();
    }

    /// Sends the frames in one write.
    pub(super) async fn send(&mut self, frames: &Frames) -> Result<()> {
        let write = self.writer.write_all(frames.bytes());
        tokio::time::timeout(SILENCE_LIMIT, write)
            .await
            .context("the node does not read")?
            .context("the node closed the connection")?;
        self.report.sent_messages += frames.messages();
        self.report.sent_bytes += frames.bytes().len() as u64;
        Ok(())
    }

    /// Waits until the node has processed everything.
    pub(super) async fn finish(mut self) -> Result<LoadReport> {
        let mut barrier = Frames::default();
        barrier.push(&ping(self.final_nonce))?;
        self.send(&barrier).await?;
        let (messages, bytes) = self.reader.await??;
        self.report.received_messages = messages;
        self.report.received_bytes = bytes;
        self.report.elapsed = self.started.elapsed();
        Ok(self.report)
    }
}

struct Incoming {
    stream: OwnedReadHalf,
    buffer: Vec<u8>,
    /// Up to here the buffer has been looked at.
    at: usize,
}

impl Incoming {
    /// Counts messages and their bytes up to the pong with this nonce, or up to
    /// the verack if none is given.
    async fn count_until_pong(&mut self, nonce: Option<u64>) -> Result<(u64, u64)> {
        let (mut messages, mut bytes) = (0, 0);
        loop {
            while let Some((command, payload)) = self.next()? {
                messages += 1;
                bytes += (HEADER_BYTES + payload.len()) as u64;
                let last = match nonce {
                    None => command == *b"verack\0\0\0\0\0\0",
                    Some(nonce) => {
                        command == *b"pong\0\0\0\0\0\0\0\0" && payload == nonce.to_le_bytes()
                    }
                };
                if last {
                    return Ok((messages, bytes));
                }
            }
            self.buffer.drain(..self.at);
            self.at = 0;
            let read = self.stream.read_buf(&mut self.buffer);
            let count = tokio::time::timeout(SILENCE_LIMIT, read)
                .await
                .context("the node says nothing")??;
            if count == 0 {
                bail!("the node closed the connection");
            }
        }
    }

    fn next(&mut self) -> Result<Option<([u8; 12], &[u8])>> {
        let rest = &self.buffer[self.at..];
        let Some((header, behind)) = rest.split_first_chunk::<HEADER_BYTES>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes([header[16], header[17], header[18], header[19]]) as usize;
        ensure!(length <= MAX_PAYLOAD_BYTES, "a payload of {length} bytes");
        let Some(payload) = behind.get(..length) else {
            return Ok(None);
        };
        let mut command = [0; 12];
        command.copy_from_slice(&header[4..16]);
        self.at += HEADER_BYTES + length;
        Ok(Some((command, payload)))
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
