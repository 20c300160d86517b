//! P2P messages of every type.

use peer_observer_event::{
    Body, ConnectionType, CutReason, Direction, Keep, P2pMessage, Payload, Ping,
};
use peer_observer_p2p::codec;

use crate::old::ebpf::{Ebpf, Kind};
use crate::old::message::{self as old, MessageEvent, Metadata, Msg};
use crate::old::{Event, Source};
use crate::support::{hash, items, payload};
use crate::{blocks, small};

pub(crate) fn message(command: &str, size: u64, msg: Msg) -> Event {
    let meta = Metadata {
        peer_id: 7,
        addr: "203.0.113.5:8333".to_owned(),
        conn_type: 2,
        command: command.to_owned(),
        inbound: true,
        size,
    };
    let msg = Some(msg);
    Kind::Message(Box::new(MessageEvent { meta, msg })).event()
}

pub(crate) fn ping(nonce: u64) -> Event {
    message("ping", 8, Msg::Ping(old::Nonce { value: nonce }))
}

pub(crate) fn converted(event: Event) -> P2pMessage {
    match payload(event.event.expect("it was made with one")) {
        Payload::P2pMessage(message) => message,
        other => panic!("no message: {other:?}"),
    }
}

pub(crate) fn all_messages() -> Vec<Event> {
    let cases = small::cases().into_iter().chain(blocks::cases());
    cases
        .map(|(command, msg, _)| message(command, 100, msg))
        .collect()
}

/// Command, what they have, and what we have.
pub(crate) type Case = (&'static str, Msg, Body);

/// Every message becomes what our own extractor makes of its payload.
#[test]
fn every_type_becomes_what_we_would_have_recorded() {
    for (command, msg, expected) in small::cases().into_iter().chain(blocks::cases()) {
        let found = converted(message(command, 100, msg));
        assert_eq!(found.body.as_ref(), Some(&expected), "{command}");
        assert_eq!(found.cut, None, "{command}");
        let wire = codec::encode(&expected).unwrap();
        let recorded = codec::decode(command, &wire, Keep::Full);
        assert_eq!(recorded.body, Some(expected), "{command}");
    }
}

#[test]
fn the_metadata_is_that_of_the_message() {
    let found = converted(ping(5));
    let expected = P2pMessage {
        peer_id: 7,
        address: "203.0.113.5:8333".to_owned(),
        address_cut: false,
        network: None,
        connection_type: ConnectionType::OutboundFullRelay.into(),
        direction: Direction::Inbound.into(),
        command: "ping".to_owned(),
        payload_bytes: 8,
        cut: None,
        trailing_bytes: None,
        body: Some(Body::Ping(Ping { nonce: Some(5) })),
    };
    assert_eq!(found, expected);
}

/// Types that only we know are decoded from the bytes that they have.
#[test]
fn unknown_types_are_decoded_where_we_know_them() {
    let unknown = |command: &str, bytes: &[u8]| {
        let unknown = old::Unknown {
            command: command.to_owned(),
            payload: bytes.to_vec(),
        };
        converted(message(command, bytes.len() as u64, Msg::Unknown(unknown)))
    };
    let found = unknown("sendtxrcncl", &[1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
    let Some(Body::Sendtxrcncl(reconciliation)) = found.body else {
        panic!("{found:?}");
    };
    assert_eq!((reconciliation.version, reconciliation.salt), (1, 9));

    let found = unknown("nobody", &[7; 300]);
    assert!(
        matches!(found.body, Some(Body::Unknown(unknown)) if unknown.first_bytes[..] == [7; 300])
    );

    // Theirs are cut to 11 letters, and so unknown to them.
    let stop = [&[0][..], &hash(4)].concat();
    let found = unknown("getcfcheckp", &stop);
    assert_eq!(found.command, "getcfcheckpt");
    assert!(matches!(found.body, Some(Body::Getcfcheckpt(_))));
}

#[test]
fn an_addrv2_without_payload_is_undecodable() {
    let found = converted(message("addrv2", 0, Msg::Emptyaddrv2(true)));
    assert!(
        matches!(found.body, Some(Body::Undecodable(_))),
        "{found:?}"
    );
    assert_eq!((found.command.as_str(), found.payload_bytes), ("addrv2", 0));
}

#[test]
fn a_body_of_a_later_version_is_left_out_and_counted() {
    let event = message("package", 5, Msg::Future(true));
    let file = crate::old::file(std::slice::from_ref(&event));
    let (_, reader) = items(&file);
    assert_eq!(reader.skipped().get("message_body_unknown"), Some(&1));
    let found = converted(event);
    assert_eq!((found.command.as_str(), found.body), ("package", None));
    let cut = found.cut.expect("there is no body");
    assert_eq!((cut.reason(), cut.kept_bytes), (CutReason::Unspecified, 0));
}

#[test]
fn what_has_no_counterpart_is_counted() {
    let empty = Event::new(Source::Ebpf(Ebpf { event: None }));
    let nothing = Event {
        event: None,
        ..empty.clone()
    };
    let file = crate::old::file(&[empty.clone(), nothing, empty]);
    let (items, reader) = items(&file);
    assert_eq!(items, []);
    let skipped: Vec<_> = reader.skipped().iter().collect();
    assert_eq!(skipped, [(&"ebpf_unknown", &2), (&"event_unknown", &1)]);
}
