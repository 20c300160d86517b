//! Decoding and encoding of P2P message payloads.
//!
//! [`decode`] takes anything: it never fails and never panics. It is as lax as
//! Bitcoin Core is on receipt, so that a message which Core understands is never
//! called undecodable, and one which Core throws away always is.

mod address;
mod block;
mod bloom;
mod command;
mod compact_blocks;
mod compact_filters;
mod error;
mod historic;
mod inventory;
mod negotiation;
mod reader;
mod small;
mod transaction;
mod version;
mod wire;
mod writer;

use bytes::Bytes;
use peer_observer_event::{Body, Cut, CutReason, Undecodable, Unknown};

pub use error::EncodeError;
pub use peer_observer_event::{FIRST_BYTES, Keep};

use reader::Reader;
use writer::Writer;

/// Bodies that hold less heap memory than this, in bytes, count as holding
/// none: shortening them would free nothing worth the loss.
const SMALL_BODY_BYTES: usize = 512;

/// What [`decode`] found.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// Absent when the setting is [`Keep::Nothing`].
    pub body: Option<Body>,
    /// How many bytes were left over behind a body that was decoded.
    pub trailing_bytes: Option<u64>,
    /// Present when the setting is [`Keep::Nothing`].
    pub cut: Option<Cut>,
    /// Heap memory that the body holds, in bytes: an estimate, 0 for small bodies.
    pub bulk_bytes: usize,
}

/// Decodes the payload of the message type `command`.
///
/// A type without a decoder becomes [`Body::Unknown`], a payload that does not
/// follow its type's format [`Body::Undecodable`].
pub fn decode(command: &str, payload: &[u8], keep: Keep) -> Decoded {
    if keep == Keep::Nothing {
        let cut = Cut {
            reason: CutReason::Setting.into(),
            kept_bytes: 0,
        };
        return Decoded {
            body: None,
            trailing_bytes: None,
            cut: Some(cut),
            bulk_bytes: 0,
        };
    }
    let (body, trailing_bytes, held_bytes) = decode_body(command, payload, keep);
    Decoded {
        body: Some(body),
        trailing_bytes: Some(trailing_bytes as u64).filter(|bytes| *bytes > 0),
        cut: None,
        bulk_bytes: if held_bytes < SMALL_BODY_BYTES {
            0
        } else {
            held_bytes
        },
    }
}

/// Decodes a payload with [`Keep::Full`] where only the body is of interest.
pub(crate) fn decode_full(command: &str, payload: &[u8]) -> Body {
    let (body, _, _) = decode_body(command, payload, Keep::Full);
    body
}

/// The body, the bytes left over behind it, and the heap memory it holds.
fn decode_body(command: &str, payload: &[u8], keep: Keep) -> (Body, usize, usize) {
    let mut reader = Reader::new(payload, keep);
    match command::read_body(command, &mut reader) {
        Ok(Some(body)) => (body, reader.remaining(), reader.held_bytes()),
        Ok(None) => {
            let first_bytes = first_bytes(payload, keep);
            let held_bytes = first_bytes.len();
            (Body::Unknown(Unknown { first_bytes }), 0, held_bytes)
        }
        Err(error) => {
            let first_bytes = first_bytes(payload, keep);
            let held_bytes = first_bytes.len();
            let undecodable = Undecodable {
                error: error.problem.to_string(),
                offset: error.offset as u64,
                first_bytes,
            };
            (Body::Undecodable(Box::new(undecodable)), 0, held_bytes)
        }
    }
}

/// Encodes a body as the payload of its message; [`command`] gives its type.
///
/// [`Body::Unknown`] and [`Body::Undecodable`] give the payload's first bytes,
/// which are all of it where they were decoded with [`Keep::Full`]. Hashes that
/// follow from other fields (txid, block hash) are not looked at.
///
/// # Errors
///
/// Where the body cannot stand on the wire: a transaction without its raw
/// bytes, a hash of a wrong length, an address that `addr` has no form for.
pub fn encode(body: &Body) -> Result<Vec<u8>, EncodeError> {
    let mut writer = Writer::default();
    command::write_body(body, &mut writer)?;
    Ok(writer.into_bytes())
}

/// The message type of a body; `None` for [`Body::Unknown`] and
/// [`Body::Undecodable`], which do not say.
pub fn command(body: &Body) -> Option<&'static str> {
    match body {
        Body::Unknown(_) | Body::Undecodable(_) => None,
        known => Some(known.word()),
    }
}

fn first_bytes(payload: &[u8], keep: Keep) -> Bytes {
    let kept = if keep == Keep::Full {
        payload.len()
    } else {
        payload.len().min(FIRST_BYTES)
    };
    Bytes::copy_from_slice(&payload[..kept])
}
