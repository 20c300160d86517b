//! A client of the websocket.

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Connects to the peer-observer at `url`; its request is in force on return.
pub(super) async fn connect(url: &str, request: &str) -> Result<Socket> {
    let url = format!("{}/api/v1/events", url.replacen("http", "ws", 1));
    let (mut socket, _) = connect_async(&url)
        .await
        .with_context(|| format!("cannot connect to {url}"))?;
    socket.send(Message::text(request)).await?;
    // The answer to a ping comes after the request has been taken.
    socket.send(Message::Ping(Default::default())).await?;
    while !socket
        .next()
        .await
        .context("the connection has ended")??
        .is_pong()
    {}
    Ok(socket)
}
