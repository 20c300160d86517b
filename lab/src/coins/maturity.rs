//! Finding a block reward that can be spent.

use anyhow::{Context, Result};
use bitcoin::{Amount, OutPoint, Txid};
use peer_observer_node::RpcClient;
use serde::Deserialize;
use serde_json::json;

use super::{Coin, mine};

/// A reward can be spent in the 100th block after its own (`COINBASE_MATURITY`).
const MATURITY_BLOCKS: u64 = 100;

#[derive(Deserialize)]
struct Block {
    tx: Vec<String>,
}

#[derive(Deserialize)]
struct Output {
    value: f64,
    #[serde(rename = "scriptPubKey")]
    script: Script,
}

#[derive(Deserialize)]
struct Script {
    hex: String,
}

/// The oldest unspent reward that can be spent in the next block; mines until
/// there is one. The oldest are worth most. Two callers at the same time get
/// the same one.
pub async fn mature_coin(rpc: &RpcClient) -> Result<Coin> {
    let mut height = 1;
    loop {
        let tip: u64 = rpc.call_as("getblockcount", json!([])).await?;
        let last_mature = (tip + 1).saturating_sub(MATURITY_BLOCKS);
        while height <= last_mature {
            if let Some(coin) = reward(rpc, height).await? {
                return Ok(coin);
            }
            height += 1;
        }
        let missing = height - last_mature;
        mine(
            rpc,
            u32::try_from(missing).context("no reward that can be spent")?,
        )
        .await?;
    }
}

/// The reward of the block at `height`, if it is unspent and anybody's.
async fn reward(rpc: &RpcClient, height: u64) -> Result<Option<Coin>> {
    let hash: String = rpc.call_as("getblockhash", json!([height])).await?;
    let block: Block = rpc.call_as("getblock", json!([hash, 1])).await?;
    let txid: Txid = block
        .tx
        .first()
        .context("a block without a coinbase")?
        .parse()?;
    let output: Option<Output> = rpc
        .call_as("gettxout", json!([txid.to_string(), 0]))
        .await?;
    Ok(match output {
        Some(output) if output.script.hex == "51" => Some(Coin {
            outpoint: OutPoint { txid, vout: 0 },
            value: Amount::from_btc(output.value)?,
        }),
        _ => None,
    })
}
