//! What is not as expected is kept, and everything has a limit.

use peer_observer_event::{AddrmanNetwork, BlockchainInfo, ChainTip, NetworkInfo};
use serde_json::json;
use serde_json::value::{RawValue, to_raw_value};

use super::*;

fn kept<'a>(other: &'a BTreeMap<String, String>, name: &str) -> Option<&'a str> {
    other.get(name).map(String::as_str)
}

#[test]
fn hashes_and_hex_of_another_form_are_kept() {
    let hash = "00".repeat(31) + "01";
    for wrong in [
        json!(&hash[2..]),
        json!(hash.clone() + "00"),
        json!("x".repeat(64)),
        json!(7),
    ] {
        let text = wrong.to_string();
        let tip: ChainTip = read_object(&to_raw_value(&json!({"hash": wrong})).unwrap()).unwrap();
        assert_eq!(
            (&tip.hash, kept(&tip.other_fields, "hash")),
            (&None, Some(&*text))
        );
    }
    let reply = to_raw_value(&json!({
        "bestblockhash": hash, "bits": "1ffffffff", "chainwork": "0".repeat(65),
        "signet_challenge": "abc", "backgroundvalidation": [], "warnings": {},
    }));
    let info: BlockchainInfo = read_object(&reply.unwrap()).unwrap();
    let internal = info.best_block_hash.unwrap();
    assert_eq!((internal[0], internal[31]), (1, 0), "the other way round");
    let names: Vec<&str> = info.other_fields.keys().map(String::as_str).collect();
    let expected = [
        "backgroundvalidation",
        "bits",
        "chainwork",
        "signet_challenge",
        "warnings",
    ];
    assert_eq!(names, expected);
}

#[test]
fn nested_objects_keep_what_is_theirs() {
    let reply = to_raw_value(&json!({"networks": [{"name": "ipv4", "new": 1.0}, {"name": 5}]}));
    let info: NetworkInfo = read_object(&reply.unwrap()).unwrap();
    assert!(info.other_fields.is_empty());
    assert_eq!(kept(&info.networks[0].other_fields, "new"), Some("1.0"));
    assert_eq!(kept(&info.networks[1].other_fields, "name"), Some("5"));

    let reply = to_raw_value(&json!({"networks": vec![json!({}); 65]}));
    let info: NetworkInfo = read_object(&reply.unwrap()).unwrap();
    assert!(info.networks.is_empty(), "more than there can be");
    assert!(kept(&info.other_fields, "networks").is_some());
}

#[test]
fn a_name_that_comes_twice_is_counted() {
    let reply = RawValue::from_string(r#"{"new": 1, "new": 2}"#.to_owned()).unwrap();
    let tip: ChainTip = read_object(&reply).unwrap();
    assert_eq!(kept(&tip.other_fields, "new"), Some("1"));
    assert_eq!(tip.other_fields_dropped, Some(1));
}

#[test]
fn objects_by_name_are_limited_and_others_kept() {
    let read = |text: &str, most| {
        let reply = RawValue::from_string(text.to_owned()).unwrap();
        let mut other = OtherFields::default();
        let named = |network: &mut AddrmanNetwork, name: &str| {
            network.network = Some(name.to_owned());
            name != "bad"
        };
        let list = read_named(&reply, most, &mut other, named);
        (list.map_err(|error| error.to_string()), other.kept)
    };
    let (list, other) = read(r#"{"ipv4": {"new": 1}, "bad": {}, "number": 1.50}"#, 1);
    assert_eq!(list.unwrap().len(), 1);
    assert_eq!(kept(&other, "bad"), Some("{}"));
    assert_eq!(kept(&other, "number"), Some("1.50"), "as the node wrote it");
    let (list, _) = read(r#"{"a": {}, "b": {}}"#, 1);
    assert!(list.unwrap_err().contains("more than 1 entries"));
    assert!(read("[]", 1).0.is_err());
}
