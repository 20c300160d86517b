//! A small Bitcoin P2P client and the codec of every message.
//!
//! The message types are those of the event schema: what is decoded here goes
//! into events as it is, and what the client sends is built from them.

pub mod codec;
mod connection;
#[cfg(test)]
mod core_source;
mod decoder;
mod detection;
mod error;
mod handshake;
pub mod magic;
mod message_reader;
mod message_writer;
mod options;
mod transport;
mod v1;
mod v2;

pub use connection::Connection;
pub use decoder::{MessageDecoder, RawMessage};
pub use error::P2pError;
pub use message_reader::{MessageReader, Received};
pub use message_writer::MessageWriter;
pub use options::{Deadlines, Options, OurVersion, PROTOCOL_VERSION};
pub use transport::{MAX_PAYLOAD_BYTES, Transport, framing_bytes};
pub use v1::V1Header;
