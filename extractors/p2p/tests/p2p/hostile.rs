//! Whoever else connects does not disturb the connection that is measured.

use std::net::SocketAddr;

use anyhow::Result;
use peer_observer_event::probe_announcement::Body as Announced;
use peer_observer_event::{
    Body, GetHeaders, Headers, Network, NetworkAddress, Ping, Pong, Version, VersionAddress,
};
use peer_observer_node::NodeSettings;
use peer_observer_p2p::{Connection, Options, Transport, V1Header, codec, magic};
use testkit::Node;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Observed, announcement, connected, disconnected, dropped, ping, settings};

async fn open_with(address: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// Waits until the other side has hung up.
async fn hung_up(mut stream: TcpStream) {
    let mut rest = Vec::new();
    // A reset is as good as an end.
    let _ = stream.read_to_end(&mut rest).await;
}

fn version() -> Vec<u8> {
    let nowhere = VersionAddress {
        address: Some(NetworkAddress {
            network: Network::Ipv6.into(),
            bytes: vec![0; 16].into(),
            bip155_network_id: None,
        }),
        ..VersionAddress::default()
    };
    let version = Version {
        version: 70016,
        receiver: Some(nowhere),
        ..Version::default()
    };
    codec::encode(&Body::Version(Box::new(version))).unwrap()
}

fn frame(header: V1Header, payload: &[u8]) -> Vec<u8> {
    [&header.to_bytes(), payload].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_connections_do_not_disturb_the_good_one() -> Result<()> {
    let mut node = Node::start().await?;
    let mut observed = Observed::connected(&mut node, settings()).await?;
    let address = observed.settings.listen;
    let header = |payload: &[u8]| V1Header::new(magic::REGTEST, "version", payload).unwrap();

    // Random bytes: they can only be the beginning of v2.
    let noise: Vec<u8> = (0..8192).map(|_| rand::random()).collect();
    let random = open_with(address, &noise).await;
    // A checksum that is wrong, a length beyond all measure, another network.
    let mut wrong = header(&version());
    wrong.checksum[0] ^= 1;
    let damaged = open_with(address, &frame(wrong, &version())).await;
    let mut huge = header(&[]);
    huge.payload_bytes = u32::MAX;
    let huge = open_with(address, &frame(huge, &[])).await;
    let elsewhere = V1Header {
        magic: magic::MAIN,
        ..header(&version())
    };
    let elsewhere = open_with(address, &frame(elsewhere, &version())).await;
    // No version first, and gone in the middle of a header.
    let verack = V1Header::new(magic::REGTEST, "verack", &[])?;
    let mut early = open_with(address, &header(&[]).to_bytes()[..20]).await;
    early.shutdown().await?;
    let other = [header(&[]).to_bytes(), verack.to_bytes()].concat();
    let other = open_with(address, &other).await;
    for stream in [random, damaged, huge, elsewhere, early, other] {
        hung_up(stream).await;
    }
    let refused = observed
        .counts("handshake", |hop| hop.attempted == 7)
        .await?;
    assert_eq!(refused.whole, 1, "{refused:?}");
    for reason in [
        "transport",
        "checksum",
        "too_large",
        "wrong_network",
        "closed",
        "handshake",
    ] {
        assert_eq!(dropped(&refused, reason), 1, "{reason}: {refused:?}");
    }

    // Half handshakes and silence, more of them than are borne at a time; all stay open.
    let mut open = Vec::new();
    for _ in 0..20 {
        open.push(open_with(address, &[]).await);
        open.push(open_with(address, &header(&[]).to_bytes()[..7]).await);
        open.push(open_with(address, &frame(header(&version()), &version())).await);
        open.push(open_with(address, &noise[..64]).await);
    }
    let mut v2 = Vec::new();
    for _ in 0..5 {
        let options = Options::new(Transport::V2, magic::REGTEST);
        v2.push(Connection::connect(address, &options).await);
    }
    let pings = observed.pings(20).await?;
    assert_eq!(pings.len(), 20);
    let refused = observed
        .counts("handshake", |hop| hop.attempted > 60)
        .await?;
    assert!(dropped(&refused, "too_many") > 50, "{refused:?}");
    assert_eq!(
        observed.all(connected).len(),
        1,
        "it is the same connection"
    );
    assert_eq!(observed.all(disconnected).len(), 0, "it was never lost");
    assert!(observed.is_working());

    // Nor do they keep the node out.
    node.restart().await?;
    let (_, from) = observed
        .next_of(0, "the first connection", connected)
        .await?;
    let (again, _) = observed
        .next_of(from, "the second connection", connected)
        .await?;
    assert!(again.verified);
    drop((open, v2));
    Ok(())
}

/// A node that says what no node says.
#[tokio::test]
async fn a_damaged_message_costs_itself_alone() -> Result<()> {
    let datadir = tempfile::tempdir()?;
    std::fs::write(datadir.path().join("bitcoin.conf"), "regtest=1\n")?;
    let node = NodeSettings::new("alice", datadir.path());
    let mut observed = Observed::listening(node, settings()).await?;
    let options = Options::new(Transport::V1, magic::REGTEST);
    let mut node = Connection::connect(observed.settings.listen, &options).await?;
    node.handshake(&options).await?;

    let mut wrong = node.v1_header("feefilter", &[1; 8])?;
    wrong.checksum[3] ^= 1;
    node.send_v1_frame(&wrong, &[1; 8]).await?;
    node.send_raw("pong", &[1, 2, 3]).await?;
    node.send_raw("inv", &[200]).await?;
    node.send_raw("whatever", &[7; 1000]).await?;
    let question = GetHeaders {
        version: 70016,
        locator_hashes: Vec::new(),
        stop_hash: vec![0; 32].into(),
    };
    node.send(&Body::Getheaders(question)).await?;
    node.send(&Body::Ping(Ping { nonce: Some(99) })).await?;

    let (mut pings, mut headers, mut pongs) = (Vec::new(), 0, 0);
    while pings.is_empty() || headers == 0 || pongs == 0 {
        match node.receive().await?.body {
            Body::Ping(Ping { nonce }) => pings.push(nonce.unwrap()),
            Body::Headers(Headers { headers: list }) => {
                assert!(list.is_empty());
                headers += 1;
            }
            Body::Pong(pong) => {
                assert_eq!(pong.nonce, 99);
                pongs += 1;
            }
            _ => {}
        }
    }
    assert_eq!(pings.len(), 1, "the next one waits for the answer");
    let announced = |payload: &_| announcement(payload).map(|it| (it.command, it.body));
    let (inv, _) = observed.next_of(0, "the inv", announced).await?;
    assert!(matches!(&inv, (command, Some(Announced::Undecodable(_))) if command == "inv"));

    // Another's pong, and then ours.
    let nonce = pings[0];
    for nonce in [nonce ^ 1, nonce] {
        node.send(&Body::Pong(Pong { nonce })).await?;
    }
    observed.next_of(0, "the ping", ping).await?;
    let counted = observed
        .counts("messages", |hop| hop.attempted >= 8)
        .await?;
    assert_eq!(dropped(&counted, "checksum"), 1, "{counted:?}");
    assert_eq!(dropped(&counted, "undecodable"), 1, "{counted:?}");
    assert_eq!(observed.all(ping).len(), 1);
    assert!(observed.all(disconnected).is_empty());

    let mut huge = node.v1_header("addr", &[])?;
    huge.payload_bytes = 4_000_001;
    node.send_v1_frame(&huge, &[]).await?;
    let (end, _) = observed.next_of(0, "the end", disconnected).await?;
    assert!(end.reason.contains("4000001"), "{end:?}");
    let counted = observed
        .counts("messages", |hop| hop.attempted >= 9)
        .await?;
    assert_eq!(dropped(&counted, "too_large"), 1, "{counted:?}");
    Ok(())
}
