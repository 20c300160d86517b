//! The client library alone, without JetStream.

use anyhow::{Context, Result};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use peer_observer_bus::monotonic_ns;

use super::pace::{Pace, Turn};
use super::part::{Job, Report, Stopwatch};
use super::progress::{Received, Told};
use super::tally::Tally;

/// As long as that of our events.
pub(super) const SUBJECT: &str = "peerobserver.v1.alice.p2p_message";

/// Messages are written into pieces of memory of this size, in bytes.
const CHUNK: usize = 64 << 10;

/// Publishes as fast as the library takes it, and waits until the server has all.
pub(super) async fn publish(job: &Job) -> Result<Report> {
    let client = connect(job).await?;
    let mut messages = Messages::new(job);
    let mut pace = Pace::new(job, vec![Received::from_input()]);
    let watch = Stopwatch::start();
    loop {
        match pace.turn() {
            Turn::Publish(numbers) => {
                for _ in numbers {
                    client.publish(SUBJECT, messages.next()).await?;
                }
            }
            Turn::Wait(pause) => tokio::time::sleep(pause).await,
            Turn::Done => break,
        }
    }
    client.flush().await?;
    watch.published()
}

/// Receives all.
pub(super) async fn subscribe(job: &Job) -> Result<Report> {
    let client = connect(job).await?;
    let mut messages = client.subscribe(SUBJECT).await?;
    // The server knows of it when it has answered.
    client.flush().await?;
    let mut tally = Tally::new(job, Told::Output)?;
    let watch = Stopwatch::start();
    while !tally.is_complete() {
        let message = messages.next().await.context("the connection broke")?;
        tally.take(std::iter::once(published_ns(&message.payload)?))?;
    }
    watch.received(tally.into_delays_ns())
}

pub(super) async fn connect(job: &Job) -> Result<async_nats::Client> {
    let connected = async_nats::connect(&job.server).await;
    connected.with_context(|| format!("cannot connect to {}", job.server))
}

/// Makes messages of the same size as our events.
pub(super) struct Messages {
    filling: Vec<u8>,
    memory: BytesMut,
}

impl Messages {
    pub(super) fn new(job: &Job) -> Messages {
        Messages {
            filling: vec![0x5a; job.wire_bytes - size_of::<u64>()],
            memory: BytesMut::new(),
        }
    }

    /// One that is published now.
    pub(super) fn next(&mut self) -> Bytes {
        if self.memory.capacity() < size_of::<u64>() + self.filling.len() {
            self.memory = BytesMut::with_capacity(CHUNK);
        }
        self.memory.extend_from_slice(&monotonic_ns().to_le_bytes());
        self.memory.extend_from_slice(&self.filling);
        self.memory.split().freeze()
    }
}

/// When a message was published, on CLOCK_MONOTONIC, in nanoseconds.
pub(super) fn published_ns(payload: &[u8]) -> Result<u64> {
    let time = payload.first_chunk().context("not one of our messages")?;
    Ok(u64::from_le_bytes(*time))
}
