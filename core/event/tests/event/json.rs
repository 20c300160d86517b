use peer_observer_event::*;
use serde_json::{Value, json};

use crate::samples::{self, HASH, hash};

fn json_of(event: &Event) -> Value {
    serde_json::from_str(&event.to_json()).expect("an event's JSON form is JSON")
}

fn json_of_body(body: Body) -> Value {
    let word = body.word();
    let event = samples::event(Payload::P2pMessage(samples::message(Some(body))));
    json_of(&event)["payload"]["p2p_message"]["body"][word].clone()
}

#[test]
fn envelope_is_always_there_and_absent_is_absent() {
    let ping = Body::Ping(Ping { nonce: None });
    let mut event = samples::event(Payload::P2pMessage(samples::message(Some(ping))));
    assert_eq!(
        json_of(&event),
        json!({
            "node": "alice", "extractor": "ebpf", "run": 1_790_000_000,
            "instance": "18446744073709551615", "sequence": 5, "kind_sequence": 4,
            "time_ns": "1790000000123456789", "monotonic_ns": "123456789",
            "bus_sequence": 6, "bus_time_ns": "1790000000123456790",
            "payload": {"p2p_message": {
                "peer_id": 3, "address": "127.0.0.1:5000", "address_cut": false,
                "network": "not_publicly_routable", "connection_type": "inbound",
                "direction": "inbound", "command": "ping", "payload_bytes": 8,
                "body": {"ping": {}},
            }},
        })
    );

    (event.run, event.monotonic_ns, event.payload) = (None, None, None);
    assert_eq!(
        json_of(&event),
        json!({
            "node": "alice", "extractor": "ebpf", "instance": "18446744073709551615",
            "sequence": 5, "kind_sequence": 4, "time_ns": "1790000000123456789",
            "bus_sequence": 6, "bus_time_ns": "1790000000123456790",
        })
    );
}

#[test]
fn a_message_without_a_body_says_why() {
    let mut message = samples::message(None);
    message.cut = Some(Cut {
        reason: CutReason::RingFull.into(),
        kept_bytes: 0,
    });
    message.network = None;
    let event = samples::event(Payload::P2pMessage(message));
    assert_eq!(
        json_of(&event)["payload"]["p2p_message"],
        json!({
            "peer_id": 3, "address": "127.0.0.1:5000", "address_cut": false,
            "connection_type": "inbound", "direction": "inbound", "command": "tx",
            "payload_bytes": 8, "cut": {"reason": "ring_full", "kept_bytes": 0},
        })
    );
}

#[test]
fn every_event_has_its_payload_under_its_name() {
    for event in samples::events() {
        let json = json_of(&event);
        let payload = event.payload.as_ref().expect("samples have one");
        let object = json["payload"].as_object().expect("a payload is an object");
        assert_eq!(object.keys().collect::<Vec<_>>(), [payload.word()]);
        if let Payload::P2pMessage(P2pMessage {
            body: Some(body), ..
        }) = payload
        {
            let object = json["payload"]["p2p_message"]["body"].as_object();
            assert_eq!(
                object.expect("an object").keys().collect::<Vec<_>>(),
                [body.word()]
            );
        }
        let text = json.to_string();
        assert!(!text.contains("null"), "absent is absent: {text}");
    }
}

#[test]
fn hashes_are_shown_as_bitcoin_shows_them() {
    let shown = |payload: Payload| {
        let word = payload.word();
        json_of(&samples::event(payload))["payload"][word].clone()
    };
    let added = MempoolAdded {
        txid: hash(),
        ..MempoolAdded::default()
    };
    assert_eq!(shown(Payload::MempoolAdded(added))["txid"], HASH);
    let block = BlockConnected {
        block_hash: hash(),
        ..BlockConnected::default()
    };
    assert_eq!(shown(Payload::BlockConnected(block))["block_hash"], HASH);

    for body in samples::bodies() {
        let word = body.word();
        let json = json_of_body(body);
        match word {
            "getblocks" => {
                assert_eq!(json["locator_hashes"], json!([HASH, HASH]));
                assert_eq!(json["stop_hash"], HASH);
            }
            "tx" => {
                assert_eq!([&json["txid"], &json["wtxid"]], [HASH, HASH]);
                assert_eq!(json["raw"], "abcd", "other bytes are not reversed");
            }
            "headers" => {
                assert_eq!(json["headers"][0]["hash"], HASH);
                assert_eq!(json["headers"][0]["previous_block_hash"], HASH);
                assert_eq!(json["headers"][0]["merkle_root_hash"], HASH);
            }
            "cfheaders" => {
                assert_eq!(json["filter_hashes"], json!([HASH]));
                assert_eq!(json["previous_filter_header_hash"], HASH);
            }
            "cfcheckpt" => assert_eq!(json["filter_header_hashes"], json!([HASH])),
            "merkleblock" => assert_eq!(json["hashes"], json!([HASH])),
            "reject" => assert_eq!(json["hash"], HASH),
            _ => {}
        }
    }
}

#[test]
fn numbers_that_javascript_cannot_hold_are_text() {
    let most = "18446744073709551615";
    for body in samples::bodies() {
        let word = body.word();
        let json = json_of_body(body);
        match word {
            "ping" | "pong" | "cmpctblock" => assert_eq!(json["nonce"], most),
            "version" => {
                assert_eq!(json["nonce"], most);
                assert_eq!(json["services"], "1033");
                assert_eq!(json["timestamp_unix_seconds"], "1790000000");
                assert_eq!(json["version"], 70016);
            }
            "feefilter" => assert_eq!(json["feerate_sat_per_kvb"], "9223372036854775807"),
            "sendtxrcncl" => assert_eq!(json["salt"], most),
            "sendcmpct" => assert_eq!(json["version"], most),
            "tx" => assert_eq!(json["output_sat"], most),
            _ => {}
        }
    }
}

#[test]
fn addresses_and_inventory_have_their_own_form() {
    let json = json_of_body(samples::bodies().swap_remove(2));
    assert_eq!(
        json,
        json!({"entries": [
            {"time_unix_seconds": 1_790_000_000, "services": "18446744073709551615",
             "address": {"network": "ipv4", "address": "1.2.3.4"}, "port": 8333},
            {"time_unix_seconds": 1, "services": "1",
             "address": {"network": "unknown", "address": "ff", "bip155_network_id": 99}, "port": 0},
        ]})
    );
    let json = json_of_body(samples::bodies().swap_remove(5));
    assert_eq!(
        json,
        json!({"items": [
            {"type": "wtx", "hash": HASH}, {"type": "wtx", "hash": HASH},
            {"type": "witness_tx", "hash": HASH}, {"type": 77, "hash": HASH},
        ]})
    );
}

#[test]
fn a_word_of_a_newer_version_is_unspecified() {
    let mut message = samples::message(None);
    (message.direction, message.connection_type) = (99, 99);
    let json = json_of(&samples::event(Payload::P2pMessage(message)));
    assert_eq!(json["payload"]["p2p_message"]["direction"], "unspecified");
    assert_eq!(
        json["payload"]["p2p_message"]["connection_type"],
        "unspecified"
    );
}

#[test]
fn peer_infos_keep_numbers_and_leave_out_what_the_node_did_not_say() {
    let infos = samples::events()
        .into_iter()
        .find_map(|event| match &event.payload {
            Some(Payload::PeerInfos(_)) => Some(json_of(&event)["payload"]["peer_infos"].clone()),
            _ => None,
        });
    assert_eq!(
        infos.expect("samples have one"),
        json!({
            "peers": [{
                "peer_id": 3, "services": "18446744073709551615", "ping_time_seconds": 0.25,
                "inflight_heights": [203], "permissions": [], "connection_type": "inbound",
                "sent_bytes_by_command": {}, "received_bytes_by_command": {"ping": 32},
                "other_fields": {},
            }],
            "duration_ns": 400_000, "reply_bytes": 1234,
        })
    );
}
