//! Transactions, good and bad, from peers and by RPC.

use anyhow::{Context, Result};
use bitcoin::absolute::LockTime;
use bitcoin::hashes::Hash;
use bitcoin::transaction::Version;
use bitcoin::{Amount, ScriptBuf, Sequence, Transaction, Witness, consensus};
use lab::coins::{self, Coin, FEE};
use serde_json::{Value, json};

use super::wire;
use crate::{Node, Peer, Transport};

/// All of them.
pub(super) async fn all(alice: &Node, bob: &Node) -> Result<()> {
    let mut coins = alice.fan_out(40).await?.into_iter();
    let mut coin = || coins.next().context("another coin");
    alice.mine(1).await?;

    let peer = Peer::connect(alice, Transport::V2).await?;
    good(&peer, coin()?).await?;
    orphans(alice, coin()?).await?;
    bad(alice, &[coin()?, coin()?, coin()?, coin()?, coin()?]).await?;
    replacements(alice, coin()?).await?;
    packages(alice, coin()?).await?;
    for _ in 0..5 {
        alice.spend_all(&[coin()?]).await?;
    }
    relayed(alice, bob).await?;
    alice.mine(1).await?;
    conflict_with_block(alice, coin()?).await
}

async fn send(peer: &Peer, transaction: &Transaction) -> Result<()> {
    let payload = consensus::serialize(transaction);
    peer.send_raw("tx", &payload).await?;
    peer.ping_pong_barrier().await.ok();
    Ok(())
}

/// Announced, asked for, sent; then once more.
async fn good(peer: &Peer, coin: Coin) -> Result<()> {
    let (transaction, _) = coins::spend(coin, FEE)?;
    let hash = transaction.compute_wtxid().to_byte_array();
    peer.send_raw("inv", &wire::inventory(wire::WTX, &[hash]))
        .await?;
    peer.wait_for_message("the node asks for the transaction", |received| {
        received.command == "getdata"
    })
    .await?;
    send(peer, &transaction).await?;
    send(peer, &transaction).await
}

/// Children whose parents come later, or never, or are bad.
async fn orphans(alice: &Node, coin: Coin) -> Result<()> {
    let peer = Peer::connect(alice, Transport::V1).await?;
    let other = Peer::connect(alice, Transport::V2).await?;
    let (parent, output) = coins::spend(coin, FEE)?;
    let (child, output) = coins::spend(output, FEE)?;
    let (grandchild, _) = coins::spend(output, FEE)?;
    send(&peer, &grandchild).await?;
    send(&peer, &child).await?;
    send(&other, &child).await?;
    send(&peer, &parent).await?;
    peer.ping_pong_barrier().await?;
    // The parent is unknown for good.
    for _ in 0..3 {
        let nowhere = Coin {
            outpoint: bitcoin::OutPoint {
                txid: bitcoin::Txid::from_byte_array(rand::random()),
                vout: 0,
            },
            value: Amount::from_sat(100_000),
        };
        send(&peer, &coins::spend(nowhere, FEE)?.0).await?;
        send(&other, &coins::spend(nowhere, FEE)?.0).await?;
    }
    Ok(())
}

/// For every stage of the checks one that fails there.
async fn bad(alice: &Node, coins: &[Coin]) -> Result<()> {
    let [one, two, three, four, five] = coins else {
        anyhow::bail!("five coins are wanted");
    };
    let mut bad = Vec::new();
    let mut change = |coin: &Coin, change: fn(&mut Transaction)| -> Result<()> {
        let (mut transaction, _) = coins::spend(*coin, FEE)?;
        change(&mut transaction);
        bad.push(transaction);
        Ok(())
    };
    change(one, |transaction| transaction.output.clear())?;
    change(one, |transaction| transaction.version = Version(99))?;
    change(one, |transaction| {
        transaction.lock_time = LockTime::from_consensus(400_000_000)
    })?;
    change(two, |transaction| {
        transaction.lock_time = LockTime::from_consensus(1_000_000);
        transaction.input[0].sequence = Sequence::ZERO;
    })?;
    change(two, |transaction| transaction.output[0].value *= 3)?;
    change(two, |transaction| {
        transaction.output[0].script_pubkey = ScriptBuf::new()
    })?;
    change(three, |transaction| {
        transaction.output[0].value = Amount::from_sat(1)
    })?;
    change(three, |transaction| {
        transaction.input[0].witness = Witness::from_slice(&[vec![1u8; 20]]);
    })?;
    change(four, |transaction| {
        let twice = transaction.input[0].clone();
        transaction.input.push(twice);
    })?;
    change(four, |transaction| {
        transaction.input[0].previous_output.vout = 1_000_000
    })?;
    bad.push(coins::spend(*five, Amount::ZERO)?.0);
    for transaction in bad {
        let peer = Peer::connect(alice, Transport::V1).await?;
        send(&peer, &transaction).await?;
        let hex = consensus::encode::serialize_hex(&transaction);
        alice
            .rpc::<Value>("testmempoolaccept", json!([[hex]]))
            .await
            .ok();
        alice.rpc::<Value>("sendrawtransaction", [hex]).await.ok();
    }
    Ok(())
}

/// One that replaces another, one that pays too little to.
async fn replacements(alice: &Node, coin: Coin) -> Result<()> {
    let peer = Peer::connect(alice, Transport::V1).await?;
    for fee in [FEE, FEE, FEE * 5] {
        send(&peer, &coins::spend(coin, fee)?.0).await?;
    }
    Ok(())
}

/// A parent that pays nothing, and the child that pays for it.
async fn packages(alice: &Node, coin: Coin) -> Result<()> {
    let (mut parent, _) = coins::spend(coin, Amount::ZERO)?;
    parent.version = Version(3);
    let output = Coin {
        outpoint: bitcoin::OutPoint {
            txid: parent.compute_txid(),
            vout: 0,
        },
        value: coin.value,
    };
    let (mut child, _) = coins::spend(output, FEE * 10)?;
    child.version = Version(3);
    let peer = Peer::connect(alice, Transport::V2).await?;
    send(&peer, &child).await?;
    send(&peer, &parent).await?;
    let hex = [&parent, &child].map(consensus::encode::serialize_hex);
    alice.rpc::<Value>("submitpackage", [hex]).await.ok();
    Ok(())
}

/// What bob has, alice gets.
async fn relayed(alice: &Node, bob: &Node) -> Result<()> {
    let entries: Value = alice.rpc("getrawmempool", ()).await?;
    let txid = entries[0].as_str().context("a transaction")?;
    alice.rpc::<Value>("getmempoolentry", [txid]).await?;
    alice
        .rpc::<Value>("prioritisetransaction", json!([txid, 0, 10_000]))
        .await?;
    alice.rpc::<Value>("savemempool", ()).await?;
    bob.rpc::<Value>("getrawmempool", ()).await?;
    Ok(())
}

/// A transaction leaves the mempool as a block has its rival.
async fn conflict_with_block(alice: &Node, coin: Coin) -> Result<()> {
    let rival = consensus::encode::serialize_hex(&coins::spend(coin, FEE)?.0);
    alice.spend_all(&[coin]).await?;
    alice
        .rpc::<Value>("generateblock", json!([coins::ANYONE_DESCRIPTOR, [rival]]))
        .await?;
    Ok(())
}
