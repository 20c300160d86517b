//! What lines say, compared with what the node says through RPC.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod support;

use bitcoin::{Amount, consensus};
use lab::coins::{self, Coin};
use peer_observer_event::log_line::Detail;
use peer_observer_event::{
    BlockReconstruction, LogDisconnectReason, LogLevel, LogTemplateOrigin, LogTime, Payload,
};
use serde_json::Value;
use support::{Extractor, from_beginning};
use testkit::{Node, Peer, Transport};

async fn observed(name: &str) -> (Node, Extractor) {
    let node = Node::builder().name(name).argument("-debug=1");
    let node = node.start().await.unwrap();
    let extractor = Extractor::start(node.settings(), from_beginning());
    (node, extractor)
}

/// A hash as Bitcoin shows it.
fn shown(hash: &[u8]) -> String {
    hash.iter()
        .rev()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_that_are_mined_here() {
    let (node, mut extractor) = observed("alice").await;
    let blocks = node.mine(3).await.unwrap();
    let last = blocks.last().unwrap();
    let connected = extractor
        .detail("block connected", |detail| match detail {
            Detail::BlockConnected(block) if block.height == 3 => Some(shown(&block.block_hash)),
            _ => None,
        })
        .await;
    assert_eq!(connected.unwrap(), *last);
    let tip = extractor
        .detail("tip updated", |detail| match detail {
            Detail::TipUpdated(tip) if tip.height == 3 => Some(tip.clone()),
            _ => None,
        })
        .await
        .unwrap();
    let header: Value = node.rpc("getblockheader", (last,)).await.unwrap();
    assert_eq!(shown(&tip.block_hash), *last);
    assert_eq!(Value::from(tip.version), header["version"]);
    assert_eq!(Value::from(tip.block_time_unix_seconds), header["time"]);
    assert_eq!((tip.transactions, tip.progress), (4, 1.0));
    assert!(tip.cache_coins.is_some() && tip.cache_mebibytes.is_some());
    let state = extractor
        .detail("block checked", |detail| match detail {
            Detail::BlockChecked(block) => Some(block.state.clone()),
            _ => None,
        })
        .await;
    assert_eq!(state.unwrap(), "Valid");

    let line = extractor.lines().find(|line| {
        let detail = line.detail.as_ref();
        detail.is_some_and(|detail| matches!(detail, Detail::TipUpdated(_)))
    });
    let line = line.unwrap();
    assert_eq!(line.time(), LogTime::Microseconds);
    assert_eq!((line.category.as_str(), line.level()), ("", LogLevel::Info));
    assert_eq!(line.template_origin(), LogTemplateOrigin::Catalogue);
    assert!(line.parameters.len() > 7);
}

/// Mines at one node until the other has said so much of a block that it got as
/// a compact block, and meets the condition.
async fn reconstructed(
    miner: &Node,
    extractor: &mut Extractor,
    is_it: impl Fn(&BlockReconstruction) -> bool,
) -> BlockReconstruction {
    for _ in 0..20 {
        let hash = miner.mine(1).await.unwrap().remove(0);
        // What comes while a block is on its way may be asked for otherwise.
        let mut found = None;
        let of_hash = |payload: &Payload| match payload {
            Payload::BlockReconstruction(block) if shown(&block.block_hash) == hash => {
                Some((**block).clone())
            }
            _ => None,
        };
        let is_over = |payload: &Payload| match payload {
            Payload::LogLine(line) => match &line.detail {
                Some(Detail::TipUpdated(tip)) => shown(&tip.block_hash) == hash,
                _ => false,
            },
            _ => false,
        };
        extractor
            .until("the block", |events| {
                let mut payloads = events.iter().filter_map(|event| event.payload.as_ref());
                found = payloads.clone().find_map(of_hash);
                payloads.any(is_over)
            })
            .await
            .unwrap();
        if let Some(found) = found.filter(|block| is_it(block)) {
            return found;
        }
    }
    panic!("20 blocks and none of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn compact_blocks_between_two_nodes() {
    let (alice, mut extractor) = observed("alice").await;
    let bob = Node::builder().name("bob").start().await.unwrap();
    bob.mine(1).await.unwrap();
    bob.connect_to(&alice).await.unwrap();
    let peer_id = alice.peers().await.unwrap()[0]["id"].as_u64();
    // Alice asks for the first block that she is told of, and wants the next
    // ones unasked.
    for is_unasked in [false, true] {
        let wanted = Some(is_unasked);
        let is_it = |block: &BlockReconstruction| block.high_bandwidth == wanted;
        reconstructed(&bob, &mut extractor, is_it).await;
    }
    let block = reconstructed(&bob, &mut extractor, |_| true).await;
    assert_eq!((block.peer_id, block.prefilled_transactions), (peer_id, 1));
    assert_eq!(
        (block.mempool_transactions, block.requested_transactions),
        (0, 0)
    );
    assert!((0.0..10.0).contains(&block.duration_seconds.unwrap()));
    let header: Value = alice
        .rpc("getblockheader", (shown(&block.block_hash),))
        .await
        .unwrap();
    assert_eq!(Value::from(block.height.unwrap()), header["height"]);

    let seen = extractor
        .detail("header seen", |detail| match detail {
            Detail::HeaderSeen(seen) if seen.compact_block => Some(seen.clone()),
            _ => None,
        })
        .await
        .unwrap();
    assert_eq!(seen.peer_id, peer_id);

    // Transactions that alice lacks are asked for.
    bob.mine(101).await.unwrap();
    alice
        .rpc::<Value>("setnetworkactive", (false,))
        .await
        .unwrap();
    alice.wait_for_connections(0).await.unwrap();
    let coins: Vec<Coin> = bob.fan_out(5).await.unwrap();
    alice
        .rpc::<Value>("setnetworkactive", (true,))
        .await
        .unwrap();
    bob.connect_to(&alice).await.unwrap();
    let height: u64 = bob.rpc("getblockcount", ()).await.unwrap();
    testkit::wait_for("alice has all blocks", async || {
        alice.rpc::<u64>("getblockcount", ()).await.unwrap() == height
    })
    .await
    .unwrap();
    bob.spend_all(&coins).await.unwrap();
    let block = reconstructed(&bob, &mut extractor, |block| {
        block.requested_transactions + block.mempool_transactions > 0
    })
    .await;
    let transactions = block.requested_transactions + block.mempool_transactions;
    assert_eq!(transactions, 5);
    assert_eq!(
        block.requested_bytes.unwrap() > 0,
        block.requested_transactions > 0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn peers_and_transactions() {
    let (mut node, mut extractor) = observed("alice").await;
    let coins = node.fan_out(2).await.unwrap();
    let peer = Peer::connect(&node, Transport::V2).await.unwrap();
    let peer_id = node.peers().await.unwrap()[0]["id"].as_u64().unwrap();
    let connected = extractor
        .detail("peer connected", |detail| match detail {
            Detail::PeerConnected(connected) => Some(connected.clone()),
            _ => None,
        })
        .await
        .unwrap();
    assert_eq!(connected.peer_id, peer_id);
    assert_eq!(connected.connection_type.as_deref(), Some("inbound"));
    assert_eq!(connected.transport.as_deref(), Some("v2"));

    let send = async |coin, fee| {
        let (transaction, _) = coins::spend(coin, fee).unwrap();
        peer.send_raw("tx", &consensus::serialize(&transaction))
            .await
            .unwrap();
        transaction.compute_txid().to_string()
    };
    let good = send(coins[0], coins::FEE).await;
    let accepted = extractor
        .detail("transaction accepted", |detail| match detail {
            Detail::TransactionAccepted(accepted) => Some(accepted.clone()),
            _ => None,
        })
        .await
        .unwrap();
    assert_eq!(
        (shown(&accepted.txid), accepted.peer_id),
        (good, Some(peer_id))
    );
    assert_eq!(accepted.pool_transactions, Some(1));
    let bad = send(coins[1], Amount::ZERO).await;
    let rejected = extractor
        .detail("transaction rejected", |detail| match detail {
            Detail::TransactionRejected(rejected) => Some(rejected.clone()),
            _ => None,
        })
        .await
        .unwrap();
    assert_eq!(
        (shown(&rejected.txid), rejected.peer_id),
        (bad, Some(peer_id))
    );
    assert!(
        rejected.reason.contains("fee not met"),
        "{}",
        rejected.reason
    );

    // One header more than a message may have.
    peer.send_raw("headers", &[0xfd, 0xd1, 0x07]).await.unwrap();
    let misbehaving = extractor
        .detail("misbehaving", |detail| match detail {
            Detail::PeerMisbehaving(misbehaving) => Some(misbehaving.clone()),
            _ => None,
        })
        .await
        .unwrap();
    assert_eq!(misbehaving.peer_id, peer_id);
    assert!(
        misbehaving.reason.contains("2001"),
        "{}",
        misbehaving.reason
    );
    peer.wait_disconnect().await.unwrap();
    extractor
        .detail("disconnected for that", |detail| match detail {
            Detail::PeerDisconnected(disconnected) => {
                let is_it = disconnected.reason() == LogDisconnectReason::Misbehaving;
                (is_it && disconnected.peer_id == peer_id).then_some(())
            }
            _ => None,
        })
        .await
        .unwrap();

    let other = Peer::connect(&node, Transport::V1).await.unwrap();
    drop(other);
    extractor
        .detail("closed by the peer", |detail| match detail {
            Detail::PeerDisconnected(disconnected) => {
                // A connection with unread bytes is reset.
                let reasons = [
                    LogDisconnectReason::Closed,
                    LogDisconnectReason::SocketError,
                ];
                let is_it = reasons.contains(&disconnected.reason());
                (is_it && disconnected.peer_id == peer_id + 1).then_some(())
            }
            _ => None,
        })
        .await
        .unwrap();

    node.rpc::<Value>("setban", ("203.0.113.7", "add"))
        .await
        .unwrap();
    let bans = extractor
        .detail("the list of bans written", |detail| match detail {
            Detail::BanlistWritten(written) if written.bans > 0 => Some(written.bans),
            _ => None,
        })
        .await;
    assert_eq!(bans.unwrap(), 1);
    node.stop().await.unwrap();
    extractor
        .detail("addresses written", |detail| match detail {
            Detail::AddrmanWritten(written) => written.duration_seconds,
            _ => None,
        })
        .await
        .unwrap();
    let file_bytes = extractor
        .detail("mempool written", |detail| match detail {
            Detail::MempoolDumped(written) => written.file_bytes,
            _ => None,
        })
        .await;
    let file = std::fs::metadata(node.chain_dir().join("mempool.dat")).unwrap();
    assert_eq!(file_bytes.unwrap(), file.len());
}
