//! Every event is in its table, with everything that it holds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use peer_observer_event::*;
use peer_observer_export::ExportSummary;
use prost::bytes::Bytes;
use serde_json::Value;

use crate::duckdb::{Row, ask, ask_one, export};
use crate::filled::events;

/// The main table of an event.
fn main_table(event: &Event) -> &'static str {
    match &event.payload {
        None => "other",
        Some(Payload::BlockReconstruction(_)) => "block_reconstruction",
        Some(payload) => payload.kind().word(),
    }
}

#[test]
fn every_event_is_one_row_of_one_main_table() {
    let events = events();
    let (folder, summary) = export(&events);
    let mut expected = BTreeMap::new();
    for event in &events {
        *expected.entry(main_table(event)).or_insert(0) += 1;
    }
    let main = summary.tables.iter().filter(|(_, table)| table.main);
    let written: BTreeMap<_, _> = main.map(|(name, table)| (*name, table.rows)).collect();
    assert_eq!(written, expected);
    assert_eq!(summary.events(), events.len() as u64);
    for (name, table) in &summary.tables {
        let query = format!("SELECT count(*) AS rows FROM {name}");
        let rows = &ask_one(folder.path(), &query)[0]["rows"];
        assert_eq!(rows, table.rows, "{name}");
    }
}

/// Columns that stand for something else than what the JSON form has under that name.
const OTHERWISE: [(&str, &str); 8] = [
    // Whole there, in parts here.
    ("p2p_address", "address"),
    ("probe_address", "address"),
    ("p2p_message", "body"),
    ("log", "detail"),
    // Of `memory` it is proportional_swap_bytes here.
    ("process", "swap_bytes"),
    // A list there, a count here.
    ("heartbeat_hop", "dropped"),
    // A number there, a word here.
    ("heartbeat_kind", "kind"),
    // How exact it is there, when it was here.
    ("log", "time"),
];

/// Does the column say what the field says? Numbers are text in JSON where
/// JavaScript cannot hold them, and what has no columns of its own is JSON here.
fn is_same(value: &Value, expected: &Value) -> bool {
    match (value, expected) {
        (Value::String(text), Value::Array(_) | Value::Object(_)) => {
            serde_json::from_str::<Value>(text).is_ok_and(|value| value == *expected)
        }
        (Value::Number(number), Value::String(text)) => number.to_string() == *text,
        _ => value == expected,
    }
}

/// Fails where a column has another value than the object's field of the same
/// name; adds the columns that had the same to `compared`.
fn compare(table: &str, row: &Row, object: &Value, compared: &mut BTreeSet<String>) {
    for (name, value) in row {
        let (Some(expected), false) = (object.get(name), OTHERWISE.contains(&(table, name))) else {
            continue;
        };
        assert!(
            is_same(value, expected),
            "{table}.{name}: {value}, not {expected}"
        );
        compared.insert(format!("{table}.{name}"));
    }
}

/// Both of its lists, one behind the other.
const RAW_ADDRMAN: &str = "/raw_addrman";

/// Tables of parts, and where their rows are in the JSON form of a payload: a
/// list has a row for each of its objects.
const PARTS: [(&str, &str); 40] = [
    ("p2p_message", "/p2p_message/body/ping"),
    ("p2p_message", "/p2p_message/body/pong"),
    ("p2p_message", "/p2p_message/body/feefilter"),
    ("p2p_message", "/p2p_message/body/sendcmpct"),
    ("p2p_message", "/p2p_message/body/getblocktxn"),
    ("p2p_message", "/p2p_message/body/blocktxn"),
    ("p2p_message", "/p2p_message/body/cfilter"),
    ("p2p_message", "/p2p_message/body/unknown"),
    ("p2p_message", "/p2p_message/body/undecodable"),
    ("p2p_message", "/p2p_message/cut"),
    ("p2p_inventory", "/p2p_message/body/inv/items"),
    ("p2p_inventory", "/p2p_message/body/getdata/items"),
    ("p2p_inventory", "/p2p_message/body/notfound/items"),
    ("p2p_address", "/p2p_message/body/addr/entries"),
    ("p2p_address", "/p2p_message/body/addrv2/entries"),
    ("p2p_header", "/p2p_message/body/headers/headers"),
    ("p2p_header", "/p2p_message/body/block/header"),
    ("p2p_header", "/p2p_message/body/cmpctblock/header"),
    ("p2p_header", "/p2p_message/body/merkleblock/header"),
    ("p2p_transaction", "/p2p_message/body/tx"),
    ("p2p_transaction", "/p2p_message/body/block/transactions"),
    ("p2p_transaction", "/p2p_message/body/blocktxn/transactions"),
    ("p2p_version", "/p2p_message/body/version"),
    ("rpc_peer", "/peer_infos/peers"),
    ("rpc_mempool", "/mempool_info"),
    ("rpc_net_totals", "/net_totals"),
    ("rpc_blockchain", "/blockchain_info"),
    ("rpc_addrman", "/addrman_info/networks"),
    ("rpc_raw_addrman", RAW_ADDRMAN),
    ("rpc_orphan", "/orphan_txs/transactions"),
    ("rpc_smart_fee", "/smart_fees/estimates"),
    ("rpc_chain_tip", "/chain_tips/tips"),
    ("rpc_ban", "/ban_list/bans"),
    ("probe_inventory", "/probe_announcement/body/inv/items"),
    ("probe_address", "/probe_announcement/body/addr/entries"),
    ("probe_header", "/probe_announcement/body/headers/headers"),
    ("process_thread", "/process_sample/threads"),
    ("process_pressure", "/process_sample/pressure"),
    ("heartbeat_hop", "/heartbeat/hops"),
    ("heartbeat_kind", "/heartbeat/kinds"),
];

/// Objects in payloads whose fields are columns of the main table.
const WITHIN: [(&str, &str); 9] = [
    ("process", "/process_sample/memory"),
    ("process", "/process_sample/io"),
    ("process", "/process_sample/files"),
    ("log", "/log_line/detail/block_connected"),
    ("log", "/log_line/detail/block_checked"),
    ("log", "/log_line/detail/header_seen"),
    ("log", "/log_line/detail/peer_misbehaving"),
    ("log", "/log_line/detail/transaction_accepted"),
    ("log", "/log_line/detail/transaction_rejected"),
];

/// The objects at a place of a payload that are rows.
fn parts(payload: &Value, place: &str) -> Option<Vec<Value>> {
    if place == RAW_ADDRMAN {
        let lists = ["new_entries", "tried_entries"].map(|list| &payload["raw_addrman"][list]);
        let entries = lists.into_iter().filter_map(Value::as_array).flatten();
        return Some(entries.cloned().collect());
    }
    match payload.pointer(place)? {
        Value::Array(parts) => Some(parts.clone()),
        part => Some(vec![part.clone()]),
    }
}

/// All rows, by table and the event's sequence number.
fn all_rows(folder: &Path, summary: &ExportSummary) -> BTreeMap<(&'static str, u64), Vec<Row>> {
    let tables: Vec<&str> = summary.tables.keys().copied().collect();
    let queries: Vec<String> = tables.iter().map(|table| format!("FROM {table}")).collect();
    let queries: Vec<&str> = queries.iter().map(|query| &**query).collect();
    let mut rows: BTreeMap<_, Vec<Row>> = BTreeMap::new();
    for (table, answer) in tables.into_iter().zip(ask(folder, &queries)) {
        for row in answer.rows {
            let sequence = row["sequence"].as_u64().expect("a number");
            rows.entry((table, sequence)).or_default().push(row);
        }
    }
    rows
}

#[test]
fn rows_say_what_the_events_say() {
    let events = events();
    let (folder, summary) = export(&events);
    let rows = all_rows(folder.path(), &summary);
    let mut compared = BTreeSet::new();
    let mut places: BTreeSet<_> = PARTS.into_iter().chain(WITHIN).collect();
    for event in &events {
        let json: Value = serde_json::from_str(&event.to_json()).expect("JSON");
        let main = main_table(event);
        let row = &rows[&(main, event.sequence)][0];
        compare(main, row, &json, &mut compared);
        if let Some(payload) = &event.payload {
            compare(main, row, &json["payload"][payload.word()], &mut compared);
        }
        for (table, place) in PARTS.into_iter().chain(WITHIN) {
            let Some(parts) = parts(&json["payload"], place).filter(|parts| !parts.is_empty())
            else {
                continue;
            };
            let rows = &rows[&(table, event.sequence)];
            assert_eq!(rows.len(), parts.len(), "{place}");
            for (row, part) in rows.iter().zip(&parts) {
                compare(table, row, &json, &mut compared);
                compare(table, row, &message_key(&json), &mut compared);
                compare(table, row, part, &mut compared);
            }
            places.remove(&(table, place));
        }
    }
    assert_eq!(places, BTreeSet::new(), "places that no event has");
    assert!(compared.len() > 500, "{} columns compared", compared.len());
}

/// What the rows of a message's parts say of the message.
fn message_key(event: &Value) -> Value {
    let message = &event["payload"]["p2p_message"];
    let columns = ["peer_id", "connection_type", "direction", "command"];
    let known = columns.map(|column| (column, &message[column]));
    let known = known.into_iter().filter(|(_, value)| !value.is_null());
    known
        .map(|(column, value)| (column.to_owned(), value.clone()))
        .collect()
}

#[test]
fn every_column_can_have_a_value() {
    let (folder, summary) = export(&events());
    let names: Vec<_> = summary.tables.keys().copied().collect();
    let queries: Vec<String> = names.iter().map(|name| format!("FROM {name}")).collect();
    let queries: Vec<&str> = queries.iter().map(|query| &**query).collect();
    // The probe is the peer.
    let always_empty = |table: &str, column: &str| {
        table.starts_with("probe_") && ["peer_id", "connection_type"].contains(&column)
    };
    let mut empty = Vec::new();
    for (table, answer) in names.iter().zip(ask(folder.path(), &queries)) {
        let rows = answer.rows;
        for name in rows[0].keys() {
            if rows.iter().all(|row| row[name].is_null()) && !always_empty(table, name) {
                empty.push(format!("{table}.{name}"));
            }
        }
    }
    assert_eq!(empty, Vec::<String>::new());
}

#[test]
fn hashes_are_as_bitcoin_shows_them_and_times_are_exact() {
    let (folder, _) = export(&events());
    let queries = [
        "SELECT lower(hex(txid)) AS hash FROM mempool WHERE event = 'added'",
        "SELECT epoch_ns(time) AS time, epoch_ns(bus_time) AS bus_time FROM tick",
        "SELECT type, type_length FROM parquet_schema('mempool/**/*.parquet') WHERE name = 'txid'",
        "SELECT DISTINCT typeof(txid) AS type FROM mempool",
    ];
    let answers = ask(folder.path(), &queries);
    let added = events().into_iter().find_map(|event| match event.payload {
        Some(Payload::MempoolAdded(added)) => Some(json::hash_hex(&added.txid)),
        _ => None,
    });
    assert_eq!(answers[0].rows[0]["hash"], added.expect("one is added"));
    assert_eq!(answers[1].rows[0]["time"], 1_790_000_000_123_456_789_u64);
    assert_eq!(
        answers[1].rows[0]["bus_time"],
        1_790_000_000_123_456_790_u64
    );
    assert_eq!(answers[2].rows[0]["type"], "FIXED_LEN_BYTE_ARRAY");
    assert_eq!(answers[2].rows[0]["type_length"], "32");
    assert_eq!(answers[3].rows[0]["type"], "BLOB");
}

#[test]
fn what_nobody_should_send_does_no_harm() {
    let rejected = Event {
        payload: Some(Payload::MempoolRejected(MempoolRejected {
            txid: Bytes::from_static(&[1; 31]),
            reason: "'; DROP TABLE mempool; --\0\u{fffd}".into(),
            reason_cut: false,
        })),
        ..Event::default()
    };
    let message = Event {
        time_ns: u64::MAX,
        bus_time_ns: u64::MAX,
        sequence: u64::MAX,
        extractor: 1000,
        payload: Some(Payload::P2pMessage(P2pMessage {
            payload_bytes: u64::MAX,
            direction: -1,
            network: Some(77),
            address: "[::1]:99999".into(),
            command: "\u{202e}\"\n".into(),
            ..P2pMessage::default()
        })),
        ..Event::default()
    };
    let (folder, _) = export(&[rejected, message]);
    let rejected = &ask_one(folder.path(), "FROM mempool")[0];
    assert!(rejected["txid"].is_null());
    assert_eq!(rejected["reason"], "'; DROP TABLE mempool; --\0\u{fffd}");
    let message = &ask_one(folder.path(), "FROM p2p_message")[0];
    assert!(message["time"].is_null() && message["node"].is_null());
    assert_eq!(message["sequence"], i64::MAX);
    assert_eq!(message["payload_bytes"], i64::MAX);
    assert_eq!(message["direction"], "unspecified");
    assert_eq!(message["network"], "unspecified");
    assert_eq!(message["extractor"], "unspecified");
    assert_eq!(message["host"], "[::1]:99999");
    assert_eq!(message["command"], "\u{202e}\"\n");
}
