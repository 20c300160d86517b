use peer_observer_event::Event;
use prost::Message;

use crate::samples;

#[test]
fn every_event_survives_the_wire() {
    for event in samples::events() {
        let bytes = event.encode_to_vec();
        assert_eq!(
            Event::decode(&*bytes).expect("what was encoded decodes"),
            event
        );
    }
}

/// What a newer version adds is left out, not refused.
#[test]
fn an_unknown_payload_is_absent() {
    let mut bytes = Event {
        node: "alice".into(),
        ..Event::default()
    }
    .encode_to_vec();
    // Field 500, length-delimited, 2 bytes.
    bytes.extend([0xa2, 0x1f, 2, 1, 2]);
    let event = Event::decode(&*bytes).expect("unknown fields are skipped");
    assert_eq!((event.node.as_str(), &event.payload), ("alice", &None));
}
