//! Many coins from one.

use anyhow::{Result, ensure};
use bitcoin::absolute::LockTime;
use bitcoin::transaction::Version;
use bitcoin::{OutPoint, Transaction, TxIn, TxOut};
use peer_observer_node::RpcClient;

use super::{Coin, FEE, anchor_script, mature_coin, mine_transaction};

/// Divides a block reward into `count` coins of equal value, confirmed in a
/// block of their own (and mines until there is a reward to divide).
///
/// # Errors
/// When `count` is 0 or so large that a coin could not pay for being spent.
pub async fn fan_out(rpc: &RpcClient, count: u32) -> Result<Vec<Coin>> {
    ensure!(count > 0, "no coins are wanted");
    let reward = mature_coin(rpc).await?;
    let value = reward.value / u64::from(count);
    ensure!(
        value > FEE * 10,
        "{} is too little to be divided by {count}",
        reward.value
    );
    let output = TxOut {
        value,
        script_pubkey: anchor_script(),
    };
    let transaction = Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: reward.outpoint,
            ..TxIn::default()
        }],
        output: vec![output; count as usize],
    };
    mine_transaction(rpc, &transaction).await?;
    let txid = transaction.compute_txid();
    Ok((0..count)
        .map(|vout| Coin {
            outpoint: OutPoint { txid, vout },
            value,
        })
        .collect())
}
