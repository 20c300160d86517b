//! Connections of every type, and how they end.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::{Node, Peer, PeerOptions, Transport, wait_for};

/// Service bits (BIP144).
const NETWORK_AND_WITNESS: u64 = 1 | 1 << 3;

/// Nothing listens there.
const CLOSED: &str = "127.0.0.1:1";

/// A peer that says it has blocks to give, as those must that a node connects to.
pub(super) fn full_node(transport: Transport) -> PeerOptions {
    let mut options = PeerOptions::new(transport);
    options.connection.version.services = NETWORK_AND_WITNESS;
    options
}

/// Between the two nodes, from and to test peers, over both transports.
pub(super) async fn all(alice: &Node, bob: &Node) -> Result<()> {
    alice.connect_to(bob).await?;
    bob.connect_to(alice).await?;
    for kind in [
        "outbound-full-relay",
        "block-relay-only",
        "addr-fetch",
        "feeler",
    ] {
        for transport in [Transport::V1, Transport::V2] {
            for options in [full_node(transport), PeerOptions::new(transport)] {
                // A feeler is closed as soon as it has shaken hands, and one
                // that has no blocks is no use.
                if let Ok(peer) = Peer::accept(alice, kind, options).await {
                    peer.send_raw("addrv2", &[0]).await.ok();
                    peer.ping_pong_barrier().await.ok();
                }
            }
        }
    }
    for transport in [Transport::V1, Transport::V2] {
        let peer = Peer::connect(alice, transport).await?;
        peer.ping_pong_barrier().await?;
    }
    // A v2 connection to something that speaks v1 is tried again with v1.
    alice
        .rpc::<Value>("addnode", (CLOSED, "onetry", true))
        .await?;
    half_handshakes(alice).await?;
    bans(alice).await?;
    network_off_and_on(alice).await?;
    alice.connect_to(bob).await
}

/// Connections that end before they are any.
async fn half_handshakes(alice: &Node) -> Result<()> {
    let inbound = [
        vec![],
        vec![0xff; 70],
        b"\xfa\xbf\xb5\xdaversion\0\0\0\0\0\xff\xff\xff\xff\0\0\0\0".to_vec(),
        b"GET / HTTP/1.0\r\n\r\n".to_vec(),
    ];
    for bytes in inbound {
        let mut stream = TcpStream::connect(alice.p2p_address()).await?;
        stream.write_all(&bytes).await?;
        stream.shutdown().await?;
        // The node closes its side when it has seen the end of ours.
        let mut rest = Vec::new();
        tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest)
            .await
            .ok();
    }
    Ok(())
}

/// Bans by address, and what happens to the banned and the discouraged.
async fn bans(alice: &Node) -> Result<()> {
    let mut options = PeerOptions::new(Transport::V1);
    let address = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 7));
    options.connection.local_address = Some(address);
    let peer = Peer::connect_with(alice, options.clone()).await?;
    alice
        .rpc::<Value>("setban", (address.to_string(), "add", 1000))
        .await?;
    peer.wait_disconnect().await?;
    Peer::connect_with(alice, options).await.err();
    alice
        .rpc::<Value>("setban", ("10.0.0.0/8", "add", 1))
        .await?;
    alice.rpc::<Value>("listbanned", ()).await?;
    alice.rpc::<Value>("clearbanned", ()).await?;

    let peer = Peer::connect(alice, Transport::V2).await?;
    let address = peer.local_address().to_string();
    alice.rpc::<Value>("disconnectnode", [address]).await?;
    peer.wait_disconnect().await?;
    Ok(())
}

async fn network_off_and_on(alice: &Node) -> Result<()> {
    alice.rpc::<Value>("setnetworkactive", [false]).await?;
    alice.wait_for_connections(0).await?;
    TcpStream::connect(alice.p2p_address()).await?;
    alice.rpc::<Value>("setnetworkactive", [true]).await?;
    wait_for("the node takes connections again", async || {
        Peer::connect(alice, Transport::V1).await.is_ok()
    })
    .await
}

/// More inbound peers than there is room for: some are evicted.
pub(super) async fn crowd(alice: &Node) -> Result<()> {
    let mut peers = Vec::new();
    for _ in 0..24 {
        peers.extend(Peer::connect(alice, Transport::V1).await.ok());
    }
    for peer in &peers {
        peer.ping_pong_barrier().await.ok();
    }
    Ok(())
}

/// Connections that a proxy refuses.
pub(super) async fn through_proxy(alice: &Node) -> Result<()> {
    for address in ["127.0.0.1:1", "[::1]:1", "nowhere.invalid:1"] {
        alice
            .rpc::<Value>("addnode", (address, "onetry", false))
            .await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let onion = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion:1";
    alice
        .rpc::<Value>("addnode", json!([onion, "onetry"]))
        .await?;
    let i2p = "ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq.b32.i2p:0";
    alice
        .rpc::<Value>("addnode", json!([i2p, "onetry"]))
        .await?;
    Ok(())
}
