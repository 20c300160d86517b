//! The stream on the server: made, and kept at our limits.

use async_nats::jetstream::context::CreateStreamErrorKind;
use async_nats::jetstream::stream::{Config, DiscardPolicy, StorageType};
use async_nats::jetstream::{self, Context, ErrorCode};

use crate::connection::Connection;
use crate::error::{NatsError, with_causes};
use crate::settings::StreamSettings;
use crate::subject;

/// Makes the stream where it is missing and sets its limits.
pub(crate) async fn ensure(
    connection: &Connection,
    settings: &StreamSettings,
) -> Result<Context, NatsError> {
    let context = jetstream::new(connection.client.clone());
    let config = Config {
        name: settings.name.clone(),
        subjects: vec![subject::ALL.to_owned()],
        storage: StorageType::File,
        discard: DiscardPolicy::Old,
        max_bytes: i64::try_from(settings.max_bytes).unwrap_or(i64::MAX),
        max_age: settings.max_age,
        ..Config::default()
    };
    match context.create_or_update_stream(config).await {
        Ok(_) => Ok(context),
        Err(error) => Err(match error.kind() {
            CreateStreamErrorKind::JetStreamUnavailable => no_jetstream(connection),
            CreateStreamErrorKind::JetStream(refused) if is_off(refused.error_code()) => {
                no_jetstream(connection)
            }
            CreateStreamErrorKind::JetStream(refused) if is_full(refused.error_code()) => {
                NatsError::Full {
                    stream: settings.name.clone(),
                    cause: refused.to_string(),
                }
            }
            // Without JetStream nobody answers; the client may see only that.
            CreateStreamErrorKind::TimedOut => no_jetstream(connection),
            _ => NatsError::Refused {
                what: format!("the stream {:?}", settings.name),
                cause: with_causes(&error),
            },
        }),
    }
}

/// This server has none.
pub(crate) fn no_jetstream(connection: &Connection) -> NatsError {
    NatsError::NoJetStream {
        server: connection.server.clone(),
        version: connection.client.server_info().version,
    }
}

/// Does the server say that it has no JetStream?
fn is_off(code: ErrorCode) -> bool {
    [
        ErrorCode::JETSTREAM_NOT_ENABLED,
        ErrorCode::JETSTREAM_NOT_ENABLED_FOR_ACCOUNT,
    ]
    .contains(&code)
}

/// Does the server say that there is no room?
pub(crate) fn is_full(code: ErrorCode) -> bool {
    [
        ErrorCode::INSUFFICIENT_RESOURCES,
        ErrorCode::ACCOUNT_RESOURCES_EXCEEDED,
        ErrorCode::STREAM_STORE_FAILED,
        ErrorCode::STORAGE_RESOURCES_EXCEEDED,
    ]
    .contains(&code)
}
