//! The two transports, and what their framing costs.

use crate::v2;

/// The largest payload that Bitcoin Core accepts (MAX_PROTOCOL_MESSAGE_LENGTH), in bytes.
pub const MAX_PAYLOAD_BYTES: usize = 4_000_000;

/// The length of a message type on the wire where it has no short id, in bytes.
pub(crate) const COMMAND_BYTES: usize = 12;

/// How messages are framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// The original one: a header of 24 bytes, plain text.
    V1,
    /// BIP324: encrypted.
    V2,
}

/// Bytes on the wire beyond the payload of a message of the type `command`: v1
/// 24; v2 21 for a type with a short id, else 33. The same on both sides:
/// `getpeerinfo` counts payload and framing.
pub fn framing_bytes(transport: Transport, command: &str) -> u64 {
    match transport {
        Transport::V1 => 24,
        // Length 3, header 1, tag 16, and the type.
        Transport::V2 if v2::short_id(command).is_some() => 20 + 1,
        Transport::V2 => 20 + 1 + COMMAND_BYTES as u64,
    }
}
