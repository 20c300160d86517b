//! Whatever is encoded decodes to the same, whatever is decoded encodes to the
//! same, and nothing makes the codec panic.

mod support;

use peer_observer_event::{Body, COMMANDS};
use peer_observer_p2p::codec::{Keep, command, decode, encode};
use proptest::prelude::*;
use support::assert_encodes_to_its_equal;
use support::bodies::{bitcoin_transaction, body, expected};

/// Known message types mostly, and any text.
fn any_command() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => prop::sample::select(&COMMANDS[..]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

proptest! {
    #[test]
    fn bodies_of_every_type_survive_the_wire(body in body()) {
        let command = command(&body).expect("every generated body has a type");
        let payload = encode(&body).expect("every generated body has a form on the wire");
        let decoded = decode(command, &payload, Keep::Full);
        prop_assert_eq!(decoded.body, Some(body));
        prop_assert_eq!(decoded.trailing_bytes, None);
    }

    #[test]
    fn transactions_are_measured_as_the_bitcoin_crate_does(
        transaction in bitcoin_transaction()
    ) {
        let full = expected(&transaction);
        let raw = full.raw.clone().expect("the expected transaction has its bytes");
        let summary = peer_observer_event::Transaction { raw: None, ..full };
        let decoded = decode("tx", &raw, Keep::Summary);
        prop_assert_eq!(decoded.body, Some(Body::Tx(Box::new(summary))));
    }

    #[test]
    fn damaged_messages_are_decoded_or_told_apart(
        body in body(),
        damage in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let command = command(&body).expect("every generated body has a type");
        let mut payload = encode(&body).expect("every generated body has a form on the wire");
        if !payload.is_empty() {
            let place = damage.index(payload.len());
            payload[place] = byte;
        }
        for keep in [Keep::Full, Keep::Summary, Keep::Nothing] {
            let decoded = decode(command, &payload, keep);
            if keep == Keep::Full {
                assert_encodes_to_its_equal(command, &decoded);
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(
        command in any_command(),
        payload in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        for keep in [Keep::Full, Keep::Summary, Keep::Nothing] {
            let decoded = decode(&command, &payload, keep);
            if keep == Keep::Full {
                assert_encodes_to_its_equal(&command, &decoded);
            }
        }
    }
}
