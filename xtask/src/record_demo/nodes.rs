//! The nodes that are recorded.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Error, Result};
use lab::coins;
use lab::traffic::TrafficNode;
use peer_observer_node::RpcClient;
use serde_json::{Value, json};
use testkit::{Node, free_port, wait_for};

/// Long enough that there are coins to spend, and no longer: nobody looks at it.
const BLOCKS_BEFORE: u32 = 110;

/// What the nodes say in their logs, and where they can be asked.
const ARGUMENTS: [&str; 10] = [
    "-ipcbind=unix",
    "-logthreadnames=1",
    "-debug=blockstorage",
    "-debug=cmpctblock",
    "-debug=mempool",
    "-debug=mempoolrej",
    "-debug=txpackages",
    "-debug=validation",
    // At 30 times the speed the usual minute for a handshake is two seconds.
    "-peertimeout=600",
    "-checkmempool=0",
];

/// What alice says besides: each connection and message, as an operator has it
/// who wants to know more.
const ALICE: [&str; 2] = ["-debug=net", "-debug=addrman"];

/// A node, and where it dials peer-observer.
pub(super) struct Watched {
    pub(super) node: Node,
    pub(super) p2p_listen: SocketAddr,
}

/// Three nodes: alice is dialled by carol and dials bob, who mines.
pub(super) struct Nodes {
    pub(super) alice: Watched,
    pub(super) bob: Watched,
    pub(super) carol: Watched,
}

impl Nodes {
    /// Starts them with a chain of the same blocks and clocks that stand still,
    /// not connected to anybody.
    pub(super) async fn start(begin_unix_seconds: u64) -> Result<Nodes> {
        let (alice, bob, carol) = tokio::try_join!(
            start("alice", &ALICE, begin_unix_seconds),
            start("bob", &[], begin_unix_seconds),
            start("carol", &[], begin_unix_seconds),
        )?;
        let nodes = Nodes { alice, bob, carol };
        coins::mine(nodes.bob.node.client(), BLOCKS_BEFORE).await?;
        for to in [&nodes.alice, &nodes.carol] {
            copy_chain(&nodes.bob.node, &to.node).await?;
        }
        Ok(nodes)
    }

    pub(super) fn all(&self) -> [&Watched; 3] {
        [&self.alice, &self.bob, &self.carol]
    }

    pub(super) fn clients(&self) -> Vec<RpcClient> {
        let clients = self.all().map(|watched| watched.node.client().clone());
        clients.into()
    }

    /// Their data directories and names.
    pub(super) fn directories(&self) -> Vec<(String, String)> {
        let directory = |watched: &Watched| {
            let node = &watched.node;
            (node.datadir().display().to_string(), node.name().to_owned())
        };
        self.all().map(directory).into()
    }

    /// Blocks and coins come from bob.
    pub(super) fn for_traffic(&self) -> Vec<TrafficNode> {
        let [alice, bob, carol] = self.all();
        let nodes = [bob, alice, carol].map(|watched| TrafficNode {
            p2p_address: watched.node.p2p_address(),
            rpc: watched.node.client().clone(),
        });
        nodes.into()
    }

    /// Connects them to each other.
    pub(super) async fn connect(&self) -> Result<()> {
        let [alice, bob, carol] = self.all().map(|watched| &watched.node);
        alice.connect_to(bob).await?;
        carol.connect_to(alice).await?;
        carol.connect_to(bob).await
    }

    /// Has them dial peer-observer until that has happened; an error when they cannot.
    pub(super) async fn keep_dialling(&self) -> Error {
        let [alice, bob, carol] = self.all().map(|watched| async {
            match watched.node.keep_dialling(watched.p2p_listen).await {
                Err(error) => error.context("having a node dial peer-observer"),
            }
        });
        tokio::select! {
            error = alice => error,
            error = bob => error,
            error = carol => error,
        }
    }

    /// Waits until all have the same tip.
    pub(super) async fn agree(&self) -> Result<()> {
        wait_for("the nodes have the same tip", async || {
            let mut tips = Vec::new();
            for watched in self.all() {
                let tip = watched.node.rpc::<String>("getbestblockhash", ()).await;
                tips.extend(tip.ok());
            }
            tips.len() == 3 && tips.iter().all(|tip| *tip == tips[0])
        })
        .await
    }
}

async fn start(name: &str, more: &[&str], begin_unix_seconds: u64) -> Result<Watched> {
    let p2p_listen = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
    let node = Node::builder()
        .name(name)
        .arguments(ARGUMENTS)
        .arguments(more.iter().copied())
        .argument(format!("-mocktime={begin_unix_seconds}"))
        .argument(format!("-addnode={p2p_listen}"))
        .start()
        .await
        .with_context(|| format!("starting {name}"))?;
    Ok(Watched { node, p2p_listen })
}

async fn copy_chain(from: &Node, to: &Node) -> Result<()> {
    for height in 1..=BLOCKS_BEFORE {
        let hash: String = from.rpc("getblockhash", [height]).await?;
        let block: String = from.rpc("getblock", json!([hash, 0])).await?;
        to.rpc::<Value>("submitblock", [block]).await?;
    }
    Ok(())
}
