//! Whoever listens receives, from now on; with JetStream too.

use futures_util::StreamExt;

use super::incoming::Incoming;
use crate::connection::Connection;
use crate::error::NatsError;
use crate::subject::Wanted;

/// Messages taken together.
const BATCH: usize = 256;

/// Receives until the connection breaks; says why it did. Calls `ready` when
/// the server knows what we want.
pub(super) async fn receive(
    connection: &Connection,
    wanted: &Wanted,
    incoming: &mut Incoming,
    ready: impl FnOnce(),
) -> NatsError {
    let client = &connection.client;
    let messages = match client.subscribe(wanted.pattern()).await {
        Ok(messages) => messages,
        Err(error) => return connection.broken(&error).await,
    };
    if let Err(error) = known_to_the_server(client).await {
        return connection.broken(&*error).await;
    }
    ready();
    let mut batches = messages.ready_chunks(BATCH);
    let mut events = Vec::with_capacity(BATCH);
    while let Some(batch) = batches.next().await {
        for message in batch {
            events.extend(incoming.decode(&message.subject, &message.payload));
        }
        incoming.count();
        incoming.bus.forward(&mut events);
    }
    connection.ended().await
}

/// Waits until the server has handled what this connection has sent: a message
/// to ourselves has come back.
async fn known_to_the_server(
    client: &async_nats::Client,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let inbox = client.new_inbox();
    let mut echo = client.subscribe(inbox.clone()).await?;
    client.publish(inbox, Default::default()).await?;
    echo.next().await.ok_or("the connection broke")?;
    Ok(())
}
