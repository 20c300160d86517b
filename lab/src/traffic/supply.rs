//! Coins for the clients' transactions.

use std::collections::VecDeque;
use std::sync::Arc;

use anyhow::{Context, Result};
use bitcoin::Transaction;
use peer_observer_node::RpcClient;
use tokio::sync::Mutex;

use crate::coins::{self, Coin, FEE};

/// So many coins are made at a time, from one block reward. Even after a
/// thousand blocks a regtest reward gives each enough to pay a fee.
const BATCH: u32 = 2000;

#[derive(Clone)]
pub(super) struct Supply {
    rpc: RpcClient,
    coins: Arc<Mutex<VecDeque<Coin>>>,
}

impl Supply {
    pub(super) fn new(rpc: RpcClient) -> Supply {
        Supply {
            rpc,
            coins: Arc::default(),
        }
    }

    /// Sees to it that there are coins; mines for them if there are none.
    pub(super) async fn fill(&self) -> Result<()> {
        let mut coins = self.coins.lock().await;
        self.refill(&mut coins).await
    }

    /// A transaction that nobody has seen yet.
    pub(super) async fn transaction(&self) -> Result<Transaction> {
        let mut coins = self.coins.lock().await;
        self.refill(&mut coins).await?;
        let coin = coins
            .pop_front()
            .context("no coin although some were just made")?;
        Ok(coins::spend(coin, FEE)?.0)
    }

    async fn refill(&self, coins: &mut VecDeque<Coin>) -> Result<()> {
        if coins.is_empty() {
            coins.extend(coins::fan_out(&self.rpc, BATCH).await?);
        }
        Ok(())
    }
}
