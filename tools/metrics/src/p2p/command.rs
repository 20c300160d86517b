//! The type of a message as a small number.

use peer_observer_event::{Body, COMMANDS, P2pMessage};

#[cfg(doc)]
use crate::words::p2p::COMMAND_WORDS;

/// The message's place in [`COMMAND_WORDS`]. A decoded body says it without a
/// look at the command's text.
pub(crate) fn command_index(message: &P2pMessage) -> usize {
    match &message.body {
        Some(Body::Version(_)) => 0,
        Some(Body::Verack(_)) => 1,
        Some(Body::Addr(_)) => 2,
        Some(Body::Addrv2(_)) => 3,
        Some(Body::Sendaddrv2(_)) => 4,
        Some(Body::Inv(_)) => 5,
        Some(Body::Getdata(_)) => 6,
        Some(Body::Notfound(_)) => 7,
        Some(Body::Getblocks(_)) => 8,
        Some(Body::Getheaders(_)) => 9,
        Some(Body::Headers(_)) => 10,
        Some(Body::Sendheaders(_)) => 11,
        Some(Body::Tx(_)) => 12,
        Some(Body::Block(_)) => 13,
        Some(Body::Getaddr(_)) => 14,
        Some(Body::Mempool(_)) => 15,
        Some(Body::Ping(_)) => 16,
        Some(Body::Pong(_)) => 17,
        Some(Body::Feefilter(_)) => 18,
        Some(Body::Sendcmpct(_)) => 19,
        Some(Body::Cmpctblock(_)) => 20,
        Some(Body::Getblocktxn(_)) => 21,
        Some(Body::Blocktxn(_)) => 22,
        Some(Body::Merkleblock(_)) => 23,
        Some(Body::Filterload(_)) => 24,
        Some(Body::Filteradd(_)) => 25,
        Some(Body::Filterclear(_)) => 26,
        Some(Body::Getcfilters(_)) => 27,
        Some(Body::Cfilter(_)) => 28,
        Some(Body::Getcfheaders(_)) => 29,
        Some(Body::Cfheaders(_)) => 30,
        Some(Body::Getcfcheckpt(_)) => 31,
        Some(Body::Cfcheckpt(_)) => 32,
        Some(Body::Wtxidrelay(_)) => 33,
        Some(Body::Sendtxrcncl(_)) => 34,
        Some(Body::Feature(_)) => 35,
        Some(Body::Reject(_)) => 36,
        Some(Body::Alert(_)) => 37,
        Some(Body::Unknown(_) | Body::Undecodable(_)) | None => by_text(&message.command),
    }
}

fn by_text(command: &str) -> usize {
    COMMANDS
        .iter()
        .position(|known| *known == command)
        .unwrap_or(COMMANDS.len())
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;
    use crate::words::OTHER;
    use crate::words::p2p::COMMAND_WORDS;

    /// Field number of the first body in the schema.
    const FIRST_BODY: u32 = 20;

    #[test]
    fn a_body_and_its_command_have_the_same_index() {
        for (index, command) in COMMANDS.iter().enumerate() {
            // An empty field of that number: the body with its default values.
            let mut bytes = Vec::new();
            let key = (FIRST_BODY + index as u32) << 3 | 2;
            prost::encoding::encode_varint(key.into(), &mut bytes);
            bytes.push(0);
            let decoded = P2pMessage::decode(&*bytes).expect("an empty body");
            assert_eq!(decoded.body.as_ref().expect("a body").word(), *command);
            assert_eq!(command_index(&decoded), index);
            let text = P2pMessage {
                command: (*command).to_owned(),
                ..P2pMessage::default()
            };
            assert_eq!(command_index(&text), index);
            assert_eq!(COMMAND_WORDS[index], *command);
        }
    }

    #[test]
    fn whatever_else_a_peer_sends_is_other() {
        for command in ["", "Ping", "ping ", "\"}\n", "other"] {
            let message = P2pMessage {
                command: command.to_owned(),
                ..P2pMessage::default()
            };
            assert_eq!(COMMAND_WORDS[command_index(&message)], OTHER);
        }
    }
}
