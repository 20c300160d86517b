//! Looks at a server without changing anything there.

use std::time::Duration;

use async_nats::jetstream::context::GetStreamErrorKind;
use async_nats::jetstream::{self, ErrorCode};

use crate::connection::Connection;
use crate::error::NatsError;
use crate::settings::{Mode, NatsSettings};
use crate::stream;

/// A server that is well answers at once.
const LONGEST: Duration = Duration::from_secs(5);

/// What a server says of itself.
#[derive(Clone, Debug)]
pub struct ServerFacts {
    /// Its address.
    pub server: String,
    /// What it calls itself: `2.9.10`.
    pub version: String,
    /// The largest message that it takes, in bytes.
    pub max_payload: usize,
}

/// Connects as the links would, and sees whether there is JetStream where that
/// is wanted.
///
/// # Errors
/// What keeps a link from working.
pub async fn look(settings: &NatsSettings) -> Result<ServerFacts, NatsError> {
    let looked = tokio::time::timeout(LONGEST, facts(settings)).await;
    looked.unwrap_or_else(|_| {
        Err(NatsError::Silent {
            server: settings.servers.join(", "),
            seconds: LONGEST.as_secs(),
        })
    })
}

async fn facts(settings: &NatsSettings) -> Result<ServerFacts, NatsError> {
    let connection = Connection::open(settings, "peer-observer doctor").await?;
    if let Mode::JetStream(settings) = &settings.mode {
        let context = jetstream::new(connection.client.clone());
        let found = context.get_stream(&settings.name).await;
        match found.map_err(|error| error.kind()) {
            Ok(_) => {}
            Err(GetStreamErrorKind::JetStream(refusal))
                if refusal.error_code() == ErrorCode::STREAM_NOT_FOUND => {}
            // Without JetStream nobody answers, or the server says that it has none.
            Err(_) => return Err(stream::no_jetstream(&connection)),
        }
    }
    Ok(ServerFacts {
        server: connection.server.clone(),
        version: connection.client.server_info().version,
        max_payload: connection.client.max_payload(),
    })
}
