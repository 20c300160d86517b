//! What several tests need.

#![allow(dead_code, unreachable_pub)]

pub mod bodies;
pub mod samples;

use peer_observer_event::Body;
use peer_observer_p2p::codec::{Decoded, EncodeError, Keep, decode, encode};

/// The body of a payload, decoded with [`Keep::Full`].
pub fn body(command: &str, payload: &[u8]) -> Body {
    decode(command, payload, Keep::Full)
        .body
        .expect("Keep::Full always gives a body")
}

/// Panics unless what was decoded encodes to something that decodes the same.
pub fn assert_encodes_to_its_equal(command: &str, decoded: &Decoded) {
    let body = decoded
        .body
        .as_ref()
        .expect("Keep::Full always gives a body");
    match encode(body) {
        Ok(payload) => {
            let again = decode(command, &payload, Keep::Full);
            assert_eq!(again.body.as_ref(), Some(body), "{command}");
            assert_eq!(again.trailing_bytes, None, "{command}");
        }
        // Text grows when its invalid bytes are replaced.
        Err(EncodeError::TooLong { .. }) => {
            assert!(
                format!("{body:?}").contains('\u{fffd}'),
                "{command}: {body:?}"
            );
        }
        Err(error) => panic!("{command}: {error}: {body:?}"),
    }
}
