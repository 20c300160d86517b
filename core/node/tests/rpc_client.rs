//! The RPC client against a server that misbehaves.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use peer_observer_node::{Node, NodeSettings, RpcClient, RpcError, RpcLimits};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Base64 of `__cookie__:new`.
const NEW_COOKIE: &str = "X19jb29raWVfXzpuZXc=";

/// A server that gives each request the answer that `answer` finds for it; for
/// none, it leaves the client waiting.
async fn server(answer: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut waiting = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let request = request(&mut stream).await;
            match answer(&request) {
                // The client may hang up before it has read everything.
                Some(answer) => drop(stream.write_all(answer.as_bytes()).await),
                None => waiting.push(stream),
            }
        }
    });
    address
}

async fn request(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    while !text.ends_with('}') {
        let mut bytes = [0; 4096];
        let count = stream.read(&mut bytes).await.unwrap();
        text.push_str(str::from_utf8(&bytes[..count]).unwrap());
    }
    text
}

fn http(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}

struct Fixture {
    client: RpcClient,
    cookie: PathBuf,
    _directory: TempDir,
}

fn client(address: &str) -> Fixture {
    patient_client(address, Duration::from_secs(60))
}

fn patient_client(address: &str, call_timeout: Duration) -> Fixture {
    let directory = tempfile::tempdir().unwrap();
    let cookie = directory.path().join("cookie");
    fs::write(&cookie, "__cookie__:old").unwrap();
    let mut settings = NodeSettings::new("alice", directory.path());
    settings.rpc.address = Some(address.to_owned());
    settings.rpc.cookie_file = Some(cookie.clone());
    let node = Node::locate(&settings).unwrap();
    let limits = RpcLimits {
        connect_timeout: call_timeout,
        call_timeout,
        reply_bytes: 10_000,
    };
    Fixture {
        client: RpcClient::with_limits(&node, limits),
        cookie,
        _directory: directory,
    }
}

#[tokio::test]
async fn a_cookie_that_changed_is_read_again() {
    let address = server(|request| {
        Some(match request.contains(NEW_COOKIE) {
            true => http("200 OK", r#"{"result":7,"error":null}"#),
            false => http("401 Unauthorized", ""),
        })
    })
    .await;
    let fixture = client(&address.to_string());
    let error = fixture
        .client
        .call("uptime", Value::Null)
        .await
        .unwrap_err();
    assert!(matches!(error, RpcError::Unauthorized { .. }));
    assert!(
        error.to_string().contains(fixture.cookie.to_str().unwrap()),
        "{error}"
    );
    assert!(!error.to_string().contains("old"), "{error}");

    fs::write(&fixture.cookie, "__cookie__:new\n").unwrap();
    assert_eq!(
        fixture
            .client
            .call_as::<u8>("uptime", Value::Null)
            .await
            .unwrap(),
        7
    );
    fs::write(&fixture.cookie, "").unwrap();
    // What works is not looked up again.
    assert_eq!(
        fixture
            .client
            .call_as::<u8>("uptime", Value::Null)
            .await
            .unwrap(),
        7
    );
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_read() {
    let address = server(|_| Some(http("200 OK", &" ".repeat(20_000)))).await;
    let error = client(&address.to_string())
        .client
        .call("uptime", Value::Null)
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            RpcError::TooLarge {
                limit_bytes: 10_000,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn no_answer_is_a_timeout_and_nobody_there_is_not() {
    let address = server(|_| None).await.to_string();
    let error = patient_client(&address, Duration::from_millis(300))
        .client
        .call("uptime", Value::Null)
        .await
        .unwrap_err();
    assert!(matches!(error, RpcError::Timeout { .. }), "{error}");
    assert!(!error.is_node_away());

    // Bound, so that nobody else gets it, but not listening.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let error = client(&address.to_string())
        .client
        .call("uptime", Value::Null)
        .await
        .unwrap_err();
    assert!(matches!(error, RpcError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
}

#[tokio::test]
async fn nonsense_is_called_nonsense() {
    let address = server(|_| Some(http("200 OK", "<html>hello</html>"))).await;
    let error = client(&address.to_string())
        .client
        .call("uptime", Value::Null)
        .await
        .unwrap_err();
    assert!(
        matches!(error, RpcError::Garbage { status: 200, .. }),
        "{error}"
    );
    let error = client("no address")
        .client
        .call("uptime", Value::Null)
        .await
        .unwrap_err();
    assert!(matches!(error, RpcError::BadAddress { .. }), "{error}");
}
