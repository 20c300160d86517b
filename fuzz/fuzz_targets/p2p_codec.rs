//! Any payload of any message type: nothing panics, and what was decoded
//! encodes to something that decodes to the same.
//!
//! `cargo fuzz run -s none p2p_codec` (without `-s none` it needs nightly).

#![no_main]

use libfuzzer_sys::fuzz_target;
use peer_observer_event::{Body, COMMANDS};
use peer_observer_p2p::codec::{EncodeError, Keep, decode, encode};

fuzz_target!(|input: &[u8]| {
    // The first byte chooses the message type; one number stands for an unknown one.
    let Some((choice, payload)) = input.split_first() else {
        return;
    };
    let choice = usize::from(*choice) % (COMMANDS.len() + 1);
    let command = COMMANDS.get(choice).copied().unwrap_or("hello");

    let nothing = decode(command, payload, Keep::Nothing);
    assert!(nothing.body.is_none() && nothing.cut.is_some());

    let summary = decode(command, payload, Keep::Summary);
    let full = decode(command, payload, Keep::Full);
    assert_eq!(summary.trailing_bytes, full.trailing_bytes);
    let (Some(summary), Some(full)) = (summary.body, full.body) else {
        panic!("{command}: no body although one was asked for");
    };
    assert_eq!(summary.word(), full.word());

    if matches!(full, Body::Undecodable(_)) {
        return;
    }
    match encode(&full) {
        Ok(payload) => {
            let again = decode(command, &payload, Keep::Full);
            assert_eq!(again.body, Some(full));
            assert_eq!(again.trailing_bytes, None);
        }
        // Text grows when its invalid bytes are replaced.
        Err(EncodeError::TooLong { .. }) => assert!(format!("{full:?}").contains('\u{fffd}')),
        Err(error) => panic!("{command}: {error}: {full:?}"),
    }
});
