//! The sending half of a connection.

use std::time::Duration;

use bip324::{OutboundCipher, PacketType};
use peer_observer_event::Body;
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::time::timeout;

use crate::codec;
use crate::transport::MAX_PAYLOAD_BYTES;
use crate::v1::V1Header;
use crate::{P2pError, v2};

/// The sending half of a connection. Not cancel safe: a message whose sending
/// was given up may be half on the wire.
pub struct MessageWriter {
    stream: OwnedWriteHalf,
    framing: Framing,
    deadline: Duration,
}

pub(crate) enum Framing {
    V1 { magic: [u8; 4] },
    V2(Box<OutboundCipher>),
}

impl MessageWriter {
    pub(crate) fn new(stream: OwnedWriteHalf, framing: Framing, deadline: Duration) -> Self {
        MessageWriter {
            stream,
            framing,
            deadline,
        }
    }

    /// Sends a message.
    ///
    /// # Errors
    ///
    /// A body that cannot be encoded or does not say its type; a connection
    /// that is broken or too slow.
    pub async fn send(&mut self, body: &Body) -> Result<(), P2pError> {
        let command = codec::command(body).ok_or(P2pError::NoCommand)?;
        self.send_raw(command, &codec::encode(body)?).await
    }

    /// Sends any message type with any payload.
    ///
    /// # Errors
    ///
    /// A type longer than 12 bytes, a payload above the limit; a connection that
    /// is broken or too slow.
    pub async fn send_raw(&mut self, command: &str, payload: &[u8]) -> Result<(), P2pError> {
        if payload.len() > MAX_PAYLOAD_BYTES {
            return Err(P2pError::PayloadTooLarge {
                bytes: payload.len(),
                limit: MAX_PAYLOAD_BYTES,
            });
        }
        let frame = match &mut self.framing {
            Framing::V1 { magic } => {
                let header = V1Header::new(*magic, command, payload)?;
                [&header.to_bytes(), payload].concat()
            }
            Framing::V2(cipher) => {
                let contents = v2::contents(command, payload)?;
                cipher.encrypt_to_vec(&contents, PacketType::Genuine, None)
            }
        };
        self.write(&frame).await
    }

    /// Sends a header and a payload that need not fit each other. v1 only.
    ///
    /// # Errors
    ///
    /// [`P2pError::NeedsV1`]; a connection that is broken or too slow.
    pub async fn send_v1_frame(
        &mut self,
        header: &V1Header,
        payload: &[u8],
    ) -> Result<(), P2pError> {
        self.send_bytes(&[&header.to_bytes(), payload].concat())
            .await
    }

    /// Sends bytes as they are, without any framing. v1 only.
    ///
    /// # Errors
    ///
    /// [`P2pError::NeedsV1`]; a connection that is broken or too slow.
    pub async fn send_bytes(&mut self, bytes: &[u8]) -> Result<(), P2pError> {
        match self.framing {
            Framing::V1 { .. } => self.write(bytes).await,
            Framing::V2(_) => Err(P2pError::NeedsV1),
        }
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), P2pError> {
        let limit = self.deadline;
        match timeout(limit, self.stream.write_all(bytes)).await {
            Ok(result) => Ok(result?),
            Err(_) => Err(P2pError::Deadline {
                what: "sending a message",
                limit,
            }),
        }
    }
}
