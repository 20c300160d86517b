//! From bytes to messages, without a socket: what both transports do once they
//! are set up.

use bip324::{InboundCipher, NUM_LENGTH_BYTES, PacketType};
use bytes::{Buf, Bytes, BytesMut};

use crate::transport::{COMMAND_BYTES, MAX_PAYLOAD_BYTES};
use crate::v1::{self, HEADER_BYTES, V1Header};
use crate::{P2pError, v2};

/// Header and tag of a v2 packet, in bytes.
const PACKET_OVERHEAD_BYTES: usize = 1 + 16;

/// The most that a v2 packet holds beyond the payload, its length not counted:
/// that of a message type without a short id.
const MOST_BEYOND_PAYLOAD_BYTES: usize = PACKET_OVERHEAD_BYTES + 1 + COMMAND_BYTES;

/// A message as it came, its payload not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawMessage {
    /// The message type. Chosen by the peer; at most 12 bytes on the wire.
    pub command: String,
    /// The payload, at most [`MAX_PAYLOAD_BYTES`]. It shares its memory with
    /// what arrived together with it: copy what is to be kept for long.
    pub payload: Bytes,
}

/// Takes bytes as they arrive, in pieces of any size, and gives messages.
///
/// Holds at most one message of the largest size, and what was pushed behind it.
pub struct MessageDecoder {
    framing: Framing,
    /// The largest payload that is taken, in bytes.
    limit: usize,
    /// What has arrived but not yet been taken as a message.
    buffer: BytesMut,
}

enum Framing {
    V1 {
        magic: [u8; 4],
    },
    V2 {
        cipher: Box<InboundCipher>,
        /// The length of the packet to come, once decrypted: the cipher does
        /// that only once.
        packet_bytes: Option<usize>,
    },
}

impl MessageDecoder {
    /// For the v1 transport of the network with this [magic](crate::magic).
    pub fn v1(magic: [u8; 4]) -> MessageDecoder {
        MessageDecoder::new(Framing::V1 { magic })
    }

    /// For the v2 transport, whose handshake gave this cipher.
    pub fn v2(cipher: InboundCipher) -> MessageDecoder {
        MessageDecoder::new(Framing::V2 {
            cipher: Box::new(cipher),
            packet_bytes: None,
        })
    }

    fn new(framing: Framing) -> MessageDecoder {
        MessageDecoder {
            framing,
            limit: MAX_PAYLOAD_BYTES,
            buffer: BytesMut::new(),
        }
    }

    /// These bytes have arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// From now on larger payloads are refused; at first [`MAX_PAYLOAD_BYTES`].
    pub fn set_limit(&mut self, payload_bytes: usize) {
        self.limit = payload_bytes.min(MAX_PAYLOAD_BYTES);
    }

    /// Where arriving bytes can be written behind the others, with room for so many.
    pub(crate) fn room(&mut self, bytes: usize) -> &mut BytesMut {
        self.buffer.reserve(bytes);
        &mut self.buffer
    }

    /// The next message, if it is there as a whole. Decoys of the v2 transport
    /// are passed over.
    ///
    /// # Errors
    ///
    /// [`P2pError::Checksum`] and [`P2pError::MessageType`] for a message that is
    /// skipped; after any other nothing more can be understood.
    pub fn take_message(&mut self) -> Result<Option<RawMessage>, P2pError> {
        match &mut self.framing {
            Framing::V1 { magic } => v1_message(&mut self.buffer, *magic, self.limit),
            Framing::V2 {
                cipher,
                packet_bytes,
            } => v2_message(&mut self.buffer, cipher, packet_bytes, self.limit),
        }
    }
}

fn v1_message(
    buffer: &mut BytesMut,
    magic: [u8; 4],
    limit: usize,
) -> Result<Option<RawMessage>, P2pError> {
    let Some(header) = buffer.first_chunk::<HEADER_BYTES>() else {
        return Ok(None);
    };
    let header = V1Header::from_bytes(header);
    let length = header.checked_length(magic, limit)?;
    if buffer.len() < HEADER_BYTES + length {
        return Ok(None);
    }
    buffer.advance(HEADER_BYTES);
    let payload = buffer.split_to(length).freeze();
    let command = v1::command_text(&header.command);
    if v1::checksum(&payload) != header.checksum {
        return Err(P2pError::Checksum { command });
    }
    Ok(Some(RawMessage { command, payload }))
}

fn v2_message(
    buffer: &mut BytesMut,
    cipher: &mut InboundCipher,
    packet_bytes: &mut Option<usize>,
    limit: usize,
) -> Result<Option<RawMessage>, P2pError> {
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
        if length > MOST_BEYOND_PAYLOAD_BYTES + limit {
            let bytes = length - PACKET_OVERHEAD_BYTES;
            return Err(P2pError::PayloadTooLarge { bytes, limit });
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
            let (command, payload) = v2::message(packet.freeze().slice(1..plain_bytes))?;
            return Ok(Some(RawMessage { command, payload }));
        }
    }
}
