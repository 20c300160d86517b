//! Coins and transactions without a wallet: everything is mined and paid to
//! scripts that anybody can spend without a signature.

mod big_block;
mod fan_out;
mod maturity;
mod spend;

pub use big_block::{BigBlock, big_block};
use bitcoin::{Amount, OutPoint, ScriptBuf, Transaction, consensus};
pub use fan_out::fan_out;
pub use maturity::mature_coin;
use peer_observer_node::{RpcClient, RpcError};
use serde::Deserialize;
use serde_json::json;
pub use spend::{FEE, spend, spend_all};

/// The descriptor that lab nodes mine to: the script OP_TRUE.
pub const ANYONE_DESCRIPTOR: &str = "raw(51)#8lvh9jxk";

/// An output that anybody can spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coin {
    /// Where it is.
    pub outpoint: OutPoint,
    /// What it is worth.
    pub value: Amount,
}

/// Mines `count` blocks, each with what is in the mempool; their hashes.
pub async fn mine(rpc: &RpcClient, count: u32) -> Result<Vec<String>, RpcError> {
    rpc.call_as("generatetodescriptor", json!([count, ANYONE_DESCRIPTOR]))
        .await
}

/// Mines one block with just these transactions; its hash. They need not be
/// ones that nodes relay.
async fn mine_transaction(rpc: &RpcClient, transaction: &Transaction) -> anyhow::Result<String> {
    #[derive(Deserialize)]
    struct Generated {
        hash: String,
    }
    let hex = consensus::encode::serialize_hex(transaction);
    let generated: Generated = rpc
        .call_as("generateblock", json!([ANYONE_DESCRIPTOR, [hex]]))
        .await?;
    Ok(generated.hash)
}

/// Pay-to-anchor: the one standard output that anybody can spend.
fn anchor_script() -> ScriptBuf {
    ScriptBuf::from_bytes(vec![0x51, 0x02, 0x4e, 0x73])
}
