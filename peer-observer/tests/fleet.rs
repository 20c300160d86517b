//! Three real nodes that peer-observer watches together: how blocks and
//! transactions come to them, what they say when one of them is alone, and when
//! one is gone.

use std::path::Path;

use anyhow::{Context, Result};
use bitcoin::{Transaction, consensus};
use lab::coins;
use serde_json::Value;
use testkit::observer::{Observer, http};
use testkit::{Node, wait_for, wait_for_value};

const NAMES: [&str; 3] = ["alice", "bob", "carol"];

struct Fleet {
    nodes: Vec<Node>,
    observer: Observer,
}

impl Fleet {
    /// Nodes with one chain, in a row: alice – bob – carol.
    async fn start() -> Result<Fleet> {
        let mut nodes = Vec::new();
        for name in NAMES {
            nodes.push(Node::builder().name(name).start().await?);
        }
        nodes[0].mine(101).await?;
        nodes[1].connect_to(&nodes[0]).await?;
        nodes[2].connect_to(&nodes[1]).await?;
        let mut more = "labels = { role = \"first\" }\n\n".to_owned();
        for node in &nodes[1..] {
            let datadir = node.datadir().display();
            more += &format!(
                "[[node]]\nname = \"{}\"\ndatadir = \"{datadir}\"\nchain = \"regtest\"\n\n",
                node.name()
            );
        }
        more += "[ipc]\nenabled = false\n[rpc.getblockchaininfo]\ninterval = \"1 s\"\n\
                 [rpc.getchaintips]\ninterval = \"1 s\"\n";
        let binary = Path::new(env!("CARGO_BIN_EXE_peer-observer"));
        let observer = Observer::start(binary, NAMES[0], nodes[0].datadir(), None, &more).await?;
        let fleet = Fleet { nodes, observer };
        fleet
            .until("all have the first tip", |reply| {
                let nodes = reply["nodes"].as_array().into_iter().flatten();
                let mut clocks = nodes.map(|node| node["clocks"].as_array().map_or(0, Vec::len));
                // Of ebpf, rpc, log, process.
                all(reply, "/standing/relation", "best") && clocks.all(|clocks| clocks >= 4)
            })
            .await?;
        Ok(fleet)
    }

    async fn reply(&self) -> Result<Value> {
        let text = http::get(&format!("{}/api/v1/fleet", self.observer.url)).await?;
        Ok(serde_json::from_str(&text)?)
    }

    /// Waits until the reply is as it should be.
    async fn until(&self, what: &str, fits: impl Fn(&Value) -> bool) -> Result<Value> {
        let latest = std::cell::RefCell::new(Value::Null);
        let reply = wait_for_value(what, async || {
            let reply = self.reply().await.ok()?;
            *latest.borrow_mut() = reply.clone();
            fits(&reply).then_some(reply)
        });
        reply
            .await
            .with_context(|| format!("the last reply: {}", latest.borrow()))
    }

    /// Waits until all nodes have had to do with the block or transaction.
    async fn until_all_accepted(&self, list: &str, hash: &str) -> Result<Value> {
        let reply = self
            .until("all nodes have accepted it", |reply| {
                let nodes = trail(reply, list, hash)["nodes"].as_array();
                nodes.is_some_and(|nodes| {
                    nodes.len() == 3 && nodes.iter().all(|node| node["accepted"].is_object())
                })
            })
            .await?;
        Ok(trail(&reply, list, hash).clone())
    }
}

fn all(reply: &Value, pointer: &str, value: &str) -> bool {
    let nodes = reply["nodes"].as_array();
    nodes.is_some_and(|nodes| {
        nodes.len() == NAMES.len()
            && nodes
                .iter()
                .all(|node| node.pointer(pointer).is_some_and(|found| found == value))
    })
}

fn trail<'a>(reply: &'a Value, list: &str, hash: &str) -> &'a Value {
    let mut trails = reply[list].as_array().into_iter().flatten();
    trails
        .find(|trail| trail["hash"] == hash)
        .unwrap_or(&Value::Null)
}

/// The line of this node in a list of nodes.
fn of<'a>(name: &str, holder: &'a Value) -> &'a Value {
    let mut nodes = holder["nodes"].as_array().into_iter().flatten();
    nodes
        .find(|node| node["node"] == name)
        .unwrap_or(&Value::Null)
}

fn nanoseconds(value: &Value) -> i64 {
    value.as_i64().expect("a number of nanoseconds")
}

/// A transaction of the sample: its wtxid ends in 00.
async fn sampled_transaction(node: &Node) -> Result<Transaction> {
    let coin = *node.fan_out(1).await?.first().context("a coin")?;
    loop {
        let (transaction, _) = coins::spend(coin, coins::FEE)?;
        if transaction.compute_wtxid().to_string().ends_with("00") {
            return Ok(transaction);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_nodes_together() -> Result<()> {
    let mut fleet = Fleet::start().await?;

    // A block goes from alice over bob to carol.
    let hash = fleet.nodes[0].mine(1).await?.remove(0);
    let block = fleet.until_all_accepted("blocks", &hash).await?;
    assert!(of("alice", &block)["announced"].is_null(), "{block}");
    // Compact blocks are passed on before they are connected: of the moments of
    // two nodes only these are in order.
    let seen = |name: &str| nanoseconds(&of(name, &block)["seen"]["after_ns"]);
    assert!(seen("bob") < seen("carol"), "{block}");
    for (name, neighbour) in [("bob", &fleet.nodes[0]), ("carol", &fleet.nodes[1])] {
        let announced = &of(name, &block)["announced"];
        assert_eq!(announced["address"], neighbour.p2p_address().to_string());
        let words = ["headers", "cmpctblock", "inv"];
        assert!(words.iter().any(|word| announced["message"] == *word));
        // On one host the clocks are one, and the estimates agree well.
        let uncertainty = &of(name, &block)["accepted"]["uncertainty_ns"];
        assert!(nanoseconds(uncertainty) < 100_000_000, "{block}");
    }

    // So does a transaction.
    let transaction = sampled_transaction(&fleet.nodes[0]).await?;
    let wtxid = transaction.compute_wtxid().to_string();
    let hex = consensus::encode::serialize_hex(&transaction);
    fleet.nodes[0]
        .rpc::<String>("sendrawtransaction", [hex])
        .await?;
    let trail = fleet.until_all_accepted("transactions", &wtxid).await?;
    assert_eq!(trail["txid"], transaction.compute_txid().to_string());
    assert_eq!(of("carol", &trail)["announced"]["message"], "inv");
    let accepted = |name: &str| nanoseconds(&of(name, &trail)["accepted"]["after_ns"]);
    assert_eq!(accepted("alice"), 0);
    assert!(
        0 < accepted("bob") && accepted("bob") < accepted("carol"),
        "{trail}"
    );

    fork_and_fall_behind(&fleet).await?;

    // One that ends does not disturb the others.
    fleet.nodes[2].stop().await?;
    let reply = fleet
        .until("carol is gone", |reply| {
            of("carol", reply)["present_since_ns"].is_null()
        })
        .await?;
    assert_eq!(of("alice", &reply)["standing"]["relation"], "best");
    assert_eq!(of("bob", &reply)["standing"]["relation"], "best");
    Ok(())
}

/// Carol mines a block of her own while the others mine two.
async fn fork_and_fall_behind(fleet: &Fleet) -> Result<()> {
    let [alice, bob, carol] = &fleet.nodes[..] else {
        unreachable!("there are three nodes");
    };
    let common: u32 = carol.rpc("getblockcount", ()).await?;
    carol.rpc::<Value>("setnetworkactive", [false]).await?;
    carol.wait_for_connections(0).await?;
    // Paid elsewhere, else it would be the very block that alice mines.
    let elsewhere: Value = carol.rpc("getdescriptorinfo", ["raw(52)"]).await?;
    let arguments = (1, &elsewhere["descriptor"]);
    let mined: Vec<String> = carol.rpc("generatetodescriptor", arguments).await?;
    let own = mined.first().context("a block")?.clone();
    alice.mine(2).await?;
    let reply = fleet
        .until("carol is on a branch of her own", |reply| {
            of("bob", reply)["standing"]["relation"] == "best"
                && of("carol", reply)["standing"]["relation"] == "fork"
                && of("carol", reply)["standing"]["blocks_behind"] == 1
        })
        .await?;
    assert_eq!(of("carol", &reply)["standing"]["common_height"], common);
    assert_eq!(of("carol", &reply)["standing"]["has_fallen_behind"], false);
    fleet
        .until("time passes", |reply| {
            of("carol", reply)["standing"]["behind_ns"].as_u64() > Some(30_000_000_000)
        })
        .await?;
    fleet
        .until("carol has fallen behind", |reply| {
            of("carol", reply)["standing"]["has_fallen_behind"] == true
        })
        .await?;
    let metrics = http::get(&format!("{}/metrics", fleet.observer.url)).await?;
    for line in [
        "peerobserver_node_info{node=\"alice\",role=\"first\"} 1",
        "peerobserver_node_info{node=\"bob\"} 1",
        "peerobserver_fleet_node_fallen_behind{node=\"carol\"} 1",
        "peerobserver_fleet_node_fallen_behind{node=\"bob\"} 0",
        "peerobserver_fleet_node_on_fork{node=\"carol\"} 1",
        "peerobserver_fleet_blocks_behind{node=\"carol\"} 1",
        "peerobserver_fleet_different_tips{chain=\"regtest\"} 2",
    ] {
        assert!(
            metrics.lines().any(|found| found == line),
            "{line}\n{metrics}"
        );
    }
    for moment in ["seen", "accepted"] {
        let delays = "peerobserver_fleet_block_delay_seconds_count{node=\"carol\"";
        assert!(http::sum(&metrics, &format!("{delays},moment=\"{moment}\"}}")) > 0);
    }

    // She takes the longer branch, and leaves her own block.
    carol.rpc::<Value>("setnetworkactive", [true]).await?;
    carol.connect_to(bob).await?;
    let reply = fleet
        .until("carol has caught up", |reply| {
            let carol = of("carol", reply);
            carol["standing"]["relation"] == "best" && carol["reorganizations"] == 1
        })
        .await?;
    let standing = &of("carol", &reply)["standing"];
    assert_eq!(standing["has_fallen_behind"], false);
    assert_eq!(of("carol", &reply)["disconnected_blocks"], 1);
    assert_eq!(
        of("carol", trail(&reply, "blocks", &own))["disconnected"],
        true
    );
    wait_for("a side branch in getchaintips", async || {
        let reply = fleet.reply().await.unwrap_or_default();
        of("carol", &reply)["branches"][0]["block_hash"] == own.as_str()
    })
    .await
}
