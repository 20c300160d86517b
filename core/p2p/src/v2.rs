//! The v2 transport's message types (BIP324): one byte for the frequent ones,
//! else a zero and 12 bytes.

use bytes::{Buf, Bytes};

use crate::P2pError;
use crate::transport::COMMAND_BYTES;
use crate::v1::{command_text, padded_command};

/// Message types by their short ids, from 1 on. The same as V2_MESSAGE_IDS in
/// Core's net.cpp, where 29 to 36 are reserved.
const BY_SHORT_ID: [&str; 28] = [
    "addr",
    "block",
    "blocktxn",
    "cmpctblock",
    "feefilter",
    "filteradd",
    "filterclear",
    "filterload",
    "getblocks",
    "getblocktxn",
    "getdata",
    "getheaders",
    "headers",
    "inv",
    "mempool",
    "merkleblock",
    "notfound",
    "ping",
    "pong",
    "sendcmpct",
    "tx",
    "getcfilters",
    "cfilter",
    "getcfheaders",
    "cfheaders",
    "getcfcheckpt",
    "cfcheckpt",
    "addrv2",
];

/// BIP434 has a short id of its own, outside that row.
const FEATURE_SHORT_ID: u8 = 37;

/// In place of a short id: 12 bytes of message type follow.
const LONG_FORM: u8 = 0;

/// The short id of a message type, if it has one.
pub(crate) fn short_id(command: &str) -> Option<u8> {
    if command == "feature" {
        return Some(FEATURE_SHORT_ID);
    }
    let index = BY_SHORT_ID.iter().position(|known| *known == command)?;
    Some(index as u8 + 1)
}

fn command_of(short_id: u8) -> Option<&'static str> {
    if short_id == FEATURE_SHORT_ID {
        return Some("feature");
    }
    BY_SHORT_ID
        .get(usize::from(short_id).checked_sub(1)?)
        .copied()
}

/// Message type and payload as the contents of a packet.
pub(crate) fn contents(command: &str, payload: &[u8]) -> Result<Vec<u8>, P2pError> {
    let mut contents = Vec::with_capacity(1 + COMMAND_BYTES + payload.len());
    match short_id(command) {
        Some(id) => contents.push(id),
        None => {
            contents.push(LONG_FORM);
            contents.extend_from_slice(&padded_command(command)?);
        }
    }
    contents.extend_from_slice(payload);
    Ok(contents)
}

/// Message type and payload out of the contents of a packet.
pub(crate) fn message(mut contents: Bytes) -> Result<(String, Bytes), P2pError> {
    if contents.is_empty() {
        return Err(P2pError::MessageType {
            problem: "a packet without contents",
        });
    }
    let command = match contents.get_u8() {
        LONG_FORM if contents.len() < COMMAND_BYTES => {
            return Err(P2pError::MessageType {
                problem: "a message type that is cut short",
            });
        }
        LONG_FORM => command_text(&contents.split_to(COMMAND_BYTES)),
        short_id => command_of(short_id)
            .ok_or(P2pError::MessageType {
                problem: "a short id without a meaning",
            })?
            .to_owned(),
    };
    Ok((command, contents))
}
