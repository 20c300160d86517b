//! With JetStream: continues where it stopped.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::consumer::pull;
use futures_util::StreamExt;

use super::start::{self, Start};
use super::{Durable, Progress};
use crate::connection::Connection;
use crate::error::{NatsError, with_causes};
use crate::settings::StreamSettings;
use crate::stream;

/// Messages taken together.
const BATCH: usize = 256;
/// Messages that the server sends ahead.
const AHEAD: usize = 4096;
/// Messages that may be on the bus before the tools have taken the first of them.
const MOST_UNACKNOWLEDGED: u64 = 32_768;
/// How often is looked whether they have.
const LOOK: Duration = Duration::from_millis(20);

/// How far this process is in the stream.
#[derive(Default)]
pub(super) struct Position {
    /// When the stream was made: another one counts from 1 again.
    stream: Option<i128>,
    /// The last sequence that came; `None` before the first.
    last: Option<u64>,
}

impl Position {
    /// The stream that we read was made at this time.
    fn is_of(&mut self, created_ns: i128) {
        if self.stream.is_some_and(|known| known != created_ns) {
            self.last = Some(0);
        }
        self.stream = Some(created_ns);
    }
}

/// Receives until the connection breaks; says why it did.
pub(super) async fn receive(
    connection: &Connection,
    settings: &StreamSettings,
    durable: &Durable,
    state: &mut Progress,
    ready: impl FnOnce(),
) -> NatsError {
    let gone = |error: &dyn std::error::Error| NatsError::Gone {
        stream: settings.name.clone(),
        cause: with_causes(error),
    };
    let context = match stream::ensure(connection, settings).await {
        Ok(context) => context,
        Err(error) => return error,
    };
    let stream = match context.get_stream(&settings.name).await {
        Ok(stream) => stream,
        Err(error) => return gone(&error),
    };
    let created_ns = stream.cached_info().created.unix_timestamp_nanos();
    state.position.is_of(created_ns);
    let refused = |cause: String| NatsError::Refused {
        what: format!("the consumer {:?}", durable.name),
        cause,
    };
    let start = match state.position.last {
        Some(last) => Start::At(last + 1),
        None => match start::of_process(&stream, durable).await {
            Ok(start) => start,
            Err(cause) => return refused(cause),
        },
    };
    let consumer = match start::consumer(&stream, &durable.name, start).await {
        Ok(consumer) => consumer,
        Err(cause) => return refused(cause),
    };
    let messages = consumer
        .stream()
        .max_messages_per_batch(AHEAD)
        .expires(Duration::from_secs(20))
        .heartbeat(Duration::from_secs(5))
        .messages()
        .await;
    let messages = match messages {
        Ok(messages) => messages,
        Err(error) => return gone(&error),
    };
    ready();
    take(messages, connection, start, state)
        .await
        .unwrap_or_else(|error| gone(&*error))
}

/// Puts messages on the bus and acknowledges what the tools have taken.
async fn take(
    messages: pull::Stream,
    connection: &Connection,
    start: Start,
    state: &mut Progress,
) -> Result<NatsError, Box<dyn std::error::Error + Send + Sync>> {
    let mut batches = messages.ready_chunks(BATCH);
    let mut events = Vec::with_capacity(BATCH);
    let mut last_message: Option<jetstream::Message> = None;
    let mut unacknowledged = 0;
    let mut look = tokio::time::interval(LOOK);
    loop {
        let may_take = unacknowledged < MOST_UNACKNOWLEDGED;
        let batch = tokio::select! {
            batch = batches.next(), if may_take => match batch {
                Some(batch) => batch,
                None => return Ok(connection.ended().await),
            },
            _ = look.tick(), if last_message.is_some() => Vec::new(),
        };
        for message in batch {
            let message = message?;
            let place = message.info()?;
            if state.position.last.is_none()
                && let Start::At(first) = start
            {
                // Holes in the sequences of events show only behind the first of each.
                let expired = place.stream_sequence.saturating_sub(first);
                state.incoming.expired(expired);
            }
            if place.stream_sequence > state.position.last.unwrap_or(0) {
                state.position.last = Some(place.stream_sequence);
                let time_ns = u64::try_from(place.published.unix_timestamp_nanos()).unwrap_or(0);
                let decoded = state.incoming.decode(&message.subject, &message.payload);
                if let Some((mut event, bulk_bytes)) = decoded {
                    if let Some(event) = Arc::get_mut(&mut event) {
                        event.bus_sequence = place.stream_sequence;
                        event.bus_time_ns = time_ns;
                    }
                    events.push((event, bulk_bytes));
                }
            }
            unacknowledged += 1;
            last_message = Some(message);
        }
        state.incoming.count();
        if !events.is_empty() {
            state.incoming.bus.replay(&mut events).await;
        }
        if state.incoming.bus.waiting_for_tools() == 0
            && let Some(message) = last_message.take()
        {
            // This one and all before it.
            message.ack().await?;
            unacknowledged = 0;
        }
    }
}
