//! Every block is told, in order, as what it is.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, ensure};
use peer_observer_event::{ChainTipChanged, Payload};
use serde_json::Value;
use testkit::{Node, wait_for};

use crate::observed::{Observed, tips_only, written};

/// A node and an extractor that has told its first tip, at height 1: the node
/// has left its initial block download.
async fn following() -> Result<(Node, Observed)> {
    let node = Node::builder().ipc().without_checks().start().await?;
    let mut observed = Observed::start(&node, tips_only());
    observed.until_following().await?;
    node.mine(1).await?;
    observed.until_tip(1).await?;
    Ok((node, observed))
}

/// Otherwise the same blocks would be mined: at the same height, in the same second.
async fn be_later(node: &Node) -> Result<()> {
    let later = now_ns() / 1_000_000_000 + 100;
    node.rpc::<Value>("setmocktime", (later,)).await?;
    Ok(())
}

fn now_ns() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_nanos() as u64
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_blocks_one_after_the_other() -> Result<()> {
    let (node, mut observed) = following().await?;
    let mut delays_us = Vec::new();
    for height in 2..=101 {
        let hash = node.mine(1).await?.remove(0);
        let mined_ns = now_ns();
        let index = observed.until_tip(height).await?;
        let event = &observed.events[index];
        let Some(Payload::ChainTipChanged(tip)) = &event.payload else {
            unreachable!();
        };
        assert_eq!(written(&tip.block_hash), hash);
        delays_us.push((event.time_ns as i64 - mined_ns as i64) / 1000);
    }
    let tips = observed.tips();
    let told: Vec<_> = tips
        .iter()
        .map(|tip| (tip.height, tip.observed, tip.advanced_blocks))
        .collect();
    let mut expected = vec![(0, true, None)];
    expected.extend((1..=101).map(|height| (height, true, Some(1))));
    assert_eq!(told, expected);
    assert_eq!(
        observed.count("gap") + observed.count("chain_reorganized"),
        0
    );
    delays_us.sort_unstable();
    let median = delays_us[delays_us.len() / 2];
    ensure!(median < 20_000, "told {median} µs after the block");
    Ok(())
}

/// Each block of the chain once, in order; what was not observed comes before
/// what was, which says how many.
async fn is_complete(
    node: &Node,
    tips: &[&ChainTipChanged],
    heights: std::ops::RangeInclusive<i32>,
) -> Result<()> {
    let told: Vec<i32> = tips.iter().map(|tip| tip.height).collect();
    assert_eq!(told, heights.collect::<Vec<_>>());
    let mut since = 0;
    for tip in tips {
        let hash: String = node.rpc("getblockhash", (tip.height,)).await?;
        assert_eq!(written(&tip.block_hash), hash, "at {}", tip.height);
        since += 1;
        assert_eq!(tip.advanced_blocks, tip.observed.then_some(since));
        if tip.observed {
            since = 0;
        }
    }
    assert!(tips.last().unwrap().observed);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_blocks_at_once() -> Result<()> {
    let (node, mut observed) = following().await?;
    node.mine(100).await?;
    observed.until_tip(101).await?;
    is_complete(&node, &observed.tips()[2..], 2..=101).await?;
    let counts = observed.counts().await?;
    let blocks = counts.iter().find(|count| count.part == "block").unwrap();
    assert_eq!((blocks.attempted, blocks.whole), (102, 102));
    assert_eq!(observed.count("gap"), 0);
    Ok(())
}

/// Other versions of Core have no RPC over IPC; this one does not let us use it.
#[tokio::test(flavor = "multi_thread")]
async fn without_rpc_over_ipc() -> Result<()> {
    let methods = "uptime,generatetodescriptor,getblockhash,getblockheader";
    let node = Node::builder()
        .ipc()
        .argument(format!("-rpcwhitelist=__cookie__:{methods}"))
        .start()
        .await?;
    node.mine(1).await?;
    let mut observed = Observed::start(&node, tips_only());
    observed.until_tip(1).await?;
    node.mine(100).await?;
    observed.until_tip(101).await?;
    is_complete(&node, &observed.tips()[1..], 2..=101).await?;
    observed
        .until_health("working", "looked up over HTTP: rpcwhitelist=")
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reorganisation_of_three() -> Result<()> {
    let (node, mut observed) = following().await?;
    let other = Node::builder().name("bob").start().await?;
    node.mine(4).await?;
    node.connect_to(&other).await?;
    wait_for("the other node has the same chain", async || {
        other
            .rpc("getblockcount", ())
            .await
            .is_ok_and(|count: i32| count == 5)
    })
    .await?;
    let fork: String = node.rpc("getbestblockhash", ()).await?;
    node.rpc::<Value>("setnetworkactive", (false,)).await?;
    node.wait_for_connections(0).await?;
    let old = node.mine(3).await?;
    be_later(&other).await?;
    let new = other.mine(4).await?;
    observed.until_tip(8).await?;
    let before = observed.events.len();

    node.rpc::<Value>("setnetworkactive", (true,)).await?;
    node.connect_to(&other).await?;
    observed.until_tip(9).await?;
    let told = observed.payloads(before);
    let words: Vec<_> = told.iter().map(|payload| payload.word()).collect();
    let mut expected = vec!["chain_reorganized"];
    expected.extend(["chain_tip_changed"; 4]);
    assert_eq!(words, expected);
    let Payload::ChainReorganized(reorganisation) = told[0] else {
        unreachable!();
    };
    assert_eq!(
        (
            reorganisation.disconnected_blocks,
            reorganisation.connected_blocks
        ),
        (3, 4)
    );
    let heights = [
        (reorganisation.fork_height, &reorganisation.fork_hash, &fork),
        (reorganisation.old_height, &reorganisation.old_hash, &old[2]),
        (reorganisation.new_height, &reorganisation.new_hash, &new[3]),
    ];
    for ((height, hash, expected_hash), expected) in heights.into_iter().zip([5, 8, 9]) {
        assert_eq!((height, written(hash)), (expected, expected_hash.clone()));
    }
    let tips = observed.tips();
    is_complete(&node, &tips[tips.len() - 4..], 6..=9).await
}

/// A node that is far behind is not asked for all that it catches up with; what
/// is left out is counted, and told when it has caught up.
#[tokio::test(flavor = "multi_thread")]
async fn an_initial_block_download() -> Result<()> {
    let other = Node::builder().name("bob").without_checks().start().await?;
    let (now, days) = (now_ns() / 1_000_000_000, 86_400);
    other.rpc::<Value>("setmocktime", (now - 3 * days,)).await?;
    other.mine(300).await?;
    let node = Node::builder().ipc().without_checks().start().await?;
    let mut observed = Observed::start(&node, tips_only());
    observed.until_following().await?;
    node.connect_to(&other).await?;
    observed.until_tip(300).await?;
    assert_eq!(observed.count("gap"), 0);
    node.mine(1).await?;
    observed.until_tip(301).await?;

    let told = observed.tips().len() as u64;
    let gaps = observed
        .payloads(0)
        .into_iter()
        .filter_map(|payload| match payload {
            Payload::Gap(gap) => Some(gap),
            _ => None,
        });
    let [gap] = gaps.collect::<Vec<_>>()[..] else {
        panic!("there is one gap");
    };
    assert!(gap.detail.contains("initial block download"), "{gap:?}");
    assert_eq!(told + gap.count.unwrap(), 302);
    let heights: Vec<_> = observed.tips().iter().map(|tip| tip.height).collect();
    assert!(heights.is_sorted(), "{heights:?}");
    assert!(observed.tips().iter().all(|tip| tip.observed));
    assert_eq!(observed.tips().last().unwrap().advanced_blocks, Some(1));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_that_the_operator_takes_away() -> Result<()> {
    let (node, mut observed) = following().await?;
    let hashes = node.mine(5).await?;
    observed.until_tip(6).await?;
    // Blocks 4 to 6: the tip is the one at 3 again.
    node.rpc::<Value>("invalidateblock", (&hashes[2],)).await?;
    observed
        .until("the reorganisation", |payload| {
            matches!(payload, Payload::ChainReorganized(_))
        })
        .await?;
    be_later(&node).await?;
    node.mine(4).await?;
    observed.until_tip(7).await?;
    let reorganisations = observed.reorganisations();
    let disconnected: u32 = reorganisations
        .iter()
        .map(|one| one.disconnected_blocks)
        .sum();
    assert_eq!(
        (reorganisations.len(), disconnected),
        (1, 3),
        "{reorganisations:?}"
    );
    assert_eq!(
        (
            reorganisations[0].new_height,
            reorganisations[0].connected_blocks
        ),
        (3, 0)
    );
    let tips = observed.tips();
    is_complete(&node, &tips[tips.len() - 4..], 4..=7).await
}
