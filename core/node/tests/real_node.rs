//! Finding a real node, and finding it again.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use peer_observer_node::{Chain, Node, NodeSettings, RpcClient, RpcError};
use serde_json::Value;

#[tokio::test]
async fn everything_is_found_from_the_data_directory() {
    let running = testkit::Node::start().await.unwrap();
    let node = Node::locate(&running.settings()).unwrap();
    // Nothing says so but the process: there is no bitcoin.conf.
    assert_eq!(node.chain(), Chain::Regtest);
    assert_eq!(
        node.chain_dir(),
        running.chain_dir().canonicalize().unwrap()
    );
    assert_eq!(node.rpc_address(), running.rpc_address().to_string());

    let process = node.process().unwrap().unwrap();
    assert_eq!(process.pid, running.pid().unwrap());
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    assert!(
        process.start_unix_seconds().abs_diff(now) < 120,
        "{process:?}"
    );
    let uptime: u64 = RpcClient::new(&node)
        .call_as("uptime", Value::Null)
        .await
        .unwrap();
    assert!((now - uptime).abs_diff(process.start_unix_seconds()) <= 3);
    assert_eq!(
        fs::read_link(process.executable()).unwrap(),
        testkit::core::binary().unwrap()
    );
}

#[tokio::test]
async fn a_restart_is_another_process_and_the_client_goes_on() {
    let mut running = testkit::Node::start().await.unwrap();
    let node = Node::locate(&running.settings()).unwrap();
    let client = RpcClient::new(&node);
    client.call("getblockcount", Value::Null).await.unwrap();
    let first = node.process().unwrap().unwrap();

    running.stop().await.unwrap();
    assert!(!first.is_alive());
    assert_eq!(node.process().unwrap(), None);
    let away = client.call("getblockcount", Value::Null).await.unwrap_err();
    assert!(away.is_node_away(), "{away}");

    // Now it has another cookie.
    running.start_again().await.unwrap();
    client.call("getblockcount", Value::Null).await.unwrap();
    let second = node.process().unwrap().unwrap();
    assert_eq!(second.pid, running.pid().unwrap());
    assert_ne!(second, first);
}

#[tokio::test]
async fn what_a_killed_node_leaves_behind_does_not_count() {
    let (mut running, other) =
        tokio::try_join!(testkit::Node::start(), testkit::Node::start()).unwrap();
    let settings = NodeSettings {
        chain: Some(Chain::Regtest),
        ..running.settings()
    };
    let node = Node::locate(&settings).unwrap();
    assert_eq!(node.process().unwrap().unwrap().pid, running.pid().unwrap());
    running.kill().unwrap();
    assert!(node.pid_file().exists());
    assert_eq!(node.process().unwrap(), None);
    // Its number now belongs to somebody else: even to another node.
    fs::write(node.pid_file(), other.pid().unwrap().to_string()).unwrap();
    assert_eq!(node.process().unwrap(), None);
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let running = testkit::Node::builder()
        .argument("-rpcwhitelist=__cookie__:uptime,nosuchmethod")
        .start()
        .await
        .unwrap();
    let client = running.client();
    let error = client.call("getpeerinfo", Value::Null).await.unwrap_err();
    assert!(matches!(error, RpcError::Forbidden { .. }), "{error}");
    let error = client.call("nosuchmethod", Value::Null).await.unwrap_err();
    assert!(matches!(error, RpcError::NoSuchMethod { .. }), "{error}");
    let error = client
        .call("uptime", serde_json::json!([1, 2, 3]))
        .await
        .unwrap_err();
    assert!(matches!(error, RpcError::Rpc { code: -1, .. }), "{error}");
}

#[tokio::test]
async fn the_settings_win_and_half_of_them_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(
        directory.path().join("bitcoin.conf"),
        "signet=1\nrpcuser=me\nrpcpassword=hunter2\n[signet]\nrpcport=7777\n",
    )
    .unwrap();
    let mut settings = NodeSettings::new("alice", directory.path());
    let node = Node::locate(&settings).unwrap();
    assert_eq!(node.chain(), Chain::Signet);
    assert_eq!(node.rpc_address(), "127.0.0.1:7777");
    assert_eq!(node.process().unwrap(), None);
    assert!(!format!("{node:?} {:?}", RpcClient::new(&node)).contains("hunter2"));

    settings.chain = Some(Chain::Regtest);
    settings.rpc.address = Some("[::1]:9".into());
    let node = Node::locate(&settings).unwrap();
    assert_eq!(node.chain(), Chain::Regtest);
    assert_eq!(node.rpc_address(), "[::1]:9");

    settings.rpc.user = Some("me".into());
    let error = Node::locate(&settings).unwrap_err().to_string();
    assert!(error.contains("password_file"), "{error}");
    settings.datadir = directory.path().join("missing");
    settings.rpc.user = None;
    let error = Node::locate(&settings).unwrap_err().to_string();
    assert!(
        error.contains("missing") && error.contains("datadir"),
        "{error}"
    );
}
