//! Where we listen.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use peer_observer_component::Failure;
use tokio::net::{TcpListener, TcpStream};

/// Accepting fails while this process has too many files open, for instance.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(200);

/// Listens there.
pub(crate) async fn listen(node: &str, address: SocketAddr) -> Result<TcpListener, Failure> {
    if !address.ip().to_canonical().is_loopback() {
        tracing::warn!(
            node,
            "p2p_listen = {address} is not a loopback address: let a firewall admit the node alone"
        );
    }
    TcpListener::bind(address).await.map_err(|error| {
        let what = format!("cannot listen on {address} for the node ({error})");
        match error.kind() {
            ErrorKind::PermissionDenied => Failure::CannotWork {
                what,
                remedy: "choose a port above 1023 as p2p_listen, and the same in the node's \
                         addnode="
                    .to_owned(),
            },
            _ => Failure::Temporary(format!(
                "{what}; choose another p2p_listen, and the same in the node's addnode="
            )),
        }
    })
}

/// The next connection. Cancel safe.
pub(crate) async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) => {
                tracing::debug!("cannot accept a connection: {error}");
                tokio::time::sleep(PAUSE_AFTER_ERROR).await;
            }
        }
    }
}
