//! Transactions that come all at once, replace each other, or are refused.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bitcoin::Amount;
use bitcoin::consensus::encode::serialize_hex;
use lab::clock::Pace;
use lab::coins::{self, Coin, FEE};
use serde_json::{Value, json};
use testkit::Node;

use super::super::nodes::Nodes;

const BURST: usize = 150;
const WITHIN: Duration = Duration::from_secs(60);
const REPLACED: usize = 25;
/// Pays for the one that is replaced and more than it.
const HIGHER_FEE: Amount = Amount::from_sat(5000);
/// After so long everybody has the latest.
const RELAY: Duration = Duration::from_secs(60);

pub(super) async fn churn(nodes: &Nodes, pace: &Pace) -> Result<()> {
    let coins = nodes.bob.node.fan_out((BURST + REPLACED) as u32).await?;
    nodes.agree().await?;
    let (burst, replaced) = coins.split_at(BURST);
    let alice = &nodes.alice.node;
    for coin in burst {
        send(alice, *coin, FEE).await?;
        pace.sleep(WITHIN / BURST as u32).await;
    }
    for coin in replaced {
        send(alice, *coin, FEE).await?;
    }
    pace.sleep(RELAY).await;
    for coin in replaced {
        send(alice, *coin, HIGHER_FEE).await?;
    }
    pace.sleep(RELAY).await;
    for coin in replaced {
        let refused = send(alice, *coin, FEE).await;
        ensure!(refused.is_err(), "a lower fee has replaced a higher one");
    }
    Ok(())
}

async fn send(node: &Node, coin: Coin, fee: Amount) -> Result<()> {
    let (transaction, _) = coins::spend(coin, fee)?;
    let hex = serialize_hex(&transaction);
    node.rpc::<Value>("sendrawtransaction", json!([hex]))
        .await
        .context("sending a transaction")?;
    Ok(())
}
