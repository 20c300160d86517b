//! Stands between the extractor and the node's RPC server, and writes down
//! what goes through.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A call and what the extractor got as its result.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    pub(crate) method: String,
    pub(crate) result: Value,
}

/// Changes a method's result on its way.
pub(crate) type Alter = fn(&str, &mut Value);

pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    recorded: Arc<Mutex<Vec<Recorded>>>,
    _server: JoinSet<()>,
}

impl Proxy {
    /// Lets everything through as it is, unless it is to be altered.
    pub(crate) async fn start(node: SocketAddr, alter: Option<Alter>) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let recorded = Arc::<Mutex<Vec<Recorded>>>::default();
        let mut server = JoinSet::new();
        let book = Arc::clone(&recorded);
        server.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                // A node that is away takes no connection: the client's is closed.
                if let Ok(server) = TcpStream::connect(node).await {
                    connections.spawn(pass_on(client, server, alter, Arc::clone(&book)));
                }
            }
        });
        Proxy {
            address,
            recorded,
            _server: server,
        }
    }

    /// The results of the calls of `method` so far, in their order.
    pub(crate) fn results(&self, method: &str) -> Vec<Value> {
        let recorded = self.recorded.lock().unwrap();
        let calls = recorded.iter().filter(|call| call.method == method);
        calls.map(|call| call.result.clone()).collect()
    }

    /// Every method that has been called.
    pub(crate) fn methods(&self) -> Vec<String> {
        let recorded = self.recorded.lock().unwrap();
        recorded.iter().map(|call| call.method.clone()).collect()
    }
}

/// One connection: a request, its reply, the next request.
async fn pass_on(
    mut client: TcpStream,
    mut server: TcpStream,
    alter: Option<Alter>,
    recorded: Arc<Mutex<Vec<Recorded>>>,
) {
    while let Some(request) = Message::read(&mut client).await {
        let call: Value = serde_json::from_slice(&request.body).unwrap();
        let method = call["method"].as_str().unwrap().to_owned();
        if server.write_all(&request.bytes()).await.is_err() {
            return;
        }
        let Some(mut reply) = Message::read(&mut server).await else {
            return;
        };
        if let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) {
            if let Some(alter) = alter {
                alter(&method, &mut body["result"]);
                reply.replace_body(body.to_string().into_bytes());
            }
            let result = body["result"].take();
            recorded.lock().unwrap().push(Recorded { method, result });
        }
        if client.write_all(&reply.bytes()).await.is_err() {
            return;
        }
    }
}

/// An HTTP request or response.
struct Message {
    head: String,
    body: Vec<u8>,
}

impl Message {
    async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Message> {
        let mut bytes = Vec::new();
        loop {
            if stream.read_buf(&mut bytes).await.ok()? == 0 {
                return None;
            }
            let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
                continue;
            };
            let head = String::from_utf8_lossy(&bytes[..end + 4]).into_owned();
            let length = content_length(&head);
            if bytes.len() == end + 4 + length {
                let body = bytes.split_off(end + 4);
                return Some(Message { head, body });
            }
        }
    }

    fn replace_body(&mut self, body: Vec<u8>) {
        let lines = self.head.split_inclusive("\r\n");
        let length = format!("Content-Length: {}\r\n", body.len());
        self.head = lines
            .map(|line| {
                if is_content_length(line) {
                    &length
                } else {
                    line
                }
            })
            .collect();
        self.body = body;
    }

    fn bytes(&self) -> Vec<u8> {
        [self.head.as_bytes(), &self.body].concat()
    }
}

fn is_content_length(line: &str) -> bool {
    line.to_ascii_lowercase().starts_with("content-length:")
}

fn content_length(head: &str) -> usize {
    let line = head.lines().find(|line| is_content_length(line));
    let value = line.and_then(|line| line.split_once(':'));
    value.map_or(0, |(_, length)| length.trim().parse().unwrap())
}
