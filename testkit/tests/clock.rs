//! Real nodes whose clocks the lab drives.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::time::{Duration, Instant};

use lab::clock::{ClockError, ClockMap, FASTEST, MockClock, MockClockOptions};
use peer_observer_node::{NodeSettings, RpcClient};
use serde_json::Value;
use testkit::{Node, Peer, Transport, wait_for};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Long before the real time, so that nobody can take one for the other.
const BEGIN: u64 = 1_700_000_000;

const SECOND_NS: u64 = 1_000_000_000;

async fn node(name: &str) -> Node {
    // Until its clock is driven it stands an hour before.
    let builder = Node::builder().name(name);
    let builder = builder.argument(format!("-mocktime={}", BEGIN - 3600));
    builder.start().await.unwrap()
}

fn fastest() -> MockClockOptions {
    MockClockOptions {
        begin_unix_seconds: BEGIN,
        speed: FASTEST,
    }
}

/// What the node calls now: when a new connection was opened, as it sees it.
async fn opened(node: &Node) -> u64 {
    let peer = Peer::connect(node, Transport::V1).await.unwrap();
    let address = peer.local_address().to_string();
    let peers = node.peers().await.unwrap();
    let ours = peers.iter().find(|peer| peer["addr"] == address).unwrap();
    ours["conntime"].as_u64().unwrap()
}

#[tokio::test]
async fn minutes_of_the_nodes_pass_in_seconds() {
    let (alice, bob) = tokio::join!(node("alice"), node("bob"));
    let clients = vec![alice.client().clone(), bob.client().clone()];
    let clock = MockClock::start(clients, fastest()).await.unwrap();
    let pace = clock.pace();
    let peer = Peer::connect(&alice, Transport::V1).await.unwrap();
    let listening = Instant::now();
    let (mut pings, mut last) = (Vec::new(), 0);
    // Seven minutes of the node: a ping at first, then each two minutes.
    wait_for("seven minutes of node time pass", async || {
        let received = peer.received();
        let count = received.iter().filter(|entry| entry.command == "ping");
        let count = count.count();
        if count > last {
            pings.push(pace.now_unix_seconds());
            last = count;
        }
        pace.now_unix_seconds() >= BEGIN + 7 * 60
    })
    .await
    .unwrap();
    let took = listening.elapsed();
    assert!(took < Duration::from_secs(30), "{took:?}");
    assert!((3..=5).contains(&pings.len()), "pings at {pings:?}");
    for pair in pings.windows(2) {
        // The node looks ten times a real second whether it is time.
        let apart = pair[1] - pair[0];
        assert!((114..=135).contains(&apart), "pings at {pings:?}");
    }

    for node in [&alice, &bob] {
        let before = pace.now_unix_seconds();
        let opened = opened(node).await;
        let after = pace.now_unix_seconds();
        assert!(
            (before - 10..=after + 1).contains(&opened),
            "{opened} is not between {before} and {after}"
        );
    }
    // A block is as young as the node's clock says.
    let before = pace.now_unix_seconds();
    let hashes = alice.mine(1).await.unwrap();
    let header: Value = alice.rpc("getblockheader", (&hashes[0],)).await.unwrap();
    let mined = header["time"].as_u64().unwrap();
    assert!(
        mined.abs_diff(before) < 60,
        "mined at {mined}, not {before}"
    );

    let map = clock.stop().await.unwrap();
    check(&map);
    // It stands still now.
    let stopped = opened_at_rest(&bob).await;
    assert_eq!(stopped * SECOND_NS, map.last().node_ns);
}

async fn opened_at_rest(node: &Node) -> u64 {
    let first = opened(node).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(opened(node).await, first);
    first
}

fn check(map: &ClockMap) {
    let (first, last) = (map.first(), map.last());
    assert_eq!(first.node_ns, BEGIN * SECOND_NS);
    let real = last.real_ns - first.real_ns;
    let node = last.node_ns - first.node_ns;
    let speed = node as f64 / real as f64;
    // A busy machine may be late, and is never too early.
    assert!((10.0..=30.5).contains(&speed), "{speed} times as fast");
    let steps = map.points().windows(2);
    let mut lengths = steps.map(|pair| pair[1].node_ns - pair[0].node_ns);
    assert!(lengths.all(|length| length <= 6 * SECOND_NS));
}

#[tokio::test]
async fn a_node_that_comes_back_has_the_others_time() {
    let (mut alice, bob) = tokio::join!(node("alice"), node("bob"));
    let clients = vec![alice.client().clone(), bob.client().clone()];
    let clock = MockClock::start(clients, fastest()).await.unwrap();
    let pace = clock.pace();
    alice.restart().await.unwrap();
    wait_for("the node's clock to be set again", async || {
        opened(&alice).await + 60 > pace.now_unix_seconds()
    })
    .await
    .unwrap();
    check(&clock.stop().await.unwrap());
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let node = node("alice").await;
    let client = || vec![node.client().clone()];
    let start = |clients, begin_unix_seconds, speed| {
        let options = MockClockOptions {
            begin_unix_seconds,
            speed,
        };
        MockClock::start(clients, options)
    };
    assert!(matches!(
        start(vec![], BEGIN, 30).await.err(),
        Some(ClockError::NoNodes)
    ));
    for speed in [0, FASTEST + 1] {
        let refused = start(client(), BEGIN, speed).await.err();
        assert!(matches!(refused, Some(ClockError::Speed(_))));
    }
    node.mine(1).await.unwrap();
    let refused = start(client(), BEGIN - 4 * 3600, 30).await.err();
    assert!(matches!(refused, Some(ClockError::BlocksInFuture { .. })));
}

#[tokio::test]
async fn another_chains_clock_is_left_alone() {
    // No node on another chain is started for a test: one that says that it is.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4096];
        let length = stream.read(&mut request).await.unwrap();
        let body = r#"{"jsonrpc":"2.0","result":{"chain":"main","time":1},"id":0}"#;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        let answer = [head.as_bytes(), body.as_bytes()].concat();
        stream.write_all(&answer).await.unwrap();
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    let directory = tempfile::tempdir().unwrap();
    let cookie = directory.path().join("cookie");
    std::fs::write(&cookie, "__cookie__:secret").unwrap();
    let mut settings = NodeSettings::new("mainnet", directory.path());
    settings.rpc.address = Some(address);
    settings.rpc.cookie_file = Some(cookie);
    let client = RpcClient::new(&peer_observer_node::Node::locate(&settings).unwrap());

    let refused = MockClock::start(vec![client], fastest()).await.err();
    assert!(matches!(refused, Some(ClockError::NotRegtest(chain)) if chain == "main"));
    let asked = asked.await.unwrap();
    assert!(!asked.contains("setmocktime"), "{asked}");
}
