//! Spending coins with standard transactions.

use anyhow::{Context, Result, ensure};
use bitcoin::absolute::LockTime;
use bitcoin::opcodes::all::OP_RETURN;
use bitcoin::script::Builder;
use bitcoin::transaction::Version;
use bitcoin::{Amount, OutPoint, Transaction, TxIn, TxOut, Txid, consensus};
use peer_observer_node::RpcClient;
use serde_json::json;
use tokio::task::JoinSet;

use super::{Coin, anchor_script};

/// What each transaction pays: some 12 sat/vB.
pub const FEE: Amount = Amount::from_sat(1000);

/// Calls in flight. A node answers four at a time (`-rpcthreads`) and queues 64.
const CONCURRENT_CALLS: usize = 8;

/// A transaction that every node relays, and the coin that is left.
///
/// # Errors
/// When the coin is worth too little to pay `fee`.
pub fn spend(coin: Coin, fee: Amount) -> Result<(Transaction, Coin)> {
    let value = coin
        .value
        .checked_sub(fee)
        .context("the coin is worth less than the fee")?;
    ensure!(
        value > FEE,
        "{value} would be left, which nobody could spend"
    );
    // Nodes do not relay transactions below 65 bytes; with an anchor alone it
    // would have 64. The data also makes two spends of one coin differ.
    let data: [u8; 8] = rand::random();
    let note = Builder::new()
        .push_opcode(OP_RETURN)
        .push_slice(data)
        .into_script();
    let transaction = Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: coin.outpoint,
            ..TxIn::default()
        }],
        output: vec![
            TxOut {
                value,
                script_pubkey: anchor_script(),
            },
            TxOut {
                value: Amount::ZERO,
                script_pubkey: note,
            },
        ],
    };
    let outpoint = OutPoint {
        txid: transaction.compute_txid(),
        vout: 0,
    };
    Ok((transaction, Coin { outpoint, value }))
}

/// Spends each coin with a transaction of its own and leaves them in the
/// node's mempool; their ids.
pub async fn spend_all(rpc: &RpcClient, coins: &[Coin]) -> Result<Vec<Txid>> {
    let mut calls = JoinSet::new();
    let mut txids = Vec::with_capacity(coins.len());
    for coin in coins {
        if calls.len() == CONCURRENT_CALLS
            && let Some(answer) = calls.join_next().await
        {
            answer??;
        }
        let (transaction, _) = spend(*coin, FEE)?;
        txids.push(transaction.compute_txid());
        let hex = consensus::encode::serialize_hex(&transaction);
        let rpc = rpc.clone();
        calls.spawn(async move { rpc.call("sendrawtransaction", json!([hex])).await });
    }
    while let Some(answer) = calls.join_next().await {
        answer??;
    }
    Ok(txids)
}
