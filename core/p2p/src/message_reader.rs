//! The receiving half of a connection.

use std::time::Duration;

use bip324::futures::ProtocolSessionReader;
use bip324::{InboundCipher, NUM_LENGTH_BYTES, PacketType};
use bytes::{Buf, Bytes, BytesMut};
use peer_observer_event::Body;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::tcp::OwnedReadHalf;
use tokio::time::timeout;

use crate::transport::{COMMAND_BYTES, MAX_PAYLOAD_BYTES};
use crate::v1::{self, HEADER_BYTES, V1Header};
use crate::{P2pError, codec, v2};

/// How much room is made for the next read, in bytes. What a peer merely
/// announces takes no memory.
const READ_BYTES: usize = 64 * 1024;

/// Header and tag of a v2 packet, in bytes.
const PACKET_OVERHEAD_BYTES: usize = 1 + 16;

/// The largest v2 packet without its length: a message of unknown type.
const MAX_PACKET_BYTES: usize = PACKET_OVERHEAD_BYTES + 1 + COMMAND_BYTES + MAX_PAYLOAD_BYTES;

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

/// The receiving half of a connection.
pub struct MessageReader {
    stream: Stream,
    /// What has been read but not yet been taken as a message.
    buffer: BytesMut,
    deadline: Duration,
}

pub(crate) enum Stream {
    V1 {
        stream: OwnedReadHalf,
        magic: [u8; 4],
    },
    V2 {
        stream: ProtocolSessionReader<OwnedReadHalf>,
        cipher: Box<InboundCipher>,
        /// The length of the packet to come, once decrypted: the cipher does
        /// that only once.
        packet_bytes: Option<usize>,
    },
}

impl MessageReader {
    pub(crate) fn new(stream: Stream, deadline: Duration) -> Self {
        MessageReader {
            stream,
            buffer: BytesMut::new(),
            deadline,
        }
    }

    /// The next message. Cancel safe: what has arrived of it stays.
    ///
    /// # Errors
    ///
    /// A connection that is closed, broken or too slow, a message that is too
    /// large or damaged.
    pub async fn receive(&mut self) -> Result<Received, P2pError> {
        let limit = self.deadline;
        match timeout(limit, self.receive_without_deadline()).await {
            Ok(result) => result,
            Err(_) => Err(P2pError::Deadline {
                what: "receiving a message",
                limit,
            }),
        }
    }

    pub(crate) async fn receive_without_deadline(&mut self) -> Result<Received, P2pError> {
        loop {
            if let Some((command, payload)) = self.buffered_message()? {
                let body = codec::decode_full(&command, &payload);
                return Ok(Received {
                    command,
                    payload,
                    body,
                });
            }
            self.buffer.reserve(READ_BYTES);
            let count = match &mut self.stream {
                Stream::V1 { stream, .. } => read(stream, &mut self.buffer).await?,
                Stream::V2 { stream, .. } => read(stream, &mut self.buffer).await?,
            };
            if count == 0 {
                return Err(P2pError::Closed);
            }
        }
    }

    /// A message that has arrived already; `None` when more must be read.
    fn buffered_message(&mut self) -> Result<Option<(String, Bytes)>, P2pError> {
        match &mut self.stream {
            Stream::V1 { magic, .. } => v1_message(&mut self.buffer, *magic),
            Stream::V2 {
                cipher,
                packet_bytes,
                ..
            } => v2_message(&mut self.buffer, cipher, packet_bytes),
        }
    }
}

async fn read(
    stream: &mut (impl AsyncRead + Unpin),
    buffer: &mut BytesMut,
) -> Result<usize, P2pError> {
    Ok(stream.read_buf(buffer).await?)
}

fn v1_message(buffer: &mut BytesMut, magic: [u8; 4]) -> Result<Option<(String, Bytes)>, P2pError> {
    let Some(header) = buffer.first_chunk::<HEADER_BYTES>() else {
        return Ok(None);
    };
    let header = V1Header::from_bytes(header);
    let length = header.checked_length(magic)?;
    if buffer.len() < HEADER_BYTES + length {
        return Ok(None);
    }
    buffer.advance(HEADER_BYTES);
    let payload = buffer.split_to(length).freeze();
    let command = v1::command_text(&header.command);
    if v1::checksum(&payload) != header.checksum {
        return Err(P2pError::Checksum { command });
    }
    Ok(Some((command, payload)))
}

fn v2_message(
    buffer: &mut BytesMut,
    cipher: &mut InboundCipher,
    packet_bytes: &mut Option<usize>,
) -> Result<Option<(String, Bytes)>, P2pError> {
    loop {
        let length = match *packet_bytes {
            Some(length) => length,
            None => {
                let Some(bytes) = buffer.first_chunk::<NUM_LENGTH_BYTES>() else {
                    return Ok(None);
                };
                let length = cipher.decrypt_packet_len(*bytes);
                buffer.advance(NUM_LENGTH_BYTES);
                *packet_bytes = Some(length);
                length
            }
        };
        if length > MAX_PACKET_BYTES {
            return Err(P2pError::PayloadTooLarge {
                bytes: length - PACKET_OVERHEAD_BYTES,
            });
        }
        if buffer.len() < length {
            return Ok(None);
        }
        *packet_bytes = None;
        let mut packet = buffer.split_to(length);
        let (packet_type, plain) = cipher
            .decrypt_in_place(&mut packet, None)
            .map_err(|error| P2pError::Decrypt(error.to_string()))?;
        let plain_bytes = plain.len();
        if packet_type == PacketType::Genuine {
            // The first byte says whether the packet is genuine.
            return v2::message(packet.freeze().slice(1..plain_bytes)).map(Some);
        }
    }
}
