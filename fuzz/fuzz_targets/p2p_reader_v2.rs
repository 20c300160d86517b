//! A v2 stream behind its handshake: packets with any contents, decoys, damaged
//! ones, in pieces of any size. Nothing panics, the pieces make no difference,
//! and nothing is read that was not sent.
//!
//! `cargo fuzz run -s none p2p_reader_v2` (without `-s none` it needs nightly).

#![no_main]

use std::sync::OnceLock;

use bip324::{InboundCipher, OutboundCipher, PacketType, Role};
use libfuzzer_sys::fuzz_target;
use peer_observer_p2p::{MessageDecoder, P2pError, magic};

/// Length, header and tag.
const PACKET_OVERHEAD_BYTES: usize = 3 + 1 + 16;

fuzz_target!(|input: &[u8]| {
    let Some((piece, parts)) = input.split_first() else {
        return;
    };
    let (outbound, inbound) = ciphers().clone();
    let (wire, packets) = wire(parts, outbound);
    let whole = read(&wire, wire.len().max(1), inbound.clone());
    assert_eq!(whole, read(&wire, usize::from(*piece) + 1, inbound));
    assert!(whole.len() <= wire.len() / PACKET_OVERHEAD_BYTES + 1);
    // Up to the first damage every genuine packet gives its message, or an
    // error where its contents have none.
    assert!(whole.len() >= packets.len());
    for (contents, read) in packets.iter().zip(&whole) {
        match read {
            Ok((command, payload)) => {
                let type_bytes = if contents[0] == 0 { 13 } else { 1 };
                assert_eq!(payload, &contents[type_bytes..]);
                assert!(command.chars().count() <= 12);
            }
            Err(error) => assert!(error.starts_with("no message type"), "{error}"),
        }
    }
});

/// A stream, and the contents of the genuine packets before the first damaged
/// one. The first byte of each part says what it is, the second how long.
fn wire(mut parts: &[u8], mut cipher: OutboundCipher) -> (Vec<u8>, Vec<Vec<u8>>) {
    let (mut wire, mut packets, mut is_good) = (Vec::new(), Vec::new(), true);
    while let [kind, length, rest @ ..] = parts {
        let (contents, behind) = rest.split_at(rest.len().min(usize::from(*length)));
        parts = behind;
        let packet_type = match kind % 4 {
            0 => PacketType::Decoy,
            _ => PacketType::Genuine,
        };
        let mut packet = cipher.encrypt_to_vec(contents, packet_type, None);
        if kind % 4 == 1 {
            // What is left of the number damages a byte.
            let place = usize::from(*length) % packet.len();
            packet[place] ^= kind / 4;
            is_good &= kind / 4 == 0;
        }
        wire.extend_from_slice(&packet);
        if is_good && packet_type == PacketType::Genuine {
            packets.push(contents.to_vec());
        }
    }
    (wire, packets)
}

/// All messages, and what was wrong instead of one.
fn read(
    wire: &[u8],
    piece: usize,
    cipher: InboundCipher,
) -> Vec<Result<(String, Vec<u8>), String>> {
    let mut decoder = MessageDecoder::v2(cipher);
    let mut results = Vec::new();
    for piece in wire.chunks(piece) {
        decoder.push(piece);
        loop {
            match decoder.take_message() {
                Ok(None) => break,
                Ok(Some(message)) => {
                    results.push(Ok((message.command, message.payload.to_vec())));
                }
                Err(error) => {
                    results.push(Err(error.to_string()));
                    if error.ends_connection() {
                        return results;
                    }
                    assert!(matches!(error, P2pError::MessageType { .. }), "{error}");
                }
            }
        }
    }
    results
}

/// What one side encrypts with, and the other decrypts with: of one handshake.
fn ciphers() -> &'static (OutboundCipher, InboundCipher) {
    static CIPHERS: OnceLock<(OutboundCipher, InboundCipher)> = OnceLock::new();
    CIPHERS.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime without input and output needs nothing");
        runtime.block_on(async {
            let (ours, theirs) = tokio::io::duplex(1 << 16);
            let (our_reader, mut our_writer) = tokio::io::split(ours);
            let (their_reader, mut their_writer) = tokio::io::split(theirs);
            let magic = magic::REGTEST;
            let (ours, theirs) = tokio::try_join!(
                bip324::futures::handshake(
                    magic, Role::Initiator, None, None, our_reader, &mut our_writer,
                ),
                bip324::futures::handshake(
                    magic, Role::Responder, None, None, their_reader, &mut their_writer,
                ),
            )
            .expect("both sides speak BIP324");
            (ours.1, theirs.0)
        })
    })
}
