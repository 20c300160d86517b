//! Who connects need not be our node.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;
use peer_observer_event::Payload;
use peer_observer_node::NodeSettings;
use peer_observer_p2p::{Connection, Options, magic};
use serde_json::Value;
use testkit::{Node, Peer, PeerOptions, Transport};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Observed, connected, disconnected, dropped, our_peer, settings};

async fn dials(node: &Node, address: SocketAddr) -> Result<()> {
    node.rpc::<Value>("addnode", (address.to_string(), "onetry"))
        .await?;
    Ok(())
}

#[tokio::test]
async fn another_node_is_refused_and_ours_taken() -> Result<()> {
    let mut node = Node::start().await?;
    let bob = Node::builder().name("bob").start().await?;
    let mut observed = Observed::listening(node.settings(), settings()).await?;
    dials(&bob, observed.settings.listen).await?;
    // This one tells our node the user agent that we told it.
    let options = Options::new(Transport::V1, magic::REGTEST);
    let mut copier = Connection::connect(observed.settings.listen, &options).await?;
    let agent = copier.handshake(&options).await?.user_agent.unwrap();
    let copied = PeerOptions::new(Transport::V2).user_agent(&agent);
    let _copied = Peer::connect_with(&node, copied).await?;
    let peers = node.peers().await?;
    assert!(peers.iter().any(|peer| peer["subver"] == agent.as_str()));

    let refused = observed
        .counts("handshake", |hop| hop.attempted == 2)
        .await?;
    assert_eq!(dropped(&refused, "not_our_node"), 2, "{refused:?}");
    assert!(!observed.is_working());
    assert!(observed.all(connected).is_empty());
    bob.wait_for_connections(0).await?;

    let listen = observed.settings.listen;
    node.add_arguments([format!("-addnode={listen}")]);
    dials(&node, listen).await?;
    let (connection, _) = observed.next_of(0, "the connection", connected).await?;
    assert!(connection.verified);
    // Another time, beside ours.
    dials(&bob, listen).await?;
    let refused = observed
        .counts("handshake", |hop| hop.attempted == 4)
        .await?;
    assert_eq!((refused.whole, dropped(&refused, "not_our_node")), (1, 3));
    observed.pings(5).await?;
    assert!(observed.all(disconnected).is_empty());
    Ok(())
}

/// An RPC server's address at which nobody answers until somebody does.
async fn forward(listener: TcpListener, to: SocketAddr) {
    while let Ok((mut from, _)) = listener.accept().await {
        tokio::spawn(async move {
            if let Ok(mut to) = TcpStream::connect(to).await {
                let _ = tokio::io::copy_bidirectional(&mut from, &mut to).await;
            }
        });
    }
}

/// Measured from the beginning, and known for what it is when RPC answers.
#[tokio::test]
async fn a_connection_is_verified_once_rpc_can_be_asked() -> Result<()> {
    let (node, bob) = (
        Node::start().await?,
        Node::builder().name("bob").start().await?,
    );
    let door = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let mut settings_of_node = node.settings();
    settings_of_node.rpc.address = Some(door.local_addr()?.to_string());
    let mut ours = Observed::listening(settings_of_node.clone(), settings()).await?;
    let mut strange = Observed::listening(settings_of_node, settings()).await?;
    dials(&node, ours.settings.listen).await?;
    dials(&bob, strange.settings.listen).await?;
    for observed in [&mut ours, &mut strange] {
        let (connection, _) = observed.next_of(0, "the connection", connected).await?;
        assert!(!connection.verified && connection.peer_id.is_none());
        observed.pings(3).await?;
    }

    let forwarding = tokio::spawn(forward(door, node.rpc_address()));
    let verified = |payload: &Payload| connected(payload).filter(|it| it.verified);
    let (connection, _) = ours.next_of(0, "the verified connection", verified).await?;
    assert_eq!(
        our_peer(&node, &connection).await?["id"].as_u64(),
        connection.peer_id
    );
    assert!(
        ours.all(disconnected).is_empty(),
        "it is the same connection"
    );
    ours.pings(3).await?;
    let (end, _) = strange
        .next_of(0, "the end of the stranger's", disconnected)
        .await?;
    assert_eq!(end.reason, "it is another node");
    forwarding.abort();
    Ok(())
}

/// Without a node's process and RPC all that we have is its bitcoin.conf.
#[tokio::test]
async fn a_signet_of_ones_own_is_spoken() -> Result<()> {
    let datadir = tempfile::tempdir()?;
    let config = "signet=1\n[signet]\nsignetchallenge=51\n";
    std::fs::write(datadir.path().join("bitcoin.conf"), config)?;
    let node = NodeSettings::new("alice", datadir.path());
    let mut observed = Observed::listening(node, settings()).await?;
    let listen = observed.settings.listen;
    let own = Options::new(Transport::V2, magic::of_signet(&[0x51]));
    let mut node = Connection::connect(listen, &own).await?;
    node.handshake(&own).await?;
    let default = Options::new(Transport::V1, magic::SIGNET);
    let mut elsewhere = Connection::connect(listen, &default).await?;
    assert!(elsewhere.handshake(&default).await.is_err());
    let (connection, _) = observed.next_of(0, "the connection", connected).await?;
    assert_eq!(connection.node_address, node.local_address().to_string());
    let refused = observed
        .counts("handshake", |hop| hop.attempted == 2)
        .await?;
    assert_eq!(dropped(&refused, "wrong_network"), 1, "{refused:?}");
    Ok(())
}
