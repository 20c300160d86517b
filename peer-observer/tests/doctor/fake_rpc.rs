//! An RPC server in front of a real node's that answers some methods itself.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use anyhow::Result;
use peer_observer_node::{RpcClient, RpcError};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How a method is answered that the node is not asked for.
#[derive(Clone)]
pub enum Answer {
    /// A result with these fields in place of the node's own.
    With(Value),
    /// An error of this code.
    Error(i64),
    /// No JSON.
    Garbage,
}

type Answers = Arc<Mutex<HashMap<&'static str, Answer>>>;

/// The server. Ends when dropped.
pub struct FakeRpc {
    pub address: SocketAddr,
    answers: Answers,
    task: JoinHandle<()>,
}

impl FakeRpc {
    /// In front of this node.
    pub async fn start(node: &RpcClient) -> Result<FakeRpc> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let answers = Answers::default();
        let task = tokio::spawn({
            let (answers, node) = (Arc::clone(&answers), node.clone());
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream, Arc::clone(&answers), node.clone()));
                }
            }
        });
        Ok(FakeRpc {
            address,
            answers,
            task,
        })
    }

    /// From now on this method is answered so.
    pub fn answer(&self, method: &'static str, answer: Answer) {
        self.answers.lock().unwrap().insert(method, answer);
    }

    /// From now on the node answers everything.
    pub fn be_honest(&self) {
        self.answers.lock().unwrap().clear();
    }
}

impl Drop for FakeRpc {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: TcpStream, answers: Answers, node: RpcClient) -> Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let line = line.trim().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        let request: Value = serde_json::from_slice(&body)?;
        let reply = reply(&request, &answers, &node).await;
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            reply.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(reply.as_bytes()).await?;
    }
}

async fn reply(request: &Value, answers: &Answers, node: &RpcClient) -> String {
    let method = request["method"].as_str().unwrap_or_default();
    let answer = answers.lock().unwrap().get(method).cloned();
    let fields = match answer {
        None => json!({}),
        Some(Answer::With(fields)) => fields,
        Some(Answer::Garbage) => return "<html>".to_owned(),
        Some(Answer::Error(code)) => {
            let error = json!({"code": code, "message": "as the test wants it"});
            return json!({"jsonrpc": "2.0", "id": 1, "error": error}).to_string();
        }
    };
    let result: Result<Value, RpcError> = node.call_as(method, request["params"].clone()).await;
    let mut reply = match result {
        Ok(result) => json!({"jsonrpc": "2.0", "id": 1, "result": result}),
        Err(error) => {
            let error = json!({"code": -1, "message": error.to_string()});
            json!({"jsonrpc": "2.0", "id": 1, "error": error})
        }
    };
    for (name, value) in fields.as_object().into_iter().flatten() {
        reply["result"][name] = value.clone();
    }
    reply.to_string()
}
