//! What can go wrong with a connection.

use std::net::SocketAddr;
use std::time::Duration;

use crate::codec::EncodeError;

/// Why something on a connection failed. Drop the connection where
/// [`P2pError::ends_connection`] says so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum P2pError {
    /// No TCP connection.
    #[error("no connection to {address}: {source}; is the node listening there?")]
    Connect {
        /// Where to.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// Reading or writing failed.
    #[error("the connection broke: {0}")]
    Io(#[from] std::io::Error),
    /// The peer closed the connection.
    #[error("the peer closed the connection")]
    Closed,
    /// Something took longer than [`crate::Deadlines`] allow.
    #[error("{what} did not happen within {} s", limit.as_secs_f64())]
    Deadline {
        /// What was waited for.
        what: &'static str,
        /// For how long.
        limit: Duration,
    },
    /// The v2 transport could not be set up.
    #[error("no v2 transport: {0}; a peer that speaks v1 only closes the connection here")]
    TransportHandshake(String),
    /// A packet of the v2 transport does not decrypt.
    #[error("a packet does not decrypt: {0}")]
    Decrypt(String),
    /// A v1 header of another network, or no header at all.
    #[error("a header begins with {found:02x?} instead of {expected:02x?}: another network, or v2")]
    Magic {
        /// The header's first bytes.
        found: [u8; 4],
        /// The magic of this connection.
        expected: [u8; 4],
    },
    /// More than a message may have.
    #[error("a payload of {bytes} bytes, above the limit of {limit}")]
    PayloadTooLarge {
        /// Its size, in bytes.
        bytes: usize,
        /// The most that is taken: [`crate::MAX_PAYLOAD_BYTES`], less during the handshake.
        limit: usize,
    },
    /// The checksum of a received message is wrong. The message is skipped.
    #[error("the checksum of a message of type {command:?} is wrong")]
    Checksum {
        /// The message type.
        command: String,
    },
    /// The message type of a received message is unreadable. The message is skipped.
    #[error("no message type: {problem}")]
    MessageType {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The peer's side of the version handshake is not what it should be.
    #[error("the handshake failed: {0}")]
    Handshake(String),
    /// A body cannot be encoded.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// A body of unknown type: send its payload with `send_raw`.
    #[error("the body does not say its message type: use send_raw with a message type")]
    NoCommand,
    /// Message types have at most 12 bytes.
    #[error("the message type {command:?} has more than 12 bytes")]
    CommandTooLong {
        /// The message type.
        command: String,
    },
    /// Only the v1 transport can do that.
    #[error("only the v1 transport has headers and plain bytes: connect with Transport::V1")]
    NeedsV1,
}

impl P2pError {
    /// Is the connection of no more use? Not for a receive that took too long,
    /// for a received message that was skipped, and for a message that could
    /// not be sent because of what it is. A send that took too long may have
    /// left half a message on the wire: its caller knows that.
    pub fn ends_connection(&self) -> bool {
        !matches!(
            self,
            P2pError::Deadline { .. }
                | P2pError::Checksum { .. }
                | P2pError::MessageType { .. }
                | P2pError::Encode(_)
                | P2pError::NoCommand
                | P2pError::CommandTooLong { .. }
                | P2pError::NeedsV1
        )
    }
}
