use peer_observer_event::{Kind, KindSet, Payload};

use crate::{rpc_samples, samples};

#[test]
fn every_payload_belongs_to_its_kind() {
    for payload in samples::payloads() {
        let word = payload.word();
        let rpc = rpc_samples::payloads();
        let expected = match word.split('_').next() {
            _ if rpc.iter().any(|payload| payload.word() == word) => Kind::Rpc,
            Some("p2p") => Kind::P2pMessage,
            Some("log") if word == "log_template_seen" => Kind::Notice,
            Some("log") => Kind::Log,
            Some("block") if word == "block_reconstruction" => Kind::Log,
            Some("block") if word == "block_template" => Kind::Chain,
            Some("probe") => Kind::Probe,
            Some("chain" | "ipc") => Kind::Chain,
            Some("process") => Kind::Process,
            Some("connection") => Kind::Connection,
            Some("mempool") => Kind::Mempool,
            Some("block") => Kind::Validation,
            Some("utxo") => Kind::Utxocache,
            Some("started" | "node" | "gap") => Kind::Notice,
            Some("heartbeat") => Kind::Heartbeat,
            Some("tick") => Kind::Tick,
            Some("alert") => Kind::Alert,
            other => panic!("a payload of no known kind: {other:?}"),
        };
        assert_eq!(payload.kind(), expected, "{word}");
    }
}

#[test]
fn every_kind_is_listed_and_has_a_payload() {
    for kind in Kind::ALL {
        assert!(
            samples::payloads()
                .iter()
                .any(|payload| Payload::kind(payload) == kind)
        );
        assert_eq!(Kind::from_word(kind.word()), Some(kind));
    }
    assert!(
        Kind::try_from(Kind::ALL.len() as i32 + 1).is_err(),
        "a kind is missing in Kind::ALL"
    );
}

#[test]
fn sets_hold_what_was_put_in() {
    let set = KindSet::NONE
        .with(Kind::Rpc)
        .with(Kind::Tick)
        .without(Kind::Rpc);
    for kind in Kind::ALL {
        assert_eq!(set.contains(kind), kind == Kind::Tick);
        assert!(KindSet::ALL.contains(kind));
    }
    assert_eq!([Kind::Tick].into_iter().collect::<KindSet>(), set);
}
