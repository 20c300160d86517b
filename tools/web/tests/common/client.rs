//! A client of the websocket, and what it gets.

use futures_util::{SinkExt, StreamExt};
use peer_observer_bus::Draft;
use peer_observer_event::{Body, Payload, Version};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{Server, TOO_LONG, message};

/// A client of the websocket.
pub struct Client(pub WebSocketStream<TcpStream>);

impl Client {
    /// Connects; the hello is read.
    pub async fn connect(server: &Server) -> Client {
        let mut client = Client::try_connect(server).await.unwrap();
        assert_eq!(client.text().await, json!({"hello": {"version": "1.2.3"}}));
        client
    }

    pub async fn try_connect(server: &Server) -> Result<Client, Error> {
        let socket = TcpSocket::new_v4().unwrap();
        // What the operating system holds for a client that does not read stays small.
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = socket.connect(server.address).await.unwrap();
        let url = format!("ws://{}/api/v1/events", server.address);
        let (stream, _) = tokio_tungstenite::client_async(url, stream).await?;
        Ok(Client(stream))
    }

    /// Connects and asks.
    pub async fn asking(server: &Server, request: Value) -> Client {
        let mut client = Client::connect(server).await;
        client.ask(server, request).await;
        client
    }

    /// Asks, and waits until the request counts.
    pub async fn ask(&mut self, server: &Server, request: Value) {
        self.say(&request.to_string()).await;
        // The server answers a ping after what came before it.
        self.0
            .send(Message::Ping(b"?".as_slice().into()))
            .await
            .unwrap();
        loop {
            match self.frame().await {
                Message::Pong(_) => return,
                Message::Ping(_) => {}
                other => panic!("{other} instead of a pong from {}", server.address),
            }
        }
    }

    pub async fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    pub async fn frame(&mut self) -> Message {
        let frame = tokio::time::timeout(TOO_LONG, self.0.next()).await;
        frame
            .expect("a frame comes")
            .expect("the server goes on")
            .unwrap()
    }

    pub async fn text(&mut self) -> Value {
        loop {
            match self.frame().await {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other} instead of text"),
            }
        }
    }

    /// The next events, at least one.
    pub async fn events(&mut self) -> Vec<Value> {
        let frame = self.text().await;
        frame["events"]
            .as_array()
            .unwrap_or_else(|| panic!("{frame} instead of events"))
            .clone()
    }

    pub async fn is_closed(&mut self) {
        let end = async { while let Some(Ok(_)) = self.0.next().await {} };
        tokio::time::timeout(TOO_LONG, end)
            .await
            .expect("the server closes");
    }
}

pub fn version(user_agent: &str) -> Draft {
    let version = Version {
        version: 70016,
        services: 1033,
        user_agent: Some(user_agent.to_owned()),
        ..Version::default()
    };
    Draft::now(Payload::P2pMessage(message(
        3,
        "version",
        Body::Version(Box::new(version)),
    )))
}

/// Events until it is enough, by them and what was left out because of the limit and of the filter.
pub async fn sampled(
    client: &mut Client,
    until: impl Fn(&[Value], (u64, u64)) -> bool,
) -> Vec<Value> {
    let (mut events, mut left_out) = (Vec::new(), (0, 0));
    while !until(&events, left_out) {
        let frame = client.text().await;
        match frame.get("left_out") {
            Some(counts) => {
                left_out.0 += counts["limit"].as_u64().unwrap();
                left_out.1 += counts["filter"].as_u64().unwrap();
            }
            None => events.extend(frame["events"].as_array().unwrap().clone()),
        }
    }
    events
}
