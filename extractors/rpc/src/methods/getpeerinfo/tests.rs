//! Against what a real node (31.99, regtest, two connections to another node)
//! has answered, field by field.

use std::time::Duration;

use peer_observer_event::{Payload, PeerInfo, PeerInfos};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::GETPEERINFO;
use crate::method::Reply;

const REAL: &str = include_str!("../../../tests/data/getpeerinfo-31.99.json");

fn read(text: &str) -> Result<PeerInfos, String> {
    let result: Box<RawValue> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let reply = Reply {
        results: &[result],
        duration: Duration::from_millis(3),
    };
    match (GETPEERINFO.payload)(&reply) {
        Ok(Payload::PeerInfos(infos)) => Ok(infos),
        Ok(other) => Err(format!("{other:?}")),
        Err(error) => Err(error.to_string()),
    }
}

fn peer(fields: &Value) -> PeerInfo {
    let infos = read(&json!([fields]).to_string()).unwrap();
    infos.peers.into_iter().next().unwrap()
}

/// The event's fields under the names of the RPC.
fn by_rpc_name(peer: &PeerInfo) -> Value {
    json!({
        "id": peer.peer_id,
        "addr": peer.address,
        "addrbind": peer.address_bind,
        "addrlocal": peer.address_local,
        "network": peer.network,
        "mapped_as": peer.mapped_as,
        "services": peer.services.map(|services| format!("{services:016x}")),
        "relaytxes": peer.relay_transactions,
        "last_inv_sequence": peer.last_inv_sequence,
        "inv_to_send": peer.inv_to_send,
        "lastsend": peer.last_send_unix_seconds,
        "lastrecv": peer.last_receive_unix_seconds,
        "last_transaction": peer.last_transaction_unix_seconds,
        "last_block": peer.last_block_unix_seconds,
        "bytessent": peer.sent_bytes,
        "bytesrecv": peer.received_bytes,
        "conntime": peer.opened_unix_seconds,
        "timeoffset": peer.time_offset_seconds,
        "pingtime": peer.ping_time_seconds,
        "minping": peer.minimum_ping_seconds,
        "pingwait": peer.ping_wait_seconds,
        "version": peer.version,
        "subver": peer.user_agent,
        "inbound": peer.inbound,
        "bip152_hb_to": peer.high_bandwidth_to,
        "bip152_hb_from": peer.high_bandwidth_from,
        "startingheight": peer.starting_height,
        "presynced_headers": peer.presynced_headers,
        "synced_headers": peer.synced_headers,
        "synced_blocks": peer.synced_blocks,
        "inflight": peer.inflight_heights,
        "addr_relay_enabled": peer.address_relay_enabled,
        "addr_processed": peer.addresses_processed,
        "addr_rate_limited": peer.addresses_rate_limited,
        "permissions": peer.permissions,
        "minfeefilter": peer.minimum_feerate_btc_per_kvb,
        "bytessent_per_msg": peer.sent_bytes_by_command,
        "bytesrecv_per_msg": peer.received_bytes_by_command,
        "connection_type": peer.connection_type,
        "transport_protocol_type": peer.transport,
        "session_id": peer.session_id,
    })
}

#[test]
fn a_real_reply_is_read_field_by_field() {
    let raw: Vec<serde_json::Map<String, Value>> = serde_json::from_str(REAL).unwrap();
    let infos = read(REAL).unwrap();
    assert_eq!(infos.peers.len(), raw.len());
    assert_eq!(infos.duration_ns, 3_000_000);
    assert_eq!(infos.reply_bytes, REAL.trim_end().len() as u64);
    for (peer, mut raw) in infos.peers.iter().zip(raw) {
        // Said by `services` too.
        assert!(raw.remove("servicesnames").is_some());
        let mut ours = by_rpc_name(peer);
        let ours = ours.as_object_mut().unwrap();
        ours.retain(|_, value| !value.is_null());
        assert_eq!(*ours, raw);
        assert!(peer.other_fields.is_empty(), "{:?}", peer.other_fields);
        assert_eq!(peer.other_fields_dropped, None);
    }
}

#[test]
fn what_a_version_lacks_is_absent() {
    assert_eq!(peer(&json!({})), PeerInfo::default());
}

#[test]
fn unknown_fields_and_other_types_are_kept_as_json() {
    let peer = peer(&json!({
        "id": 7,
        "cpu_load": {"percent": 1.50},
        "version": "70016",
        "services": "+c09",
        "mapped_as": -1,
        "inflight": [1, "two"],
        "bytessent_per_msg": {"ping": -1},
        "subver": "x".repeat(257),
    }));
    assert_eq!(peer.peer_id, Some(7));
    let kept = |name: &str| peer.other_fields.get(name).map(String::as_str);
    assert_eq!(kept("cpu_load"), Some(r#"{"percent":1.5}"#));
    assert_eq!(kept("version"), Some(r#""70016""#));
    assert_eq!(kept("services"), Some(r#""+c09""#));
    assert_eq!(kept("mapped_as"), Some("-1"));
    assert_eq!(kept("inflight"), Some(r#"[1,"two"]"#));
    assert_eq!(kept("bytessent_per_msg"), Some(r#"{"ping":-1}"#));
    assert_eq!(kept("subver").map(str::len), Some(259));
    assert_eq!(peer.other_fields.len(), 7);
    assert_eq!(
        (peer.version, peer.services, &peer.user_agent),
        (None, None, &None)
    );
}

#[test]
fn unknown_fields_are_bounded_and_the_excess_is_counted() {
    let fields = (0..1000).map(|index| (format!("field{index:03}"), json!("x".repeat(22))));
    let peer = peer(&Value::Object(fields.collect()));
    // 8 bytes of name, 24 of JSON text.
    assert_eq!(peer.other_fields.len(), 4096 / 32);
    assert_eq!(peer.other_fields_dropped, Some(1000 - 4096 / 32));
}

#[test]
fn what_is_no_list_of_peers_is_refused() {
    for text in ["{}", "null", "7", r#"[{"id":1},7]"#, r#"[[]]"#] {
        assert!(read(text).is_err(), "{text}");
    }
    let many = format!("[{}{{}}]", "{},".repeat(1 << 20));
    assert!(read(&many).unwrap_err().contains("more than 16384"));
}
