//! Sends what the outbox holds.

use async_nats::header::{HeaderMap, NATS_MESSAGE_ID};

use super::Shared;
use super::confirm::Target;
use crate::connection::Connection;
use crate::error::NatsError;
use crate::outbox::{Entry, reason};

/// Events sent before the next look into the outbox.
const BATCH: usize = 256;
/// Events that may be on their way unconfirmed.
const MOST_ON_THEIR_WAY: usize = 8192;

/// Sends until the connection breaks; says why it did.
pub(super) async fn send(connection: &Connection, target: &Target, shared: &Shared) -> NatsError {
    let mut batch = Vec::new();
    loop {
        shared.outbox().take(BATCH, MOST_ON_THEIR_WAY, &mut batch);
        let Some((last, _)) = batch.last() else {
            shared.ready.notified().await;
            continue;
        };
        let end = *last + 1;
        for (number, entry) in batch.drain(..) {
            if entry.payload.len() > shared.max_payload.event_bytes() {
                // It was put in while the server took larger ones.
                shared.outbox().refuse(number, reason::TOO_LARGE);
            } else if let Err(error) = publish(connection, target, number, entry).await {
                return connection.broken(&error).await;
            }
        }
        if let Target::Echo(inbox) = target {
            let mark = end.to_le_bytes().to_vec().into();
            if let Err(error) = connection.client.publish(inbox.clone(), mark).await {
                return connection.broken(&error).await;
            }
        }
    }
}

async fn publish(
    connection: &Connection,
    target: &Target,
    number: u64,
    entry: Entry,
) -> Result<(), async_nats::PublishError> {
    let client = &connection.client;
    match target {
        Target::Echo(_) => client.publish(entry.subject, entry.payload).await,
        Target::Acknowledgements(inbox) => {
            let id = format!("{}-{}", entry.instance, entry.sequence);
            let mut headers = HeaderMap::new();
            headers.insert(NATS_MESSAGE_ID, id.as_str());
            let reply = format!("{inbox}.{number}");
            client
                .publish_with_reply_and_headers(entry.subject, reply, headers, entry.payload)
                .await
        }
    }
}
