//! Blocks: from peers, as compact blocks, bad ones, forks.

use anyhow::{Context, Result};
use bitcoin::consensus;
use bitcoin::{Amount, Block, Transaction};
use lab::coins::{self, FEE};
use serde_json::{Value, json};

use super::connections::full_node;
use super::wire;
use crate::{Node, Peer, Transport, wait_for};

/// All of them.
pub(super) async fn all(alice: &Node, bob: &Node) -> Result<()> {
    from_peer(alice).await.context("from a peer")?;
    compact(alice).await.context("compact blocks")?;
    bad(alice).await.context("bad blocks")?;
    submitted(alice).await.context("submitted blocks")?;
    forks(alice).await.context("forks")?;
    from_node(alice, bob).await.context("from the other node")
}

/// A block with these transactions that the node does not have yet.
async fn new_block(alice: &Node, transactions: &[Transaction]) -> Result<Block> {
    let hex: Vec<String> = transactions
        .iter()
        .map(consensus::encode::serialize_hex)
        .collect();
    let made: Value = alice
        .rpc(
            "generateblock",
            json!([coins::ANYONE_DESCRIPTOR, hex, false]),
        )
        .await?;
    let hex = made["hex"].as_str().context("the block as hex")?;
    Ok(consensus::encode::deserialize_hex(hex)?)
}

/// A peer that says it has blocks to give.
async fn giver(alice: &Node, transport: Transport) -> Result<Peer> {
    Peer::connect_with(alice, full_node(transport)).await
}

/// Its header first, then what the node asks for.
async fn from_peer(alice: &Node) -> Result<()> {
    let block = new_block(alice, &[]).await?;
    let peer = giver(alice, Transport::V1).await?;
    peer.send_raw("headers", &wire::headers(&[block.header]))
        .await?;
    peer.wait_for_message("the node asks for the block", |received| {
        received.command == "getdata"
    })
    .await?;
    let payload = consensus::serialize(&block);
    peer.send_raw("block", &payload).await?;
    peer.ping_pong_barrier().await?;
    peer.send_raw("block", &payload).await?;
    peer.ping_pong_barrier().await
}

/// As BIP152 has it: with all transactions known, with some missing, with the
/// wrong ones sent, announced unasked.
async fn compact(alice: &Node) -> Result<()> {
    let coins = alice.fan_out(4).await?;
    let transactions: Result<Vec<_>> = coins
        .into_iter()
        .map(|coin| Ok(coins::spend(coin, FEE)?.0))
        .collect();
    let transactions = transactions?;
    let [known, missing, wanted, other] = transactions.as_slice() else {
        anyhow::bail!("four transactions are wanted");
    };
    let hex = consensus::encode::serialize_hex(known);
    alice.rpc::<Value>("sendrawtransaction", [hex]).await?;

    let peer = Peer::accept(alice, "outbound-full-relay", full_node(Transport::V2)).await?;
    peer.send_raw(
        "sendcmpct",
        &[vec![1], 2u64.to_le_bytes().to_vec()].concat(),
    )
    .await?;
    let block = new_block(alice, std::slice::from_ref(known)).await?;
    peer.send_raw("cmpctblock", &wire::compact_block(&block)?)
        .await?;
    peer.ping_pong_barrier().await?;

    for (asked, given) in [(missing, missing), (wanted, other)] {
        let block = new_block(alice, std::slice::from_ref(asked)).await?;
        let peer = giver(alice, Transport::V1).await?;
        peer.send_raw(
            "sendcmpct",
            &[vec![0], 2u64.to_le_bytes().to_vec()].concat(),
        )
        .await?;
        let compact = wire::compact_block(&block)?;
        peer.send_raw("cmpctblock", &compact).await?;
        peer.send_raw("cmpctblock", &compact).await?;
        peer.ping_pong_barrier().await?;
        let payload = wire::block_transactions(block.block_hash(), std::slice::from_ref(given));
        peer.send_raw("blocktxn", &payload).await?;
        peer.send_raw("blocktxn", &payload).await.ok();
        peer.ping_pong_barrier().await.ok();
    }
    // From one that never said that it would.
    let peer = giver(alice, Transport::V1).await?;
    let block = new_block(alice, std::slice::from_ref(other)).await?;
    peer.send_raw("cmpctblock", &wire::compact_block(&block)?)
        .await?;
    peer.ping_pong_barrier().await.ok();
    Ok(())
}

/// Blocks that break a rule.
async fn bad(alice: &Node) -> Result<()> {
    let mut blocks = Vec::new();
    let mut change = |mut block: Block, new_root: bool, change: fn(&mut Block)| {
        change(&mut block);
        if new_root && let Some(root) = block.compute_merkle_root() {
            block.header.merkle_root = root;
        }
        wire::grind(&mut block.header, true);
        blocks.push(block);
    };
    let template = new_block(alice, &[]).await?;
    let copy = || template.clone();
    change(copy(), true, |block| {
        block.txdata[0].output[0].value += Amount::from_sat(1);
    });
    change(copy(), false, |block| {
        block.txdata[0].output[0].value = Amount::from_sat(1);
    });
    change(copy(), true, |block| {
        let twice = block.txdata[0].clone();
        block.txdata.push(twice);
    });
    change(copy(), true, |block| block.header.time = 1);
    change(copy(), true, |block| {
        block.txdata[0].input[0].script_sig = bitcoin::ScriptBuf::from_bytes(vec![0x51, 0x51]);
    });
    for block in blocks {
        let payload = consensus::serialize(&block);
        for first in ["headers", "cmpctblock"] {
            let peer = giver(alice, Transport::V1).await?;
            peer.send_raw(
                "sendcmpct",
                &[vec![0], 2u64.to_le_bytes().to_vec()].concat(),
            )
            .await?;
            let announcement = match first {
                "headers" => wire::headers(&[block.header]),
                _ => wire::compact_block(&block)?,
            };
            peer.send_raw(first, &announcement).await?;
            peer.ping_pong_barrier().await.ok();
            peer.send_raw("block", &payload).await.ok();
            peer.ping_pong_barrier().await.ok();
        }
        // A child of what is invalid.
        let mut child = block.header;
        child.prev_blockhash = block.block_hash();
        child.time += 1;
        wire::grind(&mut child, true);
        let peer = giver(alice, Transport::V2).await?;
        peer.send_raw("headers", &wire::headers(&[child])).await?;
        peer.ping_pong_barrier().await.ok();
        let hex = hex(&payload);
        alice.rpc::<Value>("submitblock", [&hex]).await.ok();
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// By RPC: good, again, nonsense.
async fn submitted(alice: &Node) -> Result<()> {
    let block = new_block(alice, &[]).await?;
    let payload = hex(&consensus::serialize(&block));
    let header = hex(&consensus::serialize(&block.header));
    alice.rpc::<Value>("submitheader", [header]).await?;
    for _ in 0..2 {
        alice.rpc::<Value>("submitblock", [&payload]).await?;
    }
    alice.rpc::<Value>("submitblock", ["00"]).await.ok();
    let template = json!([{"rules": ["segwit"]}]);
    alice.rpc::<Value>("getblocktemplate", template).await.ok();
    Ok(())
}

/// A block undone and done again, and a longer fork that wins.
async fn forks(alice: &Node) -> Result<()> {
    let coins = alice.fan_out(2).await?;
    alice.spend_all(&coins[..1]).await?;
    let tips = alice.mine(2).await?;
    alice.rpc::<Value>("invalidateblock", [&tips[0]]).await?;
    // Not the same block again: without its transaction.
    alice
        .rpc::<Value>("generateblock", json!([coins::ANYONE_DESCRIPTOR, []]))
        .await?;
    let fork = alice.mine(3).await?;
    alice.rpc::<Value>("reconsiderblock", [&tips[0]]).await?;
    alice.rpc::<Value>("preciousblock", [&fork[2]]).await?;
    alice.rpc::<Value>("getchaintips", ()).await?;
    Ok(())
}

/// Mined by the other node, which is told to announce in high-bandwidth mode
/// after some blocks; and announced to it.
async fn from_node(alice: &Node, bob: &Node) -> Result<()> {
    let caught_up = async || {
        wait_for("both nodes have the same tip", async || {
            let tip = |node: &Node| {
                let call = node.client().clone();
                async move {
                    call.call_as::<String>("getbestblockhash", json!([]))
                        .await
                        .ok()
                }
            };
            tip(alice).await.is_some_and(|best| !best.is_empty())
                && tip(alice).await == tip(bob).await
        })
        .await
    };
    caught_up().await?;
    for _ in 0..5 {
        bob.mine(1).await?;
        caught_up().await?;
        alice.mine(1).await?;
        caught_up().await?;
    }
    let coins = alice.fan_out(20).await?;
    alice.spend_all(&coins[..10]).await?;
    bob.mine(1).await?;
    caught_up().await?;
    alice.big_block().await?;
    caught_up().await?;
    bob.mine(25).await?;
    caught_up().await
}
