//! A block of nearly the largest size that there can be.

use anyhow::Result;
use bitcoin::absolute::LockTime;
use bitcoin::transaction::Version;
use bitcoin::{OutPoint, ScriptBuf, Transaction, TxIn, TxOut, Witness};
use peer_observer_node::RpcClient;
use serde::Deserialize;
use serde_json::json;

use super::{anchor_script, mature_coin, mine_transaction};

/// A block may weigh 4,000,000 units, of which a byte of witness is one; the
/// rest of the block needs the difference.
const WITNESS_BYTES: usize = 3_998_500;

/// The large block.
#[derive(Clone, Debug)]
pub struct BigBlock {
    /// Its hash as Bitcoin shows it.
    pub hash: String,
    /// Its serialised size in bytes.
    pub size_bytes: u64,
}

/// Mines a block of nearly 4 MB: one transaction with a huge witness, which
/// only the consensus rules allow. It spends an output of a witness version
/// that has no meaning yet, for which any witness is good.
pub async fn big_block(rpc: &RpcClient) -> Result<BigBlock> {
    let reward = mature_coin(rpc).await?;
    let pay = |previous_output, script_pubkey, witness| Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output,
            witness,
            ..TxIn::default()
        }],
        output: vec![TxOut {
            value: reward.value,
            script_pubkey,
        }],
    };
    let version_2_script = ScriptBuf::from_bytes(vec![0x52, 0x02, 0xab, 0xcd]);
    let funding = pay(reward.outpoint, version_2_script, Witness::new());
    mine_transaction(rpc, &funding).await?;
    let outpoint = OutPoint {
        txid: funding.compute_txid(),
        vout: 0,
    };
    let witness = Witness::from_slice(&[vec![0x5a; WITNESS_BYTES]]);
    let hash = mine_transaction(rpc, &pay(outpoint, anchor_script(), witness)).await?;

    #[derive(Deserialize)]
    struct Block {
        size: u64,
    }
    let block: Block = rpc.call_as("getblock", json!([hash, 1])).await?;
    Ok(BigBlock {
        hash,
        size_bytes: block.size,
    })
}
