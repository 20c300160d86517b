//! How we know what the server has.
//!
//! With JetStream it acknowledges each event once it has stored it. Without, it
//! says nothing, but handles what one connection sends in order: a message to
//! ourselves behind a batch of events comes back when it has handled them.

use std::time::Duration;

use async_nats::jetstream::ErrorCode;
use async_nats::{Message, StatusCode, Subject, Subscriber};
use futures_util::StreamExt;
use serde::Deserialize;

use super::Shared;
use crate::connection::Connection;
use crate::error::NatsError;
use crate::settings::Mode;
use crate::stream;

/// Confirmations taken together.
const BATCH: usize = 256;

/// The server should have confirmed something after so long.
const LONGEST_SILENCE: Duration = Duration::from_secs(15);

/// Where confirmations are to be sent.
pub(super) enum Target {
    /// A mark behind each batch comes back here.
    Echo(Subject),
    /// The acknowledgement of entry 7 goes to this and `.7`.
    Acknowledgements(String),
}

/// The receiving end.
pub(super) struct Confirmations {
    messages: Subscriber,
    inbox: String,
    /// Name of the stream, with JetStream.
    stream: Option<String>,
}

impl Confirmations {
    pub(super) async fn open(
        connection: &Connection,
        mode: &Mode,
    ) -> Result<Confirmations, NatsError> {
        let inbox = connection.client.new_inbox();
        let (stream, pattern) = match mode {
            Mode::Core => (None, inbox.clone()),
            Mode::JetStream(settings) => {
                stream::ensure(connection, settings).await?;
                (Some(settings.name.clone()), format!("{inbox}.*"))
            }
        };
        let messages = match connection.client.subscribe(pattern).await {
            Ok(messages) => messages,
            Err(error) => return Err(connection.broken(&error).await),
        };
        Ok(Confirmations {
            messages,
            inbox,
            stream,
        })
    }

    pub(super) fn target(&self) -> Target {
        match self.stream {
            None => Target::Echo(Subject::from(self.inbox.as_str())),
            Some(_) => Target::Acknowledgements(self.inbox.clone()),
        }
    }

    /// Settles what is confirmed until something goes wrong; says what.
    pub(super) async fn receive(&mut self, connection: &Connection, shared: &Shared) -> NatsError {
        let stream = self.stream.as_deref();
        let mut batches = (&mut self.messages).ready_chunks(BATCH);
        loop {
            let Ok(batch) = tokio::time::timeout(LONGEST_SILENCE, batches.next()).await else {
                if shared.outbox().on_their_way() > 0 {
                    return NatsError::Silent {
                        server: connection.server.clone(),
                        seconds: LONGEST_SILENCE.as_secs(),
                    };
                }
                continue;
            };
            let Some(batch) = batch else {
                return connection.ended().await;
            };
            let is_empty = {
                let mut outbox = shared.outbox();
                for message in batch {
                    match stream {
                        None => {
                            if let Ok(end) = message.payload[..].try_into() {
                                outbox.confirm_before(u64::from_le_bytes(end));
                            }
                        }
                        Some(stream) => match acknowledged(&message, stream) {
                            Ok(Some(number)) => outbox.confirm(number),
                            Ok(None) => {}
                            Err(error) => return error,
                        },
                    }
                }
                outbox.len() == 0
            };
            shared.confirmed(is_empty);
        }
    }
}

/// The number of the entry that is stored; `None` where the message is no acknowledgement.
fn acknowledged(message: &Message, stream: &str) -> Result<Option<u64>, NatsError> {
    if message.status == Some(StatusCode::NO_RESPONDERS) {
        return Err(NatsError::Gone {
            stream: stream.to_owned(),
            cause: "nobody stores what we publish".to_owned(),
        });
    }
    if !message.payload.starts_with(b"{\"stream\"") {
        let Ok(refusal) = serde_json::from_slice::<Refusal>(&message.payload) else {
            return Ok(None);
        };
        let cause = refusal.error.description;
        return Err(match stream::is_full(ErrorCode(refusal.error.err_code)) {
            true => NatsError::Full {
                stream: stream.to_owned(),
                cause,
            },
            false => NatsError::Refused {
                what: "an event".to_owned(),
                cause,
            },
        });
    }
    let number = message.subject.rsplit('.').next();
    Ok(number.and_then(|number| number.parse().ok()))
}

/// The acknowledgement of an event that is not stored.
#[derive(Deserialize)]
struct Refusal {
    error: RefusalDetail,
}

#[derive(Deserialize)]
struct RefusalDetail {
    #[serde(default)]
    err_code: u64,
    #[serde(default)]
    description: String,
}
