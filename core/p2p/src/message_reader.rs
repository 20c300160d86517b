//! The receiving half of a connection.

use std::time::Duration;

use bytes::Bytes;
use peer_observer_event::Body;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::timeout;

use crate::decoder::{MessageDecoder, RawMessage};
use crate::{P2pError, codec};

/// How much room is made for the next read, in bytes. What a peer merely
/// announces takes no memory.
const READ_BYTES: usize = 64 * 1024;

/// A message from the peer.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The message type. Chosen by the peer; at most 12 bytes on the wire.
    pub command: String,
    /// The payload as it came. It shares its memory with what arrived together
    /// with it: copy what is to be kept for long.
    pub payload: Bytes,
    /// The payload, decoded with [`codec::Keep::Full`].
    pub body: Body,
}

/// Where the bytes come from.
pub(crate) type ByteStream = Box<dyn AsyncRead + Send + Sync + Unpin>;

/// The receiving half of a connection.
pub struct MessageReader {
    stream: ByteStream,
    decoder: MessageDecoder,
    deadline: Duration,
}

impl MessageReader {
    pub(crate) fn new(stream: ByteStream, decoder: MessageDecoder, deadline: Duration) -> Self {
        MessageReader {
            stream,
            decoder,
            deadline,
        }
    }

    /// The next message, decoded. Cancel safe: what has arrived of it stays.
    ///
    /// # Errors
    ///
    /// A connection that is closed, broken or too slow, a message that is too
    /// large or damaged.
    pub async fn receive(&mut self) -> Result<Received, P2pError> {
        Ok(decoded(self.receive_raw().await?))
    }

    /// The next message, not decoded. Cancel safe as [`MessageReader::receive`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn receive_raw(&mut self) -> Result<RawMessage, P2pError> {
        let limit = self.deadline;
        match timeout(limit, self.next_message()).await {
            Ok(result) => result,
            Err(_) => Err(P2pError::Deadline {
                what: "receiving a message",
                limit,
            }),
        }
    }

    /// From now on larger payloads are refused.
    pub(crate) fn set_limit(&mut self, payload_bytes: usize) {
        self.decoder.set_limit(payload_bytes);
    }

    pub(crate) async fn receive_without_deadline(&mut self) -> Result<Received, P2pError> {
        Ok(decoded(self.next_message().await?))
    }

    async fn next_message(&mut self) -> Result<RawMessage, P2pError> {
        loop {
            if let Some(message) = self.decoder.take_message()? {
                return Ok(message);
            }
            let room = self.decoder.room(READ_BYTES);
            if self.stream.read_buf(room).await? == 0 {
                return Err(P2pError::Closed);
            }
        }
    }
}

fn decoded(message: RawMessage) -> Received {
    let RawMessage { command, payload } = message;
    let body = codec::decode_full(&command, &payload);
    Received {
        command,
        payload,
        body,
    }
}
