//! An RPC server that behaves as badly as a test wants.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use peer_observer_node::{Chain, NodeSettings};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// How calls of one method are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    Good,
    Hangs,
    DiesMidReply,
    Sends100Megabytes,
    SendsGarbage,
    AnswersAnotherQuestion,
    RejectsCredentials,
    Forbids,
    KnowsNoSuchMethod,
    IsStarting,
}

#[derive(Default)]
struct State {
    manners: Mutex<HashMap<&'static str, Manner>>,
    calls: Mutex<HashMap<String, u64>>,
    uptime_seconds: AtomicU64,
    largest_reply: AtomicU64,
}

/// A fake node; it can go away and come back at the same address.
pub(super) struct FakeNode {
    pub(super) settings: NodeSettings,
    address: SocketAddr,
    state: Arc<State>,
    server: Option<JoinSet<()>>,
    _datadir: tempfile::TempDir,
}

impl FakeNode {
    pub(super) async fn start() -> FakeNode {
        let datadir = tempfile::tempdir().unwrap();
        let password_file = datadir.path().join("password");
        std::fs::write(&password_file, "secret\n").unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut settings = NodeSettings::new("alice", datadir.path());
        settings.chain = Some(Chain::Regtest);
        settings.rpc.address = Some(address.to_string());
        settings.rpc.user = Some("observer".to_owned());
        settings.rpc.password_file = Some(password_file);
        let state = Arc::new(State::default());
        state.uptime_seconds.store(1000, Ordering::Relaxed);
        let mut node = FakeNode {
            settings,
            address,
            state,
            server: None,
            _datadir: datadir,
        };
        node.serve(listener);
        node
    }

    fn serve(&mut self, listener: TcpListener) {
        let state = Arc::clone(&self.state);
        let mut server = JoinSet::new();
        server.spawn(async move {
            // Dropped with the server, and the connections with it.
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(answer(stream, Arc::clone(&state)));
            }
        });
        self.server = Some(server);
    }

    pub(super) fn set(&self, method: &'static str, manner: Manner) {
        self.state.manners.lock().unwrap().insert(method, manner);
    }

    pub(super) fn set_uptime(&self, seconds: u64) {
        self.state.uptime_seconds.store(seconds, Ordering::Relaxed);
    }

    pub(super) fn calls(&self, method: &str) -> u64 {
        self.state
            .calls
            .lock()
            .unwrap()
            .get(method)
            .copied()
            .unwrap_or(0)
    }

    /// Bytes of the largest reply that somebody has taken.
    pub(super) fn largest_reply(&self) -> u64 {
        self.state.largest_reply.load(Ordering::Relaxed)
    }

    pub(super) async fn go_away(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.shutdown().await;
        }
    }

    pub(super) async fn come_back(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.serve(listener);
    }
}

async fn answer(mut stream: TcpStream, state: Arc<State>) {
    let Some(method) = read_method(&mut stream).await else {
        return;
    };
    *state
        .calls
        .lock()
        .unwrap()
        .entry(method.clone())
        .or_default() += 1;
    let manner = state.manners.lock().unwrap().get(method.as_str()).copied();
    let result = match method.as_str() {
        "uptime" => json!(state.uptime_seconds.load(Ordering::Relaxed)),
        "getpeerinfo" | "slow" | "quick" => json!([{"id": 3, "addr": "127.0.0.1:5"}]),
        "getorphantxs" | "getchaintips" | "listbanned" => json!([]),
        _ => json!({}),
    };
    let good = json!({"jsonrpc": "2.0", "result": result, "id": 1}).to_string();
    let (status, body) = match manner.unwrap_or(Manner::Good) {
        Manner::Good => (200, good),
        Manner::Hangs => return std::future::pending().await,
        Manner::DiesMidReply => {
            let _ = send(&mut stream, 200, good.len(), &good.as_bytes()[..10]).await;
            return;
        }
        Manner::Sends100Megabytes => {
            let _ = send(&mut stream, 200, 100_000_000, b"[").await;
            for sent in 0..100u64 {
                state
                    .largest_reply
                    .fetch_max(sent * 1_000_000, Ordering::Relaxed);
                if stream.write_all(&vec![b' '; 1_000_000]).await.is_err() {
                    return;
                }
            }
            return;
        }
        Manner::SendsGarbage => (200, "<html>\u{1b}[31mno".to_owned()),
        Manner::AnswersAnotherQuestion => (200, json!({"result": {"a": 1}}).to_string()),
        Manner::RejectsCredentials => (401, String::new()),
        Manner::Forbids => (403, String::new()),
        Manner::KnowsNoSuchMethod => (404, error(-32601, "Method not found")),
        Manner::IsStarting => (500, error(-28, "Loading block index…")),
    };
    let _ = send(&mut stream, status, body.len(), body.as_bytes()).await;
}

fn error(code: i64, message: &str) -> String {
    json!({"jsonrpc": "2.0", "error": {"code": code, "message": message}, "id": 1}).to_string()
}

async fn send(
    stream: &mut TcpStream,
    status: u16,
    length: usize,
    body: &[u8],
) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await
}

/// The method that the request calls.
async fn read_method(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes);
        let Some((_, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        if let Ok(request) = serde_json::from_str::<Value>(body) {
            return Some(request["method"].as_str()?.to_owned());
        }
    }
}
