//! What costs a peer its connection, or should.

use std::net::{IpAddr, Ipv4Addr};

use anyhow::Result;
use bitcoin::block::{Header, Version};
use bitcoin::hashes::Hash;
use bitcoin::{BlockHash, CompactTarget, TxMerkleNode};
use peer_observer_event::{Body, SendTxRcncl, WtxidRelay};

use super::connections::full_node;
use super::wire;
use crate::{Node, Peer, PeerOptions, Transport};

/// Each act by a peer of its own.
pub(super) async fn all(alice: &Node) -> Result<()> {
    let tip: BlockHash = alice.rpc::<String>("getbestblockhash", ()).await?.parse()?;
    for (command, payload) in messages(tip) {
        let peer = Peer::connect(alice, Transport::V1).await?;
        act(&peer, command, &payload).await;
    }
    handshakes(alice).await?;
    damaged_frames(alice).await?;
    privileged(alice).await
}

/// Sends it, and waits until the node has dealt with it, by closing the
/// connection perhaps.
async fn act(peer: &Peer, command: &str, payload: &[u8]) {
    if peer.send_raw(command, payload).await.is_ok() {
        peer.ping_pong_barrier().await.ok();
    }
}

fn messages(tip: BlockHash) -> Vec<(&'static str, Vec<u8>)> {
    let hash: [u8; 32] = rand::random();
    let mut good = Header {
        version: Version::from_consensus(0x2000_0000),
        prev_blockhash: tip,
        merkle_root: TxMerkleNode::from_byte_array(hash),
        time: 2_000_000_000,
        bits: CompactTarget::from_consensus(0x207f_ffff),
        nonce: 0,
    };
    let mut no_work = good;
    wire::grind(&mut good, true);
    wire::grind(&mut no_work, false);
    let mut unconnected = Header {
        prev_blockhash: BlockHash::from_byte_array(hash),
        ..good
    };
    wire::grind(&mut unconnected, true);
    let addresses = wire::count(1001).into_iter().chain(vec![0; 1001 * 30]);
    let filter = |size: usize| [wire::count(size as u64), vec![0xff; size], vec![0; 9]].concat();
    vec![
        ("inv", wire::inventory(wire::WTX, &vec![hash; 50_001])),
        ("getdata", wire::inventory(wire::WTX, &vec![hash; 50_001])),
        ("headers", wire::headers(&vec![good; 2001])),
        ("headers", wire::headers(&[no_work])),
        ("headers", wire::headers(&[good, good])),
        ("headers", wire::headers(&[unconnected])),
        // Too far in the future.
        ("headers", wire::headers(&[good])),
        ("addr", addresses.collect()),
        ("getblocks", wire::locator(&[hash; 102], hash)),
        ("getheaders", wire::locator(&[hash; 102], hash)),
        (
            "getblocktxn",
            wire::block_transactions_request(tip, &[1000]),
        ),
        ("sendcmpct", [vec![7], 2u64.to_le_bytes().to_vec()].concat()),
        ("filterload", filter(40_000)),
        ("filteradd", filter(600)),
        ("getcfilters", wire::filters(7, 1, tip)),
        (
            "getcfilters",
            wire::filters(0, 1, BlockHash::from_byte_array(hash)),
        ),
        ("getcfilters", wire::filters(0, 1_000_000, tip)),
        ("getcfheaders", wire::filters(0, 0, tip)),
        ("tx", vec![1, 2, 3]),
        ("block", vec![0; 80]),
        ("cmpctblock", vec![0xff; 90]),
        ("ping", vec![1]),
        ("wtxidrelay", vec![]),
        ("sendaddrv2", vec![]),
        ("sendtxrcncl", vec![1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("feature", vec![4, b't', b'e', b's', b't', 0]),
        ("\u{1}\u{2}", vec![]),
    ]
}

/// What may not stand in a handshake.
async fn handshakes(alice: &Node) -> Result<()> {
    let reconciliation = |version| Body::Sendtxrcncl(SendTxRcncl { version, salt: 5 });
    let openings = [
        vec![
            Body::Wtxidrelay(WtxidRelay {}),
            Body::Wtxidrelay(WtxidRelay {}),
        ],
        vec![Body::Wtxidrelay(WtxidRelay {}), reconciliation(1)],
        vec![Body::Wtxidrelay(WtxidRelay {}), reconciliation(0)],
        vec![
            Body::Wtxidrelay(WtxidRelay {}),
            reconciliation(1),
            reconciliation(1),
        ],
        vec![reconciliation(1)],
    ];
    for before_verack in openings {
        let mut options = PeerOptions::new(Transport::V1);
        options.connection.before_verack = before_verack;
        if let Ok(peer) = Peer::connect_with(alice, options).await {
            peer.ping_pong_barrier().await.ok();
        }
    }
    let agents = ["", "\u{1b}[31m red", "[net] a:b [x:y] %s \" peer=7"];
    for agent in agents {
        for transport in [Transport::V1, Transport::V2] {
            let options = PeerOptions::new(transport).user_agent(agent);
            let peer = Peer::connect_with(alice, options).await?;
            peer.ping_pong_barrier().await?;
        }
    }
    Ok(())
}

/// Frames that are no messages.
async fn damaged_frames(alice: &Node) -> Result<()> {
    let frame = |magic: &[u8; 4], command: &[u8; 12], length: u32, checksum: [u8; 4]| {
        [
            &magic[..],
            command,
            &length.to_le_bytes(),
            &checksum,
            b"abcd",
        ]
        .concat()
    };
    let magic = b"\xfa\xbf\xb5\xda";
    let frames = [
        frame(b"\0\0\0\0", b"ping\0\0\0\0\0\0\0\0", 4, [0; 4]),
        frame(magic, b"ping\0\0\0\0\0\0\0\0", 4, [0; 4]),
        frame(magic, b"ping\0\0\0\0\0\0\0\0", 0x7fff_ffff, [0; 4]),
        frame(
            magic,
            b"\x01\x02\xff\0\0a\0\0\0\0\0\0",
            0,
            [0x5d, 0xf6, 0xe0, 0xe2],
        ),
    ];
    for bytes in frames {
        let peer = Peer::connect(alice, Transport::V1).await?;
        peer.send_bytes(&bytes).await?;
        peer.ping_pong_barrier().await.ok();
    }
    Ok(())
}

/// Misbehaviour that is not punished: of a `noban` peer, of an outbound one.
async fn privileged(alice: &Node) -> Result<()> {
    let too_many = wire::inventory(wire::WTX, &vec![[7; 32]; 50_001]);
    let mut options = PeerOptions::new(Transport::V1);
    options.connection.local_address = Some(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 9)));
    let peer = Peer::connect_with(alice, options).await?;
    act(&peer, "inv", &too_many).await;

    let peer = Peer::accept(alice, "outbound-full-relay", full_node(Transport::V2)).await?;
    act(&peer, "inv", &too_many).await;
    let peer = Peer::accept(alice, "block-relay-only", full_node(Transport::V1)).await?;
    act(&peer, "inv", &wire::inventory(wire::WTX, &[[7; 32]])).await;
    Ok(())
}
