//! Where in the stream a reader goes on.

use async_nats::datetime::from_nanos;
use async_nats::jetstream::consumer::{AckPolicy, Consumer, DeliverPolicy, pull};
use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};

use super::{Durable, Place};
use crate::error::with_causes;
use crate::subject;

/// The server asks for nothing again by itself: a slow tool is no reason, and
/// after a broken connection the consumer is made again where it is needed.
const ACK_WAIT: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

/// The first message that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// The first one that the stream has.
    First,
    /// The one of this sequence, or the first one after it that is still there.
    At(u64),
    /// The first one stored at this time, in nanoseconds since the epoch, or later.
    Since(u64),
}

/// Where a process begins that has read nothing yet: behind what its tools have,
/// else behind what it acknowledged in its last life.
pub(super) async fn of_process(stream: &Stream, durable: &Durable) -> Result<Start, String> {
    if let Some(place) = durable.after {
        return behind(stream, place).await;
    }
    Ok(match stream.consumer_info(&durable.name).await {
        Ok(info) => Start::At(info.ack_floor.stream_sequence + 1),
        // There is none yet; where something else is wrong, making it fails too.
        Err(_) => Start::First,
    })
}

/// Behind this place. The stream may be another one by now, which counts from 1
/// again: all its messages are later than those of the one before.
async fn behind(stream: &Stream, place: Place) -> Result<Start, String> {
    match stream.get_raw_message(place.sequence).await {
        Ok(message) => {
            let stored_ns = message.time.unix_timestamp_nanos();
            Ok(match stored_ns <= i128::from(place.time_ns) {
                true => Start::At(place.sequence + 1),
                false => Start::Since(place.time_ns + 1),
            })
        }
        Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => {
            // Expired, where the stream has later sequences.
            Ok(
                match stream.cached_info().state.first_sequence > place.sequence {
                    true => Start::At(place.sequence + 1),
                    false => Start::Since(place.time_ns + 1),
                },
            )
        }
        Err(error) => Err(with_causes(&error)),
    }
}

/// The durable consumer of this name, so that its next message is `start`.
pub(super) async fn consumer(
    stream: &Stream,
    name: &str,
    start: Start,
) -> Result<Consumer<pull::Config>, String> {
    if let Ok(known) = stream.get_consumer::<pull::Config>(name).await {
        let info = known.cached_info();
        let next = info.delivered.stream_sequence + 1;
        if info.num_ack_pending == 0 && start == Start::At(next) {
            return Ok(known);
        }
        // What it has sent and nobody has acknowledged would come again only
        // after a time, and behind newer events.
        let deleted = stream.delete_consumer(name).await;
        deleted.map_err(|error| with_causes(&error))?;
    }
    let config = pull::Config {
        durable_name: Some(name.to_owned()),
        deliver_policy: match start {
            Start::First => DeliverPolicy::All,
            Start::At(start_sequence) => DeliverPolicy::ByStartSequence { start_sequence },
            Start::Since(time_ns) => DeliverPolicy::ByStartTime {
                start_time: from_nanos(time_ns.into()).map_err(|error| error.to_string())?,
            },
        },
        ack_policy: AckPolicy::All,
        ack_wait: ACK_WAIT,
        max_ack_pending: i64::MAX,
        // The wanted ones are picked out here: ticks always belong to them.
        filter_subject: subject::ALL.to_owned(),
        ..pull::Config::default()
    };
    stream
        .create_consumer(config)
        .await
        .map_err(|error| with_causes(&error))
}
