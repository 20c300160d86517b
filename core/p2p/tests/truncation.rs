//! Messages that end too early.

mod support;

use peer_observer_event::{Body, COMMANDS};
use peer_observer_p2p::codec::{Keep, decode, encode};
use support::samples;

#[test]
fn there_is_a_sample_of_every_type() {
    let sampled: Vec<_> = samples::all()
        .into_iter()
        .map(|(command, _)| command)
        .collect();
    assert_eq!(sampled, COMMANDS);
}

#[test]
fn samples_decode_completely_and_encode_to_themselves() {
    for (command, payload) in samples::all() {
        let decoded = decode(command, &payload, Keep::Full);
        let body = decoded.body.expect("Keep::Full always gives a body");
        assert_eq!(body.word(), command, "{body:?}");
        assert_eq!(decoded.trailing_bytes, None, "{command}");
        assert_eq!(encode(&body).as_deref(), Ok(&payload[..]), "{command}");
    }
}

/// A message that was cut is undecodable, or one of the shorter forms that its
/// type has: then it encodes to exactly what was left of it.
#[test]
fn a_message_cut_at_any_byte_is_undecodable_or_a_shorter_form() {
    for (command, payload) in samples::all() {
        for length in 0..payload.len() {
            let cut = &payload[..length];
            let decoded = decode(command, cut, Keep::Full);
            let body = decoded.body.expect("Keep::Full always gives a body");
            if let Body::Undecodable(undecodable) = &body {
                assert_eq!(undecodable.first_bytes, cut, "{command}");
                assert!(
                    undecodable.offset <= length as u64,
                    "{command}: {undecodable:?}"
                );
                continue;
            }
            assert!(
                ["version", "ping", "reject"].contains(&command),
                "{command} of {length}"
            );
            let trailing_bytes = decoded.trailing_bytes.unwrap_or_default() as usize;
            let encoded = encode(&body);
            assert_eq!(
                encoded.as_deref(),
                Ok(&cut[..length - trailing_bytes]),
                "{command}"
            );
        }
    }
}

#[test]
fn bytes_behind_a_message_are_counted_and_the_message_is_decoded() {
    for (command, mut payload) in samples::all() {
        let whole = decode(command, &payload, Keep::Full).body;
        payload.extend_from_slice(&[0xee; 5]);
        let decoded = decode(command, &payload, Keep::Full);
        assert_eq!(decoded.body, whole, "{command}");
        assert_eq!(decoded.trailing_bytes, Some(5), "{command}");
    }
}
