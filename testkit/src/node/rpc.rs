//! What tests ask of a node through RPC.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bitcoin::Txid;
use lab::coins::{self, BigBlock, Coin};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Node;
use crate::wait::wait_for;

impl Node {
    /// Calls an RPC method. `params` is anything that serialises to an array or
    /// to nothing: `()`, `(1, "a")`, `json!([...])`.
    pub async fn rpc<T: DeserializeOwned>(
        &self,
        method: &str,
        params: impl Serialize,
    ) -> Result<T> {
        let params = serde_json::to_value(params)
            .with_context(|| format!("serialising the parameters of {method}"))?;
        Ok(self.client.call_as(method, params).await?)
    }

    /// Mines `blocks` blocks to a script that everybody can spend; their hashes.
    pub async fn mine(&self, blocks: u32) -> Result<Vec<String>> {
        self.rpc("generatetodescriptor", (blocks, coins::ANYONE_DESCRIPTOR))
            .await
    }

    /// Divides a block reward into `count` confirmed coins.
    pub async fn fan_out(&self, count: u32) -> Result<Vec<Coin>> {
        coins::fan_out(&self.client, count).await
    }

    /// Spends each coin with a transaction of its own, into the mempool.
    pub async fn spend_all(&self, coins: &[Coin]) -> Result<Vec<Txid>> {
        coins::spend_all(&self.client, coins).await
    }

    /// Mines a block of nearly 4 MB.
    pub async fn big_block(&self) -> Result<BigBlock> {
        coins::big_block(&self.client).await
    }

    /// The peers as `getpeerinfo` lists them.
    pub async fn peers(&self) -> Result<Vec<Value>> {
        self.rpc("getpeerinfo", ()).await
    }

    /// Connects to another node as `addnode` does (a manual connection), and
    /// waits until both have finished the handshake.
    pub async fn connect_to(&self, other: &Node) -> Result<()> {
        let before = other.handshaken_peers().await;
        self.rpc::<Value>("addnode", (other.p2p_address().to_string(), "onetry"))
            .await?;
        self.wait_for_peer(other.p2p_address()).await?;
        wait_for("the other node has finished the handshake", async || {
            other.handshaken_peers().await > before
        })
        .await
    }

    /// Dials `address` until dropped, as long as there is no connection to it:
    /// nobody may listen there yet. `-addnode` tries once a minute only.
    pub async fn keep_dialling(&self, address: SocketAddr) -> Result<Infallible> {
        loop {
            self.rpc::<Value>("addnode", (address.to_string(), "onetry"))
                .await?;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Opens an automatic connection of the given type (`outbound-full-relay`,
    /// `block-relay-only`, `addr-fetch`, `feeler`) with the regtest RPC
    /// `addconnection`. Does not wait.
    pub async fn add_connection(
        &self,
        address: SocketAddr,
        connection_type: &str,
        v2: bool,
    ) -> Result<()> {
        ensure!(
            address.ip().is_loopback(),
            "test nodes do not connect to {address}"
        );
        self.rpc::<Value>("addconnection", (address.to_string(), connection_type, v2))
            .await?;
        Ok(())
    }

    /// Waits until an outbound connection to `address` has finished its handshake.
    pub async fn wait_for_peer(&self, address: SocketAddr) -> Result<()> {
        let address = json!(address.to_string());
        wait_for(&format!("the node is connected to {address}"), async || {
            let peers = self.peers().await.unwrap_or_default();
            peers
                .iter()
                .any(|peer| peer["addr"] == address && is_handshaken(peer))
        })
        .await
    }

    /// Waits until it has exactly this many connections.
    pub async fn wait_for_connections(&self, count: usize) -> Result<()> {
        wait_for(&format!("the node has {count} connections"), async || {
            self.peers().await.is_ok_and(|peers| peers.len() == count)
        })
        .await
    }

    async fn handshaken_peers(&self) -> usize {
        self.peers()
            .await
            .unwrap_or_default()
            .iter()
            .filter(|peer| is_handshaken(peer))
            .count()
    }
}

/// The node has processed the peer's verack; before that, it has not said its
/// version or counted no verack.
fn is_handshaken(peer: &Value) -> bool {
    peer["version"] != 0 && peer["bytesrecv_per_msg"]["verack"].is_number()
}
