//! The same over IPC.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use peer_observer_event::{Payload, RPC_METHODS};
use peer_observer_rpc::{RpcExtractorSettings, RpcTransport};
use serde_json::Value;
use testkit::{DEADLINE, Node};

use super::extractor::Extractor;
use super::scene::Scene;

fn often(transport: RpcTransport) -> RpcExtractorSettings {
    let mut settings = RpcExtractorSettings {
        transport,
        ..RpcExtractorSettings::default()
    };
    for method in settings.methods.values_mut() {
        method.interval = Duration::from_millis(200);
    }
    settings
}

fn over_ipc() -> RpcExtractorSettings {
    often(RpcTransport::Ipc { socket: None })
}

/// Without what no two calls have in common: how long they took, and when
/// they were, which is all that the mocked clock does not stop.
fn lasting(payload: &Payload) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.retain(|name, _| !name.starts_with("duration") && name != "time_unix_ms");
                fields.values_mut().for_each(strip);
            }
            Value::Array(values) => values.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(payload).unwrap();
    strip(&mut value);
    value
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_gives_the_same_event() {
    let scene = Scene::busy_over_ipc().await;
    // Otherwise times in replies would pass between two calls.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.unwrap().as_secs();
    scene
        .node
        .rpc::<Value>("setmocktime", (now,))
        .await
        .unwrap();
    let mut http = Extractor::start(&scene.node, often(RpcTransport::Http), None).await;
    let mut ipc = Extractor::start(&scene.node, over_ipc(), None).await;
    let mut unequal: BTreeMap<&str, (Value, Value)> = BTreeMap::new();
    let mut equal = Vec::new();
    let began = Instant::now();
    while equal.len() < RPC_METHODS.len() {
        assert!(began.elapsed() < DEADLINE, "{unequal:#?}");
        let wanted = RPC_METHODS.iter().copied();
        let wanted: Vec<_> = wanted.filter(|method| !equal.contains(method)).collect();
        let (one, other) = tokio::join!(http.first_of_each(&wanted), ipc.first_of_each(&wanted));
        for method in wanted {
            let of = |events: &BTreeMap<_, std::sync::Arc<peer_observer_event::Event>>| {
                lasting(events[method].payload.as_ref().unwrap())
            };
            let (one, other) = (of(&one), of(&other));
            if one == other {
                unequal.remove(method);
                equal.push(method);
            } else {
                unequal.insert(method, (one, other));
            }
        }
    }
    assert!(ipc.proxy.methods().is_empty(), "it has called over HTTP");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_node_is_asked_again() {
    let mut node = Node::builder().ipc().start().await.unwrap();
    let mut extractor = Extractor::start(&node, over_ipc(), None).await;
    let before = extractor.first_of_each(&RPC_METHODS).await;
    node.restart().await.unwrap();
    let back = |payload: &Payload| matches!(payload, Payload::NodeBack(_));
    extractor.until(back).await;
    let after = extractor.first_of_each(&RPC_METHODS).await;
    for method in RPC_METHODS {
        assert!(after[method].run.unwrap() > before[method].run.unwrap());
    }
    let log = std::fs::read_to_string(node.debug_log()).unwrap();
    assert!(!log.contains("ssertion"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_said() {
    let node = Node::start().await.unwrap();
    let extractor = Extractor::start(&node, over_ipc(), None).await;
    extractor
        .until_health("waiting", "start the node as `bitcoin-node -ipcbind=unix`")
        .await;

    let argument = "-rpcwhitelist=peer-observer:uptime,getnettotals";
    let arguments = [argument, "-rpcwhitelistdefault=0"];
    let node = Node::builder()
        .ipc()
        .arguments(arguments)
        .start()
        .await
        .unwrap();
    let mut extractor = Extractor::start(&node, over_ipc(), None).await;
    extractor.first_of_each(&["uptime", "getnettotals"]).await;
    extractor
        .until_health("working", "the node does not let us call getpeerinfo")
        .await;
}
