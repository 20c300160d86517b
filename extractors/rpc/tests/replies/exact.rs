//! The event has what the reply has, and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use peer_observer_event::{Event, RPC_METHODS};
use peer_observer_rpc::RpcExtractorSettings;
use serde_json::{Map, Value, json};

use super::extractor::Extractor;
use super::proxy::Proxy;
use super::scene::Scene;
use super::tables::{Fields, SMART_FEE, Shape, TABLES, Whole};

/// The event's JSON form that the reply should give. What the table does not
/// have is expected in `other_fields`.
fn object(reply: &Value, fields: Fields) -> Value {
    let (mut event, mut other) = (Map::new(), Map::new());
    for (name, value) in reply.as_object().unwrap() {
        let field = fields.iter().find(|(theirs, ..)| theirs == name);
        match field {
            Some((_, _, Shape::Ignored)) => {}
            Some((_, ours, shape)) => _ = event.insert((*ours).to_owned(), shape.apply(value)),
            None => _ = other.insert(name.clone(), json!(value.to_string())),
        }
    }
    event.insert("other_fields".to_owned(), Value::Object(other));
    Value::Object(event)
}

fn objects(named: &Value, name: impl Fn(&str) -> Value, fields: Fields) -> Value {
    let named = named.as_object().unwrap().iter();
    let list = named.filter(|(_, value)| value.is_object());
    let list = list.map(|(key, value)| {
        let mut event = object(value, fields);
        let name = name(key).as_object().unwrap().clone();
        event.as_object_mut().unwrap().extend(name);
        event
    });
    list.collect()
}

fn hex(value: &Value) -> u64 {
    u64::from_str_radix(value.as_str().unwrap(), 16).unwrap()
}

impl Shape {
    fn apply(self, value: &Value) -> Value {
        match self {
            Shape::Same | Shape::Ignored => value.clone(),
            Shape::Text => json!(value.to_string()),
            Shape::Hex => json!(hex(value)),
            Shape::HexText => json!(hex(value).to_string()),
            Shape::Object(fields) => object(value, fields),
            Shape::List(fields) => {
                let list = value.as_array().unwrap().iter();
                list.map(|value| object(value, fields)).collect()
            }
            Shape::Named(name_field, fields) => {
                objects(value, |name| json!({name_field: name}), fields)
            }
            Shape::Places(fields) => {
                let place = |name: &str| {
                    let (bucket, position) = name.split_once('/').unwrap();
                    let number = |text: &str| text.parse::<u32>().unwrap();
                    json!({"bucket": number(bucket), "position": number(position)})
                };
                objects(value, place, fields)
            }
        }
    }
}

/// Lists of what the reply has by name, whose order is lost in the tests.
const BY_NAME: [&str; 5] = [
    "networks",
    "indexes",
    "deployments",
    "new_entries",
    "tried_entries",
];

/// Fields that are not there and fields without content are the same, as they
/// are in the schema; and so are 1 and 1.0.
fn tidy(value: &Value) -> Value {
    let is_empty = |value: &Value| {
        value.is_null()
            || value.as_array().is_some_and(Vec::is_empty)
            || value.as_object().is_some_and(Map::is_empty)
    };
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| {
                let mut value = tidy(value);
                if let (true, Value::Array(list)) = (BY_NAME.contains(&name.as_str()), &mut value) {
                    list.sort_by_key(Value::to_string);
                }
                (name.clone(), value)
            });
            fields.filter(|(_, value)| !is_empty(value)).collect()
        }
        Value::Array(list) => list.iter().map(tidy).collect(),
        Value::Number(number) if number.is_f64() => {
            let number = number.as_f64().unwrap();
            let whole = number as i64;
            if whole as f64 == number {
                json!(whole)
            } else {
                json!(number)
            }
        }
        value => value.clone(),
    }
}

/// What the event says of the reply.
fn said(event: &Event) -> Value {
    let json: Value = serde_json::from_str(&event.to_json()).unwrap();
    let payload = json["payload"].as_object().unwrap();
    let mut said = payload.values().next().unwrap().clone();
    let said = said.as_object_mut().unwrap();
    let duration = said.remove("duration_ns").unwrap();
    assert!(duration.as_u64() > Some(0) && duration.as_u64() < Some(60_000_000_000));
    assert!(said.remove("reply_bytes").unwrap().as_u64() > Some(0));
    tidy(&Value::Object(said.clone()))
}

fn expected(whole: &Whole, reply: &Value) -> Value {
    match whole {
        Whole::Fields(fields) => object(reply, fields),
        Whole::Number(name) => json!({*name: reply}),
        Whole::In(name, shape) => {
            let mut event = json!({*name: shape.apply(reply)});
            if let Value::Object(named) = reply {
                let other = named.iter().filter(|(_, value)| !value.is_object());
                let other = other.map(|(name, value)| (name.clone(), json!(value.to_string())));
                event["other_fields"] = Value::Object(other.collect());
            }
            event
        }
    }
}

fn assert_equal(method: &str, event: &Value, expected: &Value) {
    let expected = tidy(expected);
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    assert!(
        *event == expected,
        "{method}: the event has\n{}\nand the reply\n{}",
        pretty(event),
        pretty(&expected)
    );
}

/// The first events equal the first replies.
fn assert_exact(events: &BTreeMap<&str, Arc<Event>>, proxy: &Proxy) {
    for (method, whole) in TABLES {
        let (event, replies) = (said(&events[method]), proxy.results(method));
        if method == "uptime" {
            // It is called by the probe too.
            let event = &event["uptime_seconds"];
            assert!(replies.contains(event), "{event} is none of {replies:?}");
            continue;
        }
        assert_equal(method, &event, &expected(&whole, &replies[0]));
    }
    let asked = [1, 6, 144].map(|blocks| ["economical", "conservative"].map(|mode| (blocks, mode)));
    let replies = proxy.results("estimatesmartfee");
    let estimates = asked.as_flattened().iter().zip(&replies);
    let estimates = estimates.map(|((blocks, mode), reply)| {
        let mut estimate = object(reply, SMART_FEE);
        estimate["target_blocks"] = json!(blocks);
        estimate["mode"] = json!(mode);
        estimate
    });
    let expected = json!({"estimates": estimates.collect::<Vec<_>>()});
    let event = said(&events["estimatesmartfee"]);
    assert_eq!(event["estimates"].as_array().unwrap().len(), 6);
    assert_equal("estimatesmartfee", &event, &expected);
}

#[tokio::test]
async fn every_event_equals_the_reply() {
    let scene = Scene::busy().await;
    let settings = RpcExtractorSettings::default();
    let mut extractor = Extractor::start(&scene.node, settings, None).await;
    let events = extractor.first_of_each(&RPC_METHODS).await;
    assert_exact(&events, &extractor.proxy);
    let all: Vec<Value> = events.values().map(|event| said(event)).collect();
    let all = json!(all).to_string();
    assert!(
        !all.contains("other_fields"),
        "this node says something that the schema does not have: {all}"
    );
    scene.assert_is_in(&events);
}

#[tokio::test]
async fn a_pruned_node_and_deprecated_forms() {
    let scene = Scene::pruned().await;
    let settings = RpcExtractorSettings::default();
    let mut extractor = Extractor::start(&scene.node, settings, None).await;
    let events = extractor.first_of_each(&RPC_METHODS).await;
    // One text instead of a list; without warnings, it is empty.
    let mut expected = extractor.proxy.results("getblockchaininfo").remove(0);
    assert!(expected["warnings"].is_string(), "{expected}");
    expected["warnings"] = match expected["warnings"].as_str().unwrap() {
        "" => json!([]),
        warning => json!([warning]),
    };
    assert!(expected["prune_target_size"].is_number());
    let table = TABLES.iter().find(|(name, _)| *name == "getblockchaininfo");
    let expected = self::expected(&table.unwrap().1, &expected);
    assert_equal(
        "getblockchaininfo",
        &said(&events["getblockchaininfo"]),
        &expected,
    );
}

/// What an unknown field holds. The extractor keeps the text as it is.
fn unknown() -> Value {
    json!([1, {"deep": "\u{1b}[31m\u{e9}"}])
}

/// Puts an unknown field into every object of a reply, and what a node on
/// regtest has no occasion to say.
fn alter(method: &str, result: &mut Value) {
    match method {
        "estimatesmartfee" => *result = json!({"feerate": 0.00012345, "blocks": 2}),
        "getblockchaininfo" => {
            result["backgroundvalidation"] = json!({
                "snapshotheight": 840_000, "blocks": 7, "bestblockhash": "12".repeat(32),
                "mediantime": 1_700_000_000, "verificationprogress": 0.1234567890123456,
                "chainwork": "0f".repeat(32),
            });
            result["signet_challenge"] = json!("5121ff51ae");
            result["warnings"] = json!(["one", "two"]);
        }
        "getmininginfo" => {
            result["signet_challenge"] = json!("5121ff51ae");
            result["networkhashps"] = json!(6.123456789012345e20);
            result["difficulty"] = json!(4.656542373906925e-10);
        }
        "getnettotals" => result["uploadtarget"]["target"] = json!(u64::MAX),
        "getnetworkinfo" => {
            result["localaddresses"] = json!([{"address": "1.2.3.4", "port": 8333, "score": -1}]);
        }
        _ => {}
    }
    add_unknown(result);
}

/// Objects whose fields have no fixed names.
const DYNAMIC: [&str; 5] = [
    "bytessent_per_msg",
    "bytesrecv_per_msg",
    "new",
    "tried",
    "deployments",
];

fn add_unknown(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                match value {
                    Value::Object(dynamic) if DYNAMIC.contains(&name.as_str()) => {
                        dynamic.values_mut().for_each(add_unknown);
                    }
                    value => add_unknown(value),
                }
            }
            fields.insert("unheard_of".to_owned(), unknown());
        }
        Value::Array(list) => list.iter_mut().for_each(add_unknown),
        _ => {}
    }
}

#[tokio::test]
async fn unknown_fields_of_every_object_are_kept() {
    let scene = Scene::busy().await;
    let settings = RpcExtractorSettings::default();
    let mut extractor = Extractor::start(&scene.node, settings, Some(alter)).await;
    let events = extractor.first_of_each(&RPC_METHODS).await;
    assert_exact(&events, &extractor.proxy);
    let all: Vec<Value> = events.values().map(|event| said(event)).collect();
    let count = json!(all).to_string().matches("unheard_of").count();
    assert!(count > 50, "only {count} unknown fields");
}
