//! A real server on a free port, and raw HTTP requests to it.
// Each test binary uses its part.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

pub mod client;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use peer_observer_bus::{Bus, Draft, Publisher};
use peer_observer_component::{
    CancellationToken, Component, Context, Exposition, HealthRegistry, State,
};
use peer_observer_event::{
    Body, Direction, Extractor, HopCount, Inv, InventoryItem, P2pMessage, Payload, Ping,
};
use peer_observer_web::{Limits, Web, WebSettings, WebSources};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// Long enough for a busy machine; a test that gets here has failed.
pub const TOO_LONG: Duration = Duration::from_secs(60);

pub struct Server {
    pub bus: Bus,
    pub address: SocketAddr,
    pub health: HealthRegistry,
    pub shutdown: CancellationToken,
    pub running: JoinHandle<()>,
    pub alice: Publisher,
}

struct Metrics;

impl Exposition for Metrics {
    fn text(&self) -> String {
        "# EOF\n".to_owned()
    }

    fn plain_text(&self) -> String {
        "up 1\n".to_owned()
    }
}

impl Server {
    pub async fn start() -> Server {
        Server::with(WebSettings::default(), Limits::default()).await
    }

    pub async fn with(settings: WebSettings, limits: Limits) -> Server {
        let settings = WebSettings {
            listen: "127.0.0.1:0".parse().unwrap(),
            ..settings
        };
        let health = HealthRegistry::default();
        let sources = WebSources {
            metrics: Some(Arc::new(Metrics)),
            health: health.clone(),
            nodes: vec!["alice".to_owned(), "bob".to_owned()],
            version: "1.2.3".to_owned(),
        };
        let web = Web::new(settings, sources).with_limits(limits);
        let address = web.bind().unwrap().tcp().unwrap();
        let bus = Bus::in_process();
        let shutdown = CancellationToken::new();
        let context = Context {
            bus: bus.clone(),
            shutdown: shutdown.clone(),
            health: health.handle(&web.name()),
        };
        let running = tokio::spawn(async move { web.run(context).await.unwrap() });
        let mut alice = bus.publisher("alice", Extractor::Ebpf);
        alice.set_run(Some(1_790_000_000));
        let server = Server {
            bus,
            address,
            health,
            shutdown,
            running,
            alice,
        };
        // Whoever has had an answer sees all events from then on.
        assert_eq!(server.get("/healthz").await.status, 200);
        server
    }

    /// An answer to `GET path` with a right `Host`.
    pub async fn get(&self, path: &str) -> Reply {
        self.request("GET", path, &[("Host", &self.address.to_string())])
            .await
    }

    pub async fn json(&self, path: &str) -> Value {
        self.get(path).await.json()
    }

    /// An answer to a request with these headers alone.
    pub async fn request(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        self.raw(request.as_bytes()).await
    }

    pub async fn raw(&self, request: &[u8]) -> Reply {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut bytes = Vec::new();
        let read = tokio::time::timeout(TOO_LONG, stream.read_to_end(&mut bytes)).await;
        read.expect("the server answers and closes").unwrap();
        Reply::parse(&bytes)
    }

    /// Waits until the reply to `path` is as wanted.
    pub async fn wait_for(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let wait = async {
            loop {
                let reply = self.json(path).await;
                if wanted(&reply) {
                    return reply;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(TOO_LONG, wait)
            .await
            .expect("the reply becomes as wanted")
    }

    /// The websocket hop of this process.
    pub fn websocket_hop(&self) -> HopCount {
        self.bus.hop("websocket", "").count()
    }

    pub fn set_health(&self, component: &str, state: State) {
        self.health
            .handle(component)
            .set(state, "as the test wants it");
    }
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: String,
    pub body: Vec<u8>,
}

impl Reply {
    fn parse(bytes: &[u8]) -> Reply {
        let end = bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .expect("a head")
            + 4;
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Reply {
            status,
            headers: head.to_ascii_lowercase(),
            body: bytes[end..].to_vec(),
        }
    }

    /// The value of a header, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let line = self
            .headers
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.map(str::trim)
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }
}

pub fn message(peer_id: u64, command: &str, body: Body) -> P2pMessage {
    P2pMessage {
        peer_id,
        address: "127.0.0.1:50000".to_owned(),
        direction: Direction::Inbound.into(),
        command: command.to_owned(),
        payload_bytes: 8,
        body: Some(body),
        ..P2pMessage::default()
    }
}

pub fn ping(peer_id: u64) -> Draft {
    let body = Body::Ping(Ping {
        nonce: Some(u64::MAX),
    });
    Draft::now(Payload::P2pMessage(message(peer_id, "ping", body)))
}

/// An inv whose JSON form has about 100 bytes per item.
pub fn inv(peer_id: u64, items: usize) -> Draft {
    let item = InventoryItem {
        r#type: 5,
        hash: [7; 32],
    };
    let body = Body::Inv(Inv {
        items: vec![item; items],
    });
    let payload = Payload::P2pMessage(message(peer_id, "inv", body));
    Draft {
        bulk_bytes: items * 100,
        ..Draft::now(payload)
    }
}
