//! The only way out of the lab: to nodes on this machine, in regtest's words.

#![allow(clippy::disallowed_methods)]

use std::net::SocketAddr;

use peer_observer_p2p::{Connection, Options, P2pError, magic};
use tokio::net::TcpStream;

/// Why the lab does not connect.
#[derive(Debug, thiserror::Error)]
pub enum LoopbackError {
    /// The address is not on this machine.
    #[error("{0} is not a loopback address: the lab sends nothing beyond this machine")]
    NotLoopback(SocketAddr),
    /// The magic is another network's.
    #[error("the lab speaks regtest only, not the network with magic {0:02x?}")]
    NotRegtest([u8; 4]),
    /// It tried and failed.
    #[error(transparent)]
    P2p(#[from] P2pError),
}

/// Connects to a node on this machine, without the version handshake.
///
/// # Errors
/// When the address is not loopback or the magic not regtest's, before
/// anything is sent; when the connection fails.
pub async fn connect(address: SocketAddr, options: &Options) -> Result<Connection, LoopbackError> {
    check(address, options.magic)?;
    Ok(Connection::connect(address, options).await?)
}

/// Connects to a node on this machine for those who write whole frames.
pub(crate) async fn connect_raw(address: SocketAddr) -> Result<TcpStream, LoopbackError> {
    check(address, magic::REGTEST)?;
    let stream = TcpStream::connect(address)
        .await
        .map_err(|source| P2pError::Connect { address, source })?;
    stream.set_nodelay(true).map_err(P2pError::Io)?;
    Ok(stream)
}

fn check(address: SocketAddr, magic: [u8; 4]) -> Result<(), LoopbackError> {
    // An IPv4 address inside an IPv6 one is judged as what it is.
    if !address.ip().to_canonical().is_loopback() {
        return Err(LoopbackError::NotLoopback(address));
    }
    if magic != magic::REGTEST {
        return Err(LoopbackError::NotRegtest(magic));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use peer_observer_p2p::Transport;

    use super::*;

    #[tokio::test]
    async fn nothing_leaves_this_machine() {
        let options = Options::new(Transport::V1, magic::REGTEST);
        // None of these is connected to, so none needs to exist.
        for address in [
            "8.8.8.8:18444",
            "0.0.0.0:18444",
            "10.0.0.1:18444",
            "192.168.1.1:18444",
            "[2001:db8::1]:18444",
            "[::ffff:8.8.8.8]:18444",
            "[::]:18444",
            "[fe80::1]:18444",
        ] {
            let address = address.parse().unwrap();
            let refused = connect(address, &options).await.err();
            assert!(
                matches!(refused, Some(LoopbackError::NotLoopback(_))),
                "{address}"
            );
            let refused = connect_raw(address).await.err();
            assert!(
                matches!(refused, Some(LoopbackError::NotLoopback(_))),
                "{address}"
            );
        }
    }

    #[tokio::test]
    async fn no_other_network_is_spoken() {
        let address = "127.0.0.1:8333".parse().unwrap();
        for magic in [
            magic::MAIN,
            magic::TESTNET3,
            magic::TESTNET4,
            magic::SIGNET,
            [0; 4],
        ] {
            let refused = connect(address, &Options::new(Transport::V2, magic))
                .await
                .err();
            assert!(
                matches!(refused, Some(LoopbackError::NotRegtest(_))),
                "{magic:02x?}"
            );
        }
    }
}
