//! The v1 transport's header.

use bitcoin::hashes::{Hash, sha256d};

use crate::P2pError;
use crate::transport::{COMMAND_BYTES, MAX_PAYLOAD_BYTES};

pub(crate) const HEADER_BYTES: usize = 24;

/// The header in front of each payload in the v1 transport. Change its fields
/// to send what no correct client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct V1Header {
    /// The network's magic.
    pub magic: [u8; 4],
    /// The message type, filled up with zeros.
    pub command: [u8; COMMAND_BYTES],
    /// Size of the payload, in bytes.
    pub payload_bytes: u32,
    /// The first bytes of the payload's double SHA-256.
    pub checksum: [u8; 4],
}

impl V1Header {
    /// The correct header for a payload.
    ///
    /// # Errors
    ///
    /// A message type longer than 12 bytes, a payload of more than 4 GiB.
    pub fn new(magic: [u8; 4], command: &str, payload: &[u8]) -> Result<Self, P2pError> {
        let payload_bytes =
            u32::try_from(payload.len()).map_err(|_| P2pError::PayloadTooLarge {
                bytes: payload.len(),
                limit: MAX_PAYLOAD_BYTES,
            })?;
        let command = padded_command(command)?;
        Ok(V1Header {
            magic,
            command,
            payload_bytes,
            checksum: checksum(payload),
        })
    }

    /// The header as it stands on the wire.
    pub fn to_bytes(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..4].copy_from_slice(&self.magic);
        bytes[4..16].copy_from_slice(&self.command);
        bytes[16..20].copy_from_slice(&self.payload_bytes.to_le_bytes());
        bytes[20..].copy_from_slice(&self.checksum);
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8; HEADER_BYTES]) -> Self {
        let four = |at: usize| [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        let mut command = [0; COMMAND_BYTES];
        command.copy_from_slice(&bytes[4..16]);
        V1Header {
            magic: four(0),
            command,
            payload_bytes: u32::from_le_bytes(four(16)),
            checksum: four(20),
        }
    }

    /// The size of the payload to come, once the header has proved to be of
    /// this network and to announce no more than so many bytes.
    pub(crate) fn checked_length(&self, magic: [u8; 4], limit: usize) -> Result<usize, P2pError> {
        if self.magic != magic {
            return Err(P2pError::Magic {
                found: self.magic,
                expected: magic,
            });
        }
        let bytes = self.payload_bytes as usize;
        if bytes > limit {
            return Err(P2pError::PayloadTooLarge { bytes, limit });
        }
        Ok(bytes)
    }
}

pub(crate) fn checksum(payload: &[u8]) -> [u8; 4] {
    let [first, second, third, fourth, ..] = sha256d::Hash::hash(payload).to_byte_array();
    [first, second, third, fourth]
}

/// A message type filled up with zeros.
pub(crate) fn padded_command(command: &str) -> Result<[u8; COMMAND_BYTES], P2pError> {
    let mut padded = [0; COMMAND_BYTES];
    let Some(part) = padded.get_mut(..command.len()) else {
        return Err(P2pError::CommandTooLong {
            command: command.to_owned(),
        });
    };
    part.copy_from_slice(command.as_bytes());
    Ok(padded)
}

/// The message type without the zeros that fill it up.
pub(crate) fn command_text(padded: &[u8]) -> String {
    let end = padded
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(padded.len());
    String::from_utf8_lossy(&padded[..end]).into_owned()
}
