//! Messages of every type, from peers that mean well.

use anyhow::Result;
use bitcoin::BlockHash;
use bitcoin::hashes::Hash;

use super::wire;
use crate::{Node, Peer, Transport};

/// All of them, over both transports.
pub(super) async fn all(alice: &Node) -> Result<()> {
    let tip: BlockHash = alice.rpc::<String>("getbestblockhash", ()).await?.parse()?;
    let old: BlockHash = alice.rpc::<String>("getblockhash", [5]).await?.parse()?;
    for transport in [Transport::V1, Transport::V2] {
        let peer = Peer::connect(alice, transport).await?;
        for (command, payload) in messages(tip, old) {
            peer.send_raw(command, &payload).await.ok();
        }
        // With `-blocksonly`, transactions announced cost the connection.
        peer.ping_pong_barrier().await.ok();
    }
    // What costs the connection where the service is off.
    let filter = [
        vec![1, 0xff],
        1u32.to_le_bytes().to_vec(),
        vec![0; 4],
        vec![1],
    ]
    .concat();
    let services = [
        ("filterload", filter),
        ("filteradd", vec![1, 7]),
        ("filterclear", vec![]),
        ("mempool", vec![]),
        (
            "getdata",
            wire::inventory(wire::FILTERED_BLOCK, &[tip.to_byte_array()]),
        ),
        ("getcfilters", wire::filters(0, 1, tip)),
        ("getcfheaders", wire::filters(0, 1, tip)),
        (
            "getcfcheckpt",
            [vec![0], tip.to_byte_array().to_vec()].concat(),
        ),
    ];
    for (command, payload) in services {
        let peer = Peer::connect(alice, Transport::V1).await?;
        peer.send_raw(command, &payload).await?;
        peer.ping_pong_barrier().await.ok();
    }
    Ok(())
}

fn messages(tip: BlockHash, old: BlockHash) -> Vec<(&'static str, Vec<u8>)> {
    let (new, tip_bytes, old_bytes) = (rand::random(), tip.to_byte_array(), old.to_byte_array());
    let inventory = |kind, hash| wire::inventory(kind, &[hash]);
    vec![
        ("sendheaders", vec![]),
        ("sendcmpct", [vec![1], 2u64.to_le_bytes().to_vec()].concat()),
        ("feefilter", 1000u64.to_le_bytes().to_vec()),
        ("getaddr", vec![]),
        ("getaddr", vec![]),
        ("ping", 5u64.to_le_bytes().to_vec()),
        ("pong", 7u64.to_le_bytes().to_vec()),
        ("pong", vec![]),
        (
            "addr",
            [
                wire::count(1),
                vec![0; 4],
                1u64.to_le_bytes().to_vec(),
                ipv4(),
                vec![0, 80],
            ]
            .concat(),
        ),
        ("addrv2", vec![1, 0, 0, 0, 100, 1, 1, 4, 8, 8, 8, 8, 0, 80]),
        ("inv", inventory(wire::WTX, new)),
        ("inv", inventory(wire::TX, new)),
        ("inv", inventory(wire::BLOCK, new)),
        ("inv", inventory(wire::BLOCK, tip_bytes)),
        ("inv", inventory(99, new)),
        ("notfound", inventory(wire::WTX, new)),
        ("getdata", inventory(wire::WTX, new)),
        ("getdata", inventory(wire::BLOCK | wire::WITNESS, tip_bytes)),
        ("getdata", inventory(wire::BLOCK, old_bytes)),
        ("getdata", inventory(wire::COMPACT_BLOCK, tip_bytes)),
        ("getdata", inventory(wire::COMPACT_BLOCK, old_bytes)),
        ("getheaders", wire::locator(&[old_bytes], [0; 32])),
        ("getheaders", wire::locator(&[], tip_bytes)),
        ("getblocks", wire::locator(&[old_bytes], [0; 32])),
        ("getblocks", wire::locator(&[old_bytes], tip_bytes)),
        ("getblocktxn", wire::block_transactions_request(tip, &[0])),
        ("getblocktxn", wire::block_transactions_request(old, &[0])),
        (
            "getblocktxn",
            wire::block_transactions_request(BlockHash::from_byte_array(new), &[0]),
        ),
        ("blocktxn", wire::block_transactions(tip, &[])),
        ("headers", vec![0]),
        ("verack", vec![]),
        ("version", vec![0; 10]),
        ("hello", vec![1, 2, 3]),
    ]
}

/// An IPv4 address in an IPv6 one.
fn ipv4() -> Vec<u8> {
    [vec![0; 10], vec![0xff, 0xff, 8, 8, 4, 4]].concat()
}
