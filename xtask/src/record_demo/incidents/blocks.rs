//! Blocks that are not as usual.

use std::time::Duration;

use anyhow::{Context, Result};
use bitcoin::consensus::encode::serialize_hex;
use lab::clock::Pace;
use lab::coins::{self, ANYONE_DESCRIPTOR, Coin, FEE};
use serde_json::{Value, json};

use super::super::nodes::Nodes;

const KNOWN: usize = 20;
const UNKNOWN: usize = 6;

/// After so long a transaction has come to everybody.
const RELAY: Duration = Duration::from_secs(60);

/// A block of which some transactions were never announced: a compact block
/// does not suffice, `getblocktxn` has to fetch them.
pub(super) async fn unknown_transactions(nodes: &Nodes, pace: &Pace) -> Result<()> {
    let bob = &nodes.bob.node;
    let coins = bob.fan_out((KNOWN + UNKNOWN) as u32).await?;
    nodes.agree().await?;
    let (known, unknown) = coins.split_at(KNOWN);
    let announced = bob.spend_all(known).await?;
    pace.sleep(RELAY).await;
    let announced = announced.iter().map(ToString::to_string).map(Ok);
    let kept_back = unknown.iter().map(|coin| spent(*coin));
    let transactions = announced
        .chain(kept_back)
        .collect::<Result<Vec<String>>>()?;
    bob.rpc::<Value>("generateblock", (ANYONE_DESCRIPTOR, transactions))
        .await
        .context("mining a block with unknown transactions")?;
    nodes.agree().await
}

fn spent(coin: Coin) -> Result<String> {
    Ok(serialize_hex(&coins::spend(coin, FEE)?.0))
}

/// Carol does not take bob's newest block and mines two others; everybody
/// follows her.
pub(super) async fn reorganisation(nodes: &Nodes) -> Result<()> {
    let (bob, carol) = (&nodes.bob.node, &nodes.carol.node);
    let left = bob.mine(1).await?;
    nodes.agree().await?;
    carol.rpc::<Value>("invalidateblock", &left).await?;
    for _ in 0..2 {
        let empty = json!([ANYONE_DESCRIPTOR, []]);
        carol.rpc::<Value>("generateblock", empty).await?;
    }
    nodes.agree().await?;
    carol.rpc::<Value>("reconsiderblock", &left).await?;
    Ok(())
}
