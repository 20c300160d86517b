//! The text follows OpenMetrics.

use std::collections::{HashMap, HashSet};

use peer_observer_event::*;

use crate::harness::{message, text_of};

#[tokio::test]
async fn every_family_is_declared_once_with_help_and_every_series_is_unique() {
    let peers = vec![PeerInfo {
        network: Some("ipv4".to_owned()),
        ..PeerInfo::default()
    }];
    let infos = PeerInfos {
        peers,
        ..PeerInfos::default()
    };
    let payloads = vec![
        message("ping", 8, Some(Body::Ping(Ping::default()))),
        message("inv", 8, Some(Body::Inv(Inv::default()))),
        message("addr", 8, Some(Body::Addr(Addr::default()))),
        Payload::PeerInfos(infos),
        Payload::BlockConnected(BlockConnected::default()),
        Payload::MempoolAdded(MempoolAdded::default()),
    ];
    let text = text_of(Extractor::Ebpf, payloads).await;
    assert!(text.ends_with("# EOF\n"));
    let mut types = HashMap::new();
    let mut helps = HashSet::new();
    let mut series = HashSet::new();
    for line in text.trim_end_matches("# EOF\n").lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, words) = help.split_once(' ').expect("a help text");
            assert!(helps.insert(name), "{name} twice");
            assert!(
                words.ends_with(").") || name.ends_with("build"),
                "no unit: {line}"
            );
        } else if let Some(declared) = line.strip_prefix("# TYPE ") {
            let (name, kind) = declared.split_once(' ').expect("a type");
            assert!(types.insert(name, kind).is_none(), "{name} twice");
            assert!(helps.contains(name), "{name} has no help");
        } else {
            let (key, value) = line.rsplit_once(' ').expect("a value");
            assert!(value.parse::<f64>().is_ok_and(f64::is_finite), "{line}");
            assert!(series.insert(key), "{key} twice");
            let name = key.split('{').next().expect("a name");
            let ends = ["_total", "_bucket", "_sum", "_count", "_info"];
            let family = ends.into_iter().find_map(|end| name.strip_suffix(end));
            let is_known = family.is_some_and(|family| types.contains_key(family));
            assert!(
                is_known || types.get(name) == Some(&"gauge"),
                "{name} is not declared"
            );
        }
    }
    for family in [
        "peerobserver_p2p_messages",
        "peerobserver_process_cpu_seconds",
    ] {
        assert_eq!(types.get(family), Some(&"counter"), "{family}");
    }
    assert!(text.contains("peerobserver_build_info{version="));
}

#[tokio::test]
async fn this_process_is_measured() {
    let text = text_of(Extractor::Ebpf, vec![]).await;
    let value = |name: &str| -> f64 {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .expect("the line");
        line.trim().parse().expect("a number")
    };
    let resident = value("peerobserver_process_resident_memory_bytes ");
    let proportional = value("peerobserver_process_proportional_memory_bytes ");
    assert!(resident > 100_000.0 && proportional > 100_000.0 && proportional <= resident * 2.0);
    assert!(value("peerobserver_process_open_fds ") >= 3.0);
    assert!(value("peerobserver_process_cpu_seconds_total ") > 0.0);
    let age = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("a clock");
    let age = age.as_secs_f64() - value("peerobserver_process_start_time_seconds ");
    assert!((-2.0..3600.0).contains(&age), "{age}");
}
