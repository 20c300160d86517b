//! Peers that are there and say nothing.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anyhow::{Context, Result};
use peer_observer_p2p::{Connection, Options, Transport, magic};

use crate::loopback;

/// Connects `count` peers, each from an address of its own, with the handshake
/// done. They are there until dropped.
pub async fn idle_peers(address: SocketAddr, count: u16) -> Result<Vec<Connection>> {
    let mut peers = Vec::with_capacity(usize::from(count));
    for number in 0..count {
        let mut options = Options::new(Transport::V1, magic::REGTEST);
        let [high, low] = number.to_be_bytes();
        options.local_address = Some(IpAddr::V4(Ipv4Addr::new(127, 2, high, low)));
        options.version.user_agent = format!("/idle:{number}/");
        let connected = async {
            let mut connection = loopback::connect(address, &options).await?;
            connection.handshake(&options).await?;
            anyhow::Ok(connection)
        };
        peers.push(
            connected
                .await
                .with_context(|| format!("idle peer {number}"))?,
        );
    }
    Ok(peers)
}
