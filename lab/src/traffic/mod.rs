//! Ordinary traffic: blocks, transactions, address gossip and pings, from
//! peers of different kinds that come, stay for a while and go.

mod agents;
mod client;
mod interval;
mod miner;
mod session;
mod supply;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use peer_observer_node::RpcClient;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::clock::Pace;
use supply::Supply;

/// A node that gets traffic.
#[derive(Clone, Debug)]
pub struct TrafficNode {
    /// Where it listens for peers: on loopback.
    pub p2p_address: SocketAddr,
    /// Its RPC server, for blocks and coins.
    pub rpc: RpcClient,
}

/// How much of what. Times are averages; what happens is spread around them
/// at random, as on the real network. All times are those of `pace`.
#[derive(Clone, Debug)]
pub struct TrafficConfig {
    /// The nodes. They should be connected to each other: blocks are mined at
    /// the first one, coins come from there.
    pub nodes: Vec<TrafficNode>,
    /// Clients of each node, there or about to come.
    pub peers_per_node: usize,
    /// Which part of the clients speaks the v2 transport, from 0 to 1.
    pub v2_share: f64,
    /// Time between blocks.
    pub block_interval: Duration,
    /// New transactions from all clients together; 0 for none.
    pub transactions_per_second: f64,
    /// Time between a client's gossip messages.
    pub gossip_interval: Duration,
    /// Time between a client's pings: exactly this, as Core does it.
    pub ping_interval: Duration,
    /// How long a client stays. One in four stays for good.
    pub stay: Duration,
    /// How long its place then is empty.
    pub absence: Duration,
    /// Which part of the transactions that the node announces a client asks
    /// for, from 0 to 1: it has heard of the others elsewhere.
    pub wanted_share: f64,
    /// The clock that all this goes by.
    pub pace: Pace,
}

impl TrafficConfig {
    /// Traffic that is pleasant to look at.
    pub fn new(nodes: Vec<TrafficNode>) -> TrafficConfig {
        TrafficConfig {
            nodes,
            peers_per_node: 10,
            v2_share: 0.6,
            block_interval: Duration::from_secs(10),
            transactions_per_second: 3.0,
            gossip_interval: Duration::from_secs(10),
            ping_interval: Duration::from_secs(15),
            stay: Duration::from_secs(90),
            absence: Duration::from_secs(5),
            wanted_share: 1.0,
            pace: Pace::real(),
        }
    }

    /// Traffic like that of a node on the main network, but for the number of
    /// transactions (there some 5 a second) and peers: a block each 10 minutes,
    /// pings each 2 (Core: `PING_INTERVAL`), clients that stay for most of an
    /// hour and ask for a quarter of what the node announces.
    pub fn ordinary(nodes: Vec<TrafficNode>, pace: Pace) -> TrafficConfig {
        TrafficConfig {
            block_interval: Duration::from_secs(10 * 60),
            transactions_per_second: 0.1,
            gossip_interval: Duration::from_secs(3 * 60),
            ping_interval: Duration::from_secs(2 * 60),
            stay: Duration::from_secs(45 * 60),
            absence: Duration::from_secs(4 * 60),
            wanted_share: 0.25,
            pace,
            ..TrafficConfig::new(nodes)
        }
    }

    /// The same with everything `factor` times as often.
    ///
    /// # Errors
    /// When `factor` is not between a thousandth and a thousand.
    pub fn faster(mut self, factor: f64) -> Result<TrafficConfig> {
        ensure!(
            (0.001..=1000.0).contains(&factor),
            "{factor} is not between 0.001 and 1000"
        );
        self.transactions_per_second *= factor;
        for interval in [
            &mut self.block_interval,
            &mut self.gossip_interval,
            &mut self.ping_interval,
            &mut self.stay,
            &mut self.absence,
        ] {
            *interval = interval.div_f64(factor);
        }
        Ok(self)
    }
}

/// Makes traffic until `shutdown` is cancelled. Nodes may go away and come
/// back meanwhile.
///
/// # Errors
/// When the configuration makes no sense, or the first coins cannot be mined.
pub async fn run(config: TrafficConfig, shutdown: CancellationToken) -> Result<()> {
    ensure!(
        (0.0..=1.0).contains(&config.v2_share),
        "v2_share is a part: from 0 to 1"
    );
    ensure!(
        (0.0..=1.0).contains(&config.wanted_share),
        "wanted_share is a part: from 0 to 1"
    );
    ensure!(
        config.transactions_per_second >= 0.0,
        "transactions_per_second is negative"
    );
    let first = config
        .nodes
        .first()
        .context("traffic needs a node")?
        .rpc
        .clone();
    let supply = Supply::new(first.clone());
    let config = Arc::new(config);
    let work = async {
        // A node without a recent block relays no transactions.
        supply.fill().await.context("mining the first coins")?;
        let mut tasks = JoinSet::new();
        tasks.spawn(miner::mine(
            first,
            config.block_interval,
            config.pace.clone(),
        ));
        for node in &config.nodes {
            for place in 0..config.peers_per_node {
                let (config, supply) = (config.clone(), supply.clone());
                tasks.spawn(client::occupy(place, node.p2p_address, config, supply));
            }
        }
        while let Some(ended) = tasks.join_next().await {
            ended.context("a part of the traffic failed")?;
        }
        Ok(())
    };
    // The tasks end with `work`, which owns them.
    tokio::select! {
        result = work => result,
        () = shutdown.cancelled() => Ok(()),
    }
}
