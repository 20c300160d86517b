//! A v1 stream, good frames and bad ones, in pieces of any size: nothing
//! panics, the pieces make no difference, and what was framed well is read.
//!
//! `cargo fuzz run -s none p2p_reader_v1` (without `-s none` it needs nightly).

#![no_main]

use libfuzzer_sys::fuzz_target;
use peer_observer_event::COMMANDS;
use peer_observer_p2p::{MAX_PAYLOAD_BYTES, MessageDecoder, P2pError, V1Header, magic};

const HEADER_BYTES: usize = 24;

fuzz_target!(|input: &[u8]| {
    let Some((piece, parts)) = input.split_first() else {
        return;
    };
    let (wire, frames) = wire(parts);
    let whole = read(&wire, wire.len().max(1));
    assert_eq!(whole, read(&wire, usize::from(*piece) + 1));
    assert!(whole.len() <= wire.len() / HEADER_BYTES + 1);
    // Up to the first bad frame each is read as it was written.
    for (frame, read) in frames.iter().zip(&whole) {
        assert_eq!(Some(frame), read.as_ref().ok());
    }
});

/// A stream, and the good frames before the first bad one. The first byte of
/// each part says what it is, the second how long.
fn wire(mut parts: &[u8]) -> (Vec<u8>, Vec<(String, Vec<u8>)>) {
    let (mut wire, mut frames, mut is_good) = (Vec::new(), Vec::new(), true);
    while let [kind, length, rest @ ..] = parts {
        let (payload, behind) = rest.split_at(rest.len().min(usize::from(*length)));
        parts = behind;
        let command = COMMANDS[usize::from(*kind) % COMMANDS.len()];
        let header = V1Header::new(magic::REGTEST, command, payload).expect("it is short");
        let mut header = header.to_bytes();
        match kind % 4 {
            0 => {
                is_good = false;
                wire.extend_from_slice(payload);
                continue;
            }
            1 => {
                // The first two bytes of the payload spoil one of the header.
                let [place, change, ..] = payload else { continue };
                is_good &= *change == 0;
                header[usize::from(*place) % HEADER_BYTES] ^= change;
            }
            _ => {}
        }
        wire.extend_from_slice(&header);
        wire.extend_from_slice(payload);
        if is_good {
            frames.push((command.to_owned(), payload.to_vec()));
        }
    }
    (wire, frames)
}

/// All messages, and what was wrong instead of one.
fn read(wire: &[u8], piece: usize) -> Vec<Result<(String, Vec<u8>), String>> {
    let mut decoder = MessageDecoder::v1(magic::REGTEST);
    let mut results = Vec::new();
    for piece in wire.chunks(piece) {
        decoder.push(piece);
        loop {
            match decoder.take_message() {
                Ok(None) => break,
                Ok(Some(message)) => {
                    assert!(message.command.chars().count() <= 12);
                    assert!(message.payload.len() <= MAX_PAYLOAD_BYTES);
                    results.push(Ok((message.command, message.payload.to_vec())));
                }
                Err(error) => {
                    results.push(Err(error.to_string()));
                    if error.ends_connection() {
                        return results;
                    }
                    assert!(matches!(error, P2pError::Checksum { .. }), "{error}");
                }
            }
        }
    }
    results
}
