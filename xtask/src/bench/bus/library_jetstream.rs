//! The client library alone, with JetStream: as its documentation advises for
//! many messages, none of which may be lost or stored twice.

use anyhow::{Context, Result};
use async_nats::jetstream::consumer::pull;
use async_nats::jetstream::context::{Context as JetStream, PublishAckFuture};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::{self, stream};
use futures_util::StreamExt;
use tokio::sync::mpsc;

use super::library::{Messages, SUBJECT, connect, published_ns};
use super::links::STREAM_BYTES;
use super::pace::{Pace, Turn};
use super::part::{Job, Report, Stopwatch};
use super::progress::{Received, Told};
use super::tally::Tally;

/// Acknowledgements that wait to be looked at; the library allows 5,000 that
/// have not come.
const ACKNOWLEDGEMENTS: usize = 8192;

/// Messages that the server sends before they are acknowledged.
const AHEAD: usize = 4096;

/// Publishes with an id each, and waits for every acknowledgement while it goes on.
pub(super) async fn publish(job: &Job) -> Result<Report> {
    let context = jetstream::new(connect(job).await?);
    let mut messages = Messages::new(job);
    let mut pace = Pace::new(job, vec![Received::from_input()]);
    let (published, mut acknowledgements) = mpsc::channel::<PublishAckFuture>(ACKNOWLEDGEMENTS);
    let watch = Stopwatch::start();
    let acknowledged = tokio::spawn(async move {
        while let Some(acknowledgement) = acknowledgements.recv().await {
            acknowledgement.await?;
        }
        anyhow::Ok(())
    });
    loop {
        match pace.turn() {
            Turn::Publish(numbers) => {
                for number in numbers {
                    let message = PublishMessage::build()
                        .payload(messages.next())
                        .message_id(format!("1790000000000000000-{number}"));
                    let acknowledgement = context.send_publish(SUBJECT, message).await?;
                    published.send(acknowledgement).await?;
                }
            }
            Turn::Wait(pause) => tokio::time::sleep(pause).await,
            Turn::Done => break,
        }
    }
    drop(published);
    acknowledged.await.context("a task panicked")??;
    watch.published()
}

/// Receives by a durable consumer and acknowledges each message.
pub(super) async fn subscribe(job: &Job) -> Result<Report> {
    let context = jetstream::new(connect(job).await?);
    let mut messages = messages(&context).await?;
    let mut tally = Tally::new(job, Told::Output)?;
    let watch = Stopwatch::start();
    while !tally.is_complete() {
        let message = messages.next().await.context("the connection broke")??;
        tally.take(std::iter::once(published_ns(&message.payload)?))?;
        message.ack().await.map_err(anyhow::Error::from_boxed)?;
    }
    watch.received(tally.into_delays_ns())
}

async fn messages(context: &JetStream) -> Result<pull::Stream> {
    let config = stream::Config {
        name: "bench".to_owned(),
        subjects: vec![SUBJECT.to_owned()],
        max_bytes: i64::try_from(STREAM_BYTES)?,
        ..stream::Config::default()
    };
    let stream = context.create_stream(config).await?;
    let config = pull::Config {
        durable_name: Some("bench".to_owned()),
        max_ack_pending: AHEAD as i64,
        ..pull::Config::default()
    };
    let consumer = stream.create_consumer(config).await?;
    let messages = consumer.stream().max_messages_per_batch(AHEAD).messages();
    Ok(messages.await?)
}
