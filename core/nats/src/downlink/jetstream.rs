//! With JetStream: continues where it stopped.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, Consumer, DeliverPolicy, pull};
use async_nats::jetstream::{self, stream::Stream};
use futures_util::StreamExt;

use super::{Durable, Progress};
use crate::connection::Connection;
use crate::error::{NatsError, with_causes};
use crate::settings::StreamSettings;
use crate::stream;
use crate::subject::Wanted;

/// Messages taken together.
const BATCH: usize = 256;
/// Messages that the server sends ahead.
const AHEAD: usize = 4096;
/// Messages that may be on the bus before the tools have taken the first of them.
const MOST_UNACKNOWLEDGED: u64 = 32_768;
/// How often is looked whether they have.
const LOOK: Duration = Duration::from_millis(20);
/// The server asks for nothing again by itself: a slow tool is no reason, and
/// after a broken connection the consumer starts again at its last acknowledgement.
const ACK_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// How far we are in the stream.
pub(super) struct Position {
    /// When the stream was made: another one counts from 1 again.
    stream: Option<i128>,
    /// The last sequence on our bus.
    last: u64,
}

impl Position {
    pub(super) fn after(last: Option<u64>) -> Position {
        Position {
            stream: None,
            last: last.unwrap_or(0),
        }
    }

    /// The stream that we read was made at this time.
    fn is_of(&mut self, created_ns: i128) {
        if self.stream.is_some_and(|known| known != created_ns) {
            self.last = 0;
        }
        self.stream = Some(created_ns);
    }
}

/// Receives until the connection breaks; says why it did.
pub(super) async fn receive(
    connection: &Connection,
    settings: &StreamSettings,
    wanted: &Wanted,
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
    let first = state.position.last + 1;
    let consumer = match consumer(&stream, wanted, durable, first).await {
        Ok(consumer) => consumer,
        Err(cause) => {
            return NatsError::Refused {
                what: format!("the consumer {:?}", durable.name),
                cause,
            };
        }
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
    take(messages, connection, state)
        .await
        .unwrap_or_else(|error| gone(&*error))
}

/// Puts messages on the bus and acknowledges what the tools have taken.
async fn take(
    messages: pull::Stream,
    connection: &Connection,
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
            if place.stream_sequence > state.position.last {
                state.position.last = place.stream_sequence;
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

/// The durable consumer, at its last acknowledgement or at `first`, whichever
/// is later.
async fn consumer(
    stream: &Stream,
    wanted: &Wanted,
    durable: &Durable,
    first: u64,
) -> Result<Consumer<pull::Config>, String> {
    let known = stream.get_consumer::<pull::Config>(&durable.name).await;
    let start = match &known {
        Ok(consumer) => {
            let info = consumer.cached_info();
            let acknowledged = info.ack_floor.stream_sequence;
            let is_at_rest = info.num_ack_pending == 0;
            if is_at_rest && info.delivered.stream_sequence.max(acknowledged) + 1 >= first {
                return known.map_err(|error| error.to_string());
            }
            // What it has sent and nobody has acknowledged would come again only
            // after a time, and behind newer events.
            let consumer = stream.delete_consumer(&durable.name).await;
            consumer.map_err(|error| with_causes(&error))?;
            acknowledged + 1
        }
        Err(_) => 1,
    };
    let start = start.max(durable.after.map_or(1, |after| after + 1));
    let config = pull::Config {
        durable_name: Some(durable.name.clone()),
        deliver_policy: match start {
            1 => DeliverPolicy::All,
            start_sequence => DeliverPolicy::ByStartSequence { start_sequence },
        },
        ack_policy: AckPolicy::All,
        ack_wait: ACK_WAIT,
        max_ack_pending: i64::MAX,
        filter_subject: wanted.pattern(),
        ..pull::Config::default()
    };
    stream
        .create_consumer(config)
        .await
        .map_err(|error| with_causes(&error))
}
