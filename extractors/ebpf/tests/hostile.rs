//! A hostile peer: whatever reaches a tracepoint is an event, what Core throws
//! away before that shows as the connection's end, and nothing panics.

/// The smallest instance of every message type: those of the codec's own tests.
#[path = "../../../core/p2p/tests/support/samples.rs"]
#[allow(dead_code, unreachable_pub)]
mod samples;
mod support;

use std::sync::Arc;

use anyhow::{Context, Result};
use peer_observer_ebpf::EbpfSettings;
use peer_observer_event::{Body, Direction, Event, P2pMessage, Payload};
use peer_observer_p2p::{V1Header, magic};
use support::{Observed, assert_accounts, assert_nothing_lost, conversation, messages};
use testkit::{Node, Peer, PeerOptions, Transport};

/// Cheap randomness that is the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }
}

fn inbound<'a>(events: &'a [Arc<Event>], address: &str) -> Vec<&'a P2pMessage> {
    let of_peer = |message: &&P2pMessage| {
        message.address == address && message.direction() == Direction::Inbound
    };
    messages(events).filter(of_peer).collect()
}

/// A peer that says only what the test says: it does not answer pings.
fn quiet(transport: Transport) -> PeerOptions {
    PeerOptions::new(transport).without_pongs()
}

/// Every message that the peer sent is an event of the same command and size.
fn assert_all_seen(events: &[Arc<Event>], peer: &Peer) {
    let address = peer.local_address().to_string();
    let seen: Vec<(String, u64)> = inbound(events, &address)
        .iter()
        .map(|message| (message.command.clone(), message.payload_bytes))
        .collect();
    let sent: Vec<(String, u64)> = peer
        .sent()
        .into_iter()
        .map(|entry| (entry.command, entry.payload_bytes))
        .collect();
    assert_eq!(seen, sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_truncated_at_every_byte() -> Result<()> {
    let node = Node::builder()
        .arguments(conversation::NODE_ARGUMENTS)
        .without_checks()
        .start()
        .await?;
    node.mine(1).await?;
    let mut observed = Observed::start(&node, EbpfSettings::default()).await?;
    let connect = || Peer::connect_with(&node, quiet(Transport::V1));
    let mut peers = Vec::new();
    let mut peer = connect().await?;
    for (command, payload) in samples::all() {
        for length in 0..=payload.len() {
            peer.send_raw(command, &payload[..length]).await?;
            // Some of these make the node hang up: then nothing comes behind them.
            if peer.ping_pong_barrier().await.is_err() {
                peer.wait_disconnect().await?;
                peers.push(std::mem::replace(&mut peer, connect().await?));
            }
        }
    }
    peers.push(peer);
    observed.settle().await?;
    let events = observed.finish().await?;
    assert_nothing_lost(&events);
    for peer in &peers {
        let address = peer.local_address().to_string();
        let seen = inbound(&events, &address);
        let sent = peer.sent();
        // The ping behind a fatal message was never processed.
        assert!(
            sent.len() - seen.len() <= 1,
            "{} of {}",
            seen.len(),
            sent.len()
        );
        for (message, entry) in seen.iter().zip(&sent) {
            assert_eq!(
                (&message.command, message.payload_bytes),
                (&entry.command, entry.payload_bytes)
            );
            assert!(message.body.is_some(), "{message:?}");
        }
    }
    let undecodable =
        messages(&events).filter(|message| matches!(message.body, Some(Body::Undecodable(_))));
    assert!(
        undecodable.count() > 500,
        "most truncations cannot be decoded"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_block_cut_at_random_places() -> Result<()> {
    let node = Node::builder().without_checks().start().await?;
    let block = node.big_block().await?;
    let hex: String = node
        .rpc("getblock", serde_json::json!([block.hash, 0]))
        .await?;
    let payload: Vec<u8> = (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16))
        .collect::<Result<_, _>>()
        .context("the node prints a block as hex")?;
    let mut observed = Observed::start(&node, EbpfSettings::default()).await?;
    let peer = Peer::connect_with(&node, quiet(Transport::V1)).await?;
    let mut random = Random(42);
    for _ in 0..200 {
        let length = random.next() as usize % payload.len();
        peer.send_raw("block", &payload[..length]).await?;
    }
    peer.ping_pong_barrier().await?;
    observed.settle().await?;
    let events = observed.finish().await?;
    assert_accounts(&events);
    assert_all_seen(&events, &peer);
    let blocks = messages(&events).filter(|message| message.command == "block");
    for block in blocks {
        assert!(
            matches!(block.body, Some(Body::Undecodable(_))) || block.cut.is_some(),
            "{block:?}"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_commands_and_user_agents() -> Result<()> {
    let node = Node::start().await?;
    let mut observed = Observed::start(&node, EbpfSettings::default()).await?;
    let agents = [
        "<script>alert(1)</script>",
        "/\u{1b}[31mred\u{7}\n\r\0/",
        "/\u{202e}gnp.exe\u{2066}/",
        "\"><img src=x onerror=alert(1)>",
    ];
    for transport in [Transport::V1, Transport::V2] {
        for agent in agents {
            let peer = Peer::connect_with(&node, quiet(transport).user_agent(agent)).await?;
            for command in [
                "<b>",
                "~!@#$%^&*()_",
                "versionversi",
                "PING",
                "ping ping",
                "a",
            ] {
                peer.send_raw(command, agent.as_bytes()).await?;
            }
            peer.ping_pong_barrier().await?;
            observed.settle().await?;
            assert_all_seen(&observed.events, &peer);
            let address = peer.local_address().to_string();
            let version = inbound(&observed.events, &address)[0];
            let Some(Body::Version(version)) = &version.body else {
                panic!("{version:?}")
            };
            assert_eq!(version.user_agent.as_deref(), Some(agent));
        }
    }
    assert_nothing_lost(&observed.finish().await?);
    Ok(())
}

/// None of this gets as far as a tracepoint for messages.
#[tokio::test(flavor = "multi_thread")]
async fn what_core_throws_away_shows_as_the_end() -> Result<()> {
    let node = Node::start().await?;
    let mut observed = Observed::start(&node, EbpfSettings::default()).await?;
    let mut random = Random(7);
    let mut frames = vec![random.bytes(24), random.bytes(100_000)];
    let header = |change: &dyn Fn(&mut V1Header)| -> Result<Vec<u8>> {
        let mut header = V1Header::new(magic::REGTEST, "ping", &[0; 8])?;
        change(&mut header);
        Ok([&header.to_bytes()[..], &[0; 8]].concat())
    };
    frames.push(header(&|header| header.payload_bytes = 4_000_001)?);
    frames.push(header(&|header| header.payload_bytes = u32::MAX)?);
    frames.push(header(&|header| header.magic = magic::MAIN)?);
    for frame in frames {
        let peer = Peer::connect_with(&node, quiet(Transport::V1)).await?;
        peer.ping_pong_barrier().await?;
        // The node may hang up before it has taken all of it.
        let _ = peer.send_bytes(&frame).await;
        peer.wait_disconnect().await?;
        observed.settle().await?;
        assert_all_seen(&observed.events, &peer);
        let address = peer.local_address().to_string();
        let closed = observed.events.iter().any(|event| {
            matches!(&event.payload, Some(Payload::ConnectionClosed(closed)) if closed.address == address)
        });
        assert!(closed, "no end of the connection from {address}");
    }
    // Wrong checksums and impossible commands are dropped, the connection goes on.
    let peer = Peer::connect_with(&node, quiet(Transport::V1)).await?;
    peer.send_bytes(&header(&|header| header.checksum = [0; 4])?)
        .await?;
    peer.send_bytes(&header(&|header| header.command = [0xff; 12])?)
        .await?;
    peer.send_bytes(&header(&|header| header.command = *b"a\0bcdefghijk")?)
        .await?;
    peer.ping_pong_barrier().await?;
    observed.settle().await?;
    assert_all_seen(&observed.events, &peer);
    assert_nothing_lost(&observed.finish().await?);
    Ok(())
}
