//! A proxy on loopback that takes no one anywhere.

use std::net::SocketAddr;

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Answers SOCKS5 greetings and refuses every connection, each for another
/// reason; to I2P's SAM it says nothing sensible.
pub(super) struct Proxy {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Proxy {
    pub(super) async fn start() -> Result<Proxy> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            let mut reason = 0;
            while let Ok((mut stream, _)) = listener.accept().await {
                reason = reason % 9 + 1;
                let mut greeting = [0; 64];
                let Ok(read) = stream.read(&mut greeting).await else {
                    continue;
                };
                if greeting[..read].starts_with(b"HELLO") {
                    stream
                        .write_all(b"HELLO REPLY RESULT=NOVERSION\n")
                        .await
                        .ok();
                    continue;
                }
                stream.write_all(&[5, 0]).await.ok();
                let Ok(1..) = stream.read(&mut greeting).await else {
                    continue;
                };
                let refusal = [5, reason, 0, 1, 0, 0, 0, 0, 0, 0];
                stream.write_all(&refusal).await.ok();
            }
        });
        Ok(Proxy { address, task })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}
