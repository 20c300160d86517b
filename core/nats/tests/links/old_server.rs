//! What a NATS server from before JetStream does, as far as a client sees it.

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Version 2.1 knows neither headers nor "no responders": a request to
/// JetStream's interface stays without an answer.
const GREETING: &str = "INFO {\"server_id\":\"OLD\",\"version\":\"2.1.9\",\"proto\":1,\
     \"host\":\"127.0.0.1\",\"port\":4222,\"max_payload\":1048576}\r\n";

/// Greets, answers pings, and delivers nothing. Ends when aborted.
pub(crate) async fn serve(port: u16) -> JoinHandle<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            // A client that goes away is no failure.
            tokio::spawn(async move { converse(client).await.ok() });
        }
    })
}

async fn converse(client: TcpStream) -> std::io::Result<()> {
    let (reader, mut writer) = client.into_split();
    writer.write_all(GREETING.as_bytes()).await?;
    let mut lines = BufReader::new(reader).lines();
    while let Some(line) = lines.next_line().await? {
        if line == "PING" {
            writer.write_all(b"PONG\r\n").await?;
        }
    }
    Ok(())
}
