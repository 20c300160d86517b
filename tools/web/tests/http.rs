//! Who is answered, with what headers, within what limits.

mod common;

use std::time::Duration;

use common::{Server, TOO_LONG};
use peer_observer_component::State;
use peer_observer_web::{Limits, WebSettings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ROUTES: [&str; 15] = [
    "/",
    "/assets/index.js",
    "/metrics",
    "/healthz",
    "/readyz",
    "/api/v1/node",
    "/api/v1/peers",
    "/api/v1/peers/alice/1",
    "/api/v1/totals",
    "/api/v1/vitals",
    "/api/v1/history",
    "/api/v1/chain",
    "/api/v1/log",
    "/api/v1/events",
    "/no/such/thing",
];

#[tokio::test]
async fn foreign_pages_and_names_are_refused_on_every_route() {
    let settings = WebSettings {
        allowed_hosts: vec!["observer.lan".into()],
        ..Default::default()
    };
    let server = Server::with(settings, Limits::default()).await;
    let own = server.address.to_string();
    let own_origin = format!("http://{own}");
    let upgrade: [(&str, &str); 4] = [
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let foreign: [&[(&str, &str)]; 9] = [
        &[],
        &[("Host", "evil.example")],
        &[("Host", "localhost:1")],
        &[("Host", &own), ("Host", &own)],
        &[("Host", &own), ("Origin", "http://evil.example")],
        &[("Host", &own), ("Origin", "null")],
        &[("Host", &own), ("Origin", "http://localhost:1")],
        &[
            ("Host", &own),
            ("Origin", &own_origin),
            ("Origin", "http://evil.example"),
        ],
        &[("Host", &own), ("Sec-Fetch-Site", "cross-site")],
    ];
    for path in ROUTES {
        for headers in foreign {
            for method in ["GET", "HEAD", "POST"] {
                let headers = [headers, &upgrade].concat();
                let reply = server.request(method, path, &headers).await;
                assert_eq!(reply.status, 403, "{method} {path} {headers:?}");
                assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
            }
        }
        let refused = server
            .request("GET", path, &[("Host", "evil.example")])
            .await;
        let error = refused.json()["error"].as_str().unwrap().to_owned();
        assert!(
            error.contains("http.allowed_hosts") && !error.contains('\n'),
            "{error}"
        );
        for headers in [
            [("Host", "observer.lan"), ("Origin", "https://observer.lan")],
            [("Host", &own), ("Origin", &own_origin)],
        ] {
            assert_ne!(
                server.request("GET", path, &headers).await.status,
                403,
                "{path}"
            );
        }
    }
    let request =
        b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert_eq!(
        server.raw(request).await.status,
        403,
        "the request line counts too"
    );
}

#[tokio::test]
async fn every_reply_has_its_headers_and_errors_are_json() {
    let server = Server::start().await;
    for path in ROUTES {
        let reply = server.get(path).await;
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"));
        assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(reply.header("cache-control"), Some("no-cache"));
    }
    let host = server.address.to_string();
    let headers = [("Host", host.as_str())];
    for (method, path, status) in [
        ("GET", "/no/such/thing", 404),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/../Cargo.toml", 404),
        ("GET", "/%2e%2e/Cargo.toml", 404),
        ("GET", "/api/v1/peers?node=nobody", 404),
        ("GET", "/api/v1/totals?node=nobody", 404),
        ("GET", "/api/v1/vitals?node=nobody", 404),
        ("GET", "/api/v1/history?node=nobody", 404),
        ("GET", "/api/v1/chain?node=nobody", 404),
        ("GET", "/api/v1/log?node=nobody", 404),
        ("GET", "/api/v1/peers?nodes=alice", 400),
        ("GET", "/api/v1/peers/alice/7", 404),
        ("GET", "/api/v1/peers/alice/seven", 400),
        ("GET", "/api/v1/events", 400),
        ("POST", "/api/v1/node", 405),
        ("DELETE", "/no/such/thing", 405),
        ("OPTIONS", "/api/v1/peers", 405),
    ] {
        let reply = server.request(method, path, &headers).await;
        assert_eq!(reply.status, status, "{method} {path}");
        assert!(reply.json()["error"].is_string(), "{method} {path}");
        assert_eq!(reply.header("allow").is_some(), status == 405);
    }
    let with_body = [("Host", host.as_str()), ("Content-Length", "1000000000")];
    assert_eq!(server.request("GET", "/", &with_body).await.status, 413);
}

#[tokio::test]
async fn the_page_is_sent_once_and_then_confirmed() {
    let server = Server::start().await;
    let host = server.address.to_string();
    let page = server.get("/").await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(page.body.starts_with(b"<!doctype html>"));
    let etag = page.header("etag").unwrap().replace("w/", "W/");
    for known in [
        etag.as_str(),
        "*",
        &format!("\"other\", {}", etag.trim_start_matches("W/")),
    ] {
        let headers = [("Host", host.as_str()), ("If-None-Match", known)];
        let reply = server.request("GET", "/", &headers).await;
        assert_eq!((reply.status, reply.body.len()), (304, 0), "{known}");
        assert!(reply.header("etag").is_some());
    }
    let headers = [("Host", host.as_str()), ("If-None-Match", "\"other\"")];
    assert_eq!(server.request("GET", "/", &headers).await.status, 200);
    let head = server.request("HEAD", "/", &[("Host", &host)]).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[tokio::test]
async fn json_is_compressed_for_those_who_can_read_that() {
    let mut server = Server::start().await;
    (0..100).for_each(|peer_id| server.alice.publish(common::ping(peer_id)));
    let all = |reply: &serde_json::Value| reply["peers"].as_array().unwrap().len() == 100;
    server.wait_for("/api/v1/peers", all).await;
    let host = server.address.to_string();
    let headers = [("Host", host.as_str()), ("Accept-Encoding", "gzip")];
    let compressed = server.request("GET", "/api/v1/peers", &headers).await;
    assert_eq!(compressed.header("content-encoding"), Some("gzip"));
    assert!(compressed.body.len() * 4 < server.get("/api/v1/peers").await.body.len());
    assert_eq!(
        server
            .request("GET", "/metrics", &headers)
            .await
            .header("content-encoding"),
        None
    );
}

#[tokio::test]
async fn health_is_told() {
    let server = Server::start().await;
    assert_eq!(server.get("/readyz").await.status, 200);
    server.set_health("ebpf alice", State::Waiting);
    let reply = server.get("/readyz").await;
    assert_eq!(reply.status, 503);
    assert_eq!(reply.json()["components"][0]["component"], "ebpf alice");
    assert_eq!(reply.json()["components"][0]["state"], "waiting");
    let node = server.json("/api/v1/node").await;
    assert_eq!(node["version"], "1.2.3");
    assert_eq!(node["components"][1]["state"], "working");
    assert_eq!(
        node["nodes"][1],
        serde_json::json!({
            "node": "bob", "connected": false, "peers": 0, "mempool_transactions_added": 0, "facts": {}
        })
    );
    // As Prometheus asks, and as everybody else does.
    let accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";
    for (accept, kind, body) in [
        (accept, "application/openmetrics-text", "# EOF\n"),
        ("*/*", "text/plain; version=0.0.4", "up 1\n"),
    ] {
        let host = server.address.to_string();
        let headers = [("Host", host.as_str()), ("Accept", accept)];
        let metrics = server.request("GET", "/metrics", &headers).await;
        assert_eq!(metrics.body, body.as_bytes());
        assert!(metrics.header("content-type").unwrap().starts_with(kind));
    }
}

#[tokio::test]
async fn stalled_clients_lock_nobody_out() {
    let limits = Limits {
        connections: 4,
        ..Limits::default()
    };
    let server = Server::with(WebSettings::default(), limits).await;
    let mut stalled = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream
            .write_all(b"GET /metrics HTTP/1.1\r\nHost: loc")
            .await
            .unwrap();
        stalled.push(stream);
        assert_eq!(server.get("/metrics").await.status, 200);
    }
    let mut first = stalled.swap_remove(0);
    let closed = tokio::time::timeout(TOO_LONG, first.read(&mut [0; 64]))
        .await
        .unwrap();
    assert!(
        matches!(closed, Ok(0) | Err(_)),
        "the one that stalled longest had to go"
    );
}

#[tokio::test]
async fn a_request_that_does_not_come_to_its_end_is_given_up() {
    let limits = Limits {
        request_head: Duration::from_millis(200),
        ..Limits::default()
    };
    let server = Server::with(WebSettings::default(), limits).await;
    let mut trickling = TcpStream::connect(server.address).await.unwrap();
    trickling
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        .await
        .unwrap();
    let trickle = async {
        while trickling.write_all(b"X: y\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(TOO_LONG, trickle)
        .await
        .expect("a trickling request is given up");

    let limits = Limits {
        request: Duration::from_millis(200),
        ..Limits::default()
    };
    let mut server = Server::with(WebSettings::default(), limits).await;
    (0..5_000).for_each(|peer_id| server.alice.publish(common::ping(peer_id)));
    let all = |reply: &serde_json::Value| reply["nodes"][0]["peers"] == 5_000;
    server.wait_for("/api/v1/node", all).await;
    let mut unread = TcpStream::connect(server.address).await.unwrap();
    let request = format!(
        "GET /api/v1/peers HTTP/1.1\r\nHost: {}\r\n\r\n",
        server.address
    );
    // More replies than the sockets hold: the server has to wait for the reader,
    // and after a while it takes no more requests.
    let ask = async { while unread.write_all(request.as_bytes()).await.is_ok() {} };
    tokio::time::timeout(TOO_LONG, ask)
        .await
        .expect("a reply that nobody reads is given up");

    let large = format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n",
        "x".repeat(40_000)
    );
    assert_eq!(server.raw(large.as_bytes()).await.status, 431);
}

#[tokio::test]
async fn shutdown_ends_it_and_the_port_is_free_again() {
    let server = Server::start().await;
    let _idle = TcpStream::connect(server.address).await.unwrap();
    server.shutdown.cancel();
    tokio::time::timeout(TOO_LONG, server.running)
        .await
        .expect("it ends")
        .unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let server = Server::start().await;
    let settings = WebSettings {
        listen: server.address.into(),
        ..WebSettings::default()
    };
    let sources = peer_observer_web::WebSources {
        metrics: None,
        health: server.health.clone(),
        nodes: Vec::new(),
        version: String::new(),
    };
    let failure = peer_observer_web::Web::new(settings, sources)
        .bind()
        .unwrap_err();
    assert!(
        failure.to_string().contains(&server.address.to_string()),
        "{failure}"
    );
    assert!(matches!(
        failure,
        peer_observer_component::Failure::Temporary(_)
    ));
}
