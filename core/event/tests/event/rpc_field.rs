use std::collections::{BTreeMap, BTreeSet};

use peer_observer_event::*;

use crate::rpc_samples;

fn other(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    fields.iter().map(owned).collect()
}

fn values(field: &str, payload: &Payload) -> Vec<f64> {
    let field: RpcField = field.parse().expect("a field");
    field.values(payload)
}

#[test]
fn every_reply_has_its_method() {
    let payloads = rpc_samples::payloads();
    let methods = payloads.iter().map(|payload| payload.rpc_method().unwrap());
    assert_eq!(
        methods.collect::<BTreeSet<_>>(),
        BTreeSet::from(RPC_METHODS)
    );
    assert_eq!(Payload::Tick(Tick {}).rpc_method(), None);
}

#[test]
fn unknown_fields_are_found_in_every_object_that_has_them() {
    let peer = |load: &str| PeerInfo {
        other_fields: other(&[("cpu_load", load)]),
        ..PeerInfo::default()
    };
    let peers = ["1.5", "{\"user\": 2}", "\"3\"", "true", "[4]", "-5e3"].map(peer);
    let infos = Payload::PeerInfos(PeerInfos {
        peers: [&peers[..], &[PeerInfo::default()]].concat(),
        ..PeerInfos::default()
    });
    assert_eq!(values("getpeerinfo.cpu_load", &infos), [1.5, 1.0, -5000.0]);
    assert_eq!(values("getpeerinfo.cpu_load.user", &infos), [2.0]);
    assert!(values("getpeerinfo.load", &infos).is_empty());
    assert!(values("getpeerinfo.peers.cpu_load", &infos).is_empty());
    assert!(values("getnetworkinfo.cpu_load", &infos).is_empty());

    let totals = NetTotals {
        other_fields: other(&[("new", "1"), ("uploadtarget", "{\"new\": 9}")]),
        upload_target: Some(UploadTarget {
            other_fields: other(&[("new", "2")]),
            ..UploadTarget::default()
        }),
        ..NetTotals::default()
    };
    let totals = Payload::NetTotals(totals.into());
    assert_eq!(values("getnettotals.new", &totals), [1.0]);
    // Where the node sends something else than an object, it is kept as well.
    assert_eq!(values("getnettotals.uploadtarget.new", &totals), [9.0, 2.0]);
}

#[test]
fn a_field_is_written_as_it_is_read() {
    for text in [
        "getpeerinfo.cpu_load",
        "getdeploymentinfo.deployments.bip9.A-1",
    ] {
        let field: RpcField = text.parse().unwrap();
        assert_eq!(field.to_string(), text);
        let json = serde_json::to_string(&field).unwrap();
        assert_eq!(serde_json::from_str::<RpcField>(&json).unwrap(), field);
    }
}

#[test]
fn mistakes_in_fields_are_named() {
    for text in [
        "",
        "cpu_load",
        "getpeerinfo",
        "getblock.size",
        "GETPEERINFO.a",
        ".a",
    ] {
        let error = text.parse::<RpcField>().unwrap_err();
        assert_eq!(error, RpcFieldError::NoMethod(text.to_owned()));
    }
    let (long, deep) = ("a".repeat(65), "a.".repeat(8) + "a");
    for path in [
        "",
        ".",
        "a.",
        "a..b",
        "a b",
        "ä",
        "a{x=\"1\"}",
        &long,
        &deep,
    ] {
        let text = format!("getpeerinfo.{path}");
        let error = text.parse::<RpcField>().unwrap_err();
        assert_eq!(error, RpcFieldError::NoPath(text));
    }
}
