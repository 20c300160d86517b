//! A node that is started as all our nodes are never dials out, however many
//! public addresses it hears of.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::collections::HashSet;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use peer_observer_event::{Addr, AddrV2, Body};
use serde_json::Value;
use testkit::{Node, Peer, PeerOptions, Transport};

/// The node tries an address every half second when it is free to. Under CI it
/// gets two minutes for a first attempt, else enough for dozens.
fn observation() -> Duration {
    Duration::from_secs(if std::env::var_os("CI").is_some() {
        120
    } else {
        20
    })
}

#[tokio::test]
async fn a_node_with_a_thousand_public_addresses_stays_at_home() {
    // `addr` lifts the limit on how many gossiped addresses are taken.
    let node = Node::builder()
        .arguments(["-debug=net", "-debug=addrman", "-whitelist=addr@127.0.0.1"])
        .start()
        .await
        .unwrap();
    gossip_a_thousand(&node).await;
    let known: Vec<Value> = node.rpc("getnodeaddresses", (0,)).await.unwrap();
    // Some fall on the same place in the address manager and push others out.
    assert!(known.len() > 600, "the node kept {} addresses", known.len());

    let started = Instant::now();
    while started.elapsed() < observation() {
        let outside = remote_addresses(node.pid().unwrap())
            .into_iter()
            .find(|address| !address.ip().to_canonical().is_loopback());
        assert_eq!(outside, None, "the node has a socket to the outside");
        // Not a wait: the attempts that we look for last only so long.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(attempts(&node), Vec::<String>::new());

    // What we looked for would have been seen: here is one attempt.
    let other = Node::builder().name("bob").start().await.unwrap();
    node.connect_to(&other).await.unwrap();
    assert!(remote_addresses(node.pid().unwrap()).contains(&other.p2p_address()));
    assert_eq!(attempts(&node).len(), 1);
}

/// 500 addresses in addrv2, 500 in addr, from peers of both kinds.
async fn gossip_a_thousand(node: &Node) {
    let mut random = rand::rng();
    let entries = (0..500)
        .map(|_| lab::addresses::random_entry(&mut random))
        .collect();
    let ip_entries = (0..500)
        .map(|_| lab::addresses::random_ip_entry(&mut random))
        .collect();
    let modern = Peer::connect(node, Transport::V2).await.unwrap();
    modern.send(Body::Addrv2(AddrV2 { entries })).await.unwrap();
    modern.ping_pong_barrier().await.unwrap();
    let mut options = PeerOptions::new(Transport::V1);
    options.connection.before_verack.clear();
    let historic = Peer::connect_with(node, options).await.unwrap();
    historic
        .send(Body::Addr(Addr {
            entries: ip_entries,
        }))
        .await
        .unwrap();
    historic.ping_pong_barrier().await.unwrap();
}

/// The lines in which the node says that it connects to somebody
/// (`CConnman::ConnectNode`): `trying v2 connection 1.2.3.4:8333 lastseen=...`,
/// since 31 `trying v2 connection (manual) to 1.2.3.4:8333, lastseen=...`.
fn attempts(node: &Node) -> Vec<String> {
    let log = fs::read_to_string(node.debug_log()).unwrap();
    log.lines()
        .filter(|line| line.contains("trying v") && line.contains(" connection "))
        .map(str::to_owned)
        .collect()
}

/// The other ends of the process' TCP sockets, attempts included.
fn remote_addresses(pid: u32) -> Vec<SocketAddr> {
    let sockets: HashSet<String> = fs::read_dir(format!("/proc/{pid}/fd"))
        .unwrap()
        .flatten()
        .filter_map(|file| fs::read_link(file.path()).ok())
        .filter_map(|target| {
            let target = target.to_str()?;
            Some(
                target
                    .strip_prefix("socket:[")?
                    .strip_suffix(']')?
                    .to_owned(),
            )
        })
        .collect();
    let mut addresses = Vec::new();
    for table in ["tcp", "tcp6"] {
        // A machine without IPv6 has no second table.
        let table = fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
        for line in table.lines().skip(1) {
            let fields: Vec<&str> = line.split_ascii_whitespace().collect();
            let (remote, inode) = (fields[2], fields[9]);
            let remote = parse_address(remote);
            if sockets.contains(inode) && remote.port() != 0 {
                addresses.push(remote);
            }
        }
    }
    addresses
}

/// `0100007F:208D` is 127.0.0.1:8333: words of 32 bits in the machine's order.
fn parse_address(text: &str) -> SocketAddr {
    let (address, port) = text.split_once(':').unwrap();
    let bytes: Vec<u8> = (0..address.len() / 8)
        .flat_map(|word| {
            u32::from_str_radix(&address[8 * word..8 * word + 8], 16)
                .unwrap()
                .to_ne_bytes()
        })
        .collect();
    let ip = match <[u8; 4]>::try_from(&bytes[..]) {
        Ok(bytes) => IpAddr::V4(Ipv4Addr::from(bytes)),
        Err(_) => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(&bytes[..]).unwrap())),
    };
    SocketAddr::new(ip, u16::from_str_radix(port, 16).unwrap())
}
