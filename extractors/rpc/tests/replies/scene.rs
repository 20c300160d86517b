//! A node with something to say to every method.

use std::collections::BTreeMap;
use std::sync::Arc;

use bitcoin::consensus::encode::serialize;
use bitcoin::{Amount, OutPoint, Txid, hashes::Hash};
use lab::coins::{self, Coin};
use peer_observer_event::{Event, Payload};
use serde_json::Value;
use testkit::{Node, NodeBuilder, Peer, Transport, wait_for};

pub(crate) struct Scene {
    pub(crate) node: Node,
    _others: Vec<Node>,
    _peers: Vec<Peer>,
    _files: tempfile::TempDir,
}

impl Scene {
    /// Indexes, peers, a mempool, an orphan, a ban, addresses of all networks,
    /// an AS map, a deployment under way, a branch.
    pub(crate) async fn busy() -> Scene {
        Scene::busy_at(Node::builder()).await
    }

    /// The same at a node with an IPC socket.
    pub(crate) async fn busy_over_ipc() -> Scene {
        Scene::busy_at(Node::builder().ipc()).await
    }

    async fn busy_at(node: NodeBuilder) -> Scene {
        let files = tempfile::tempdir().unwrap();
        // Every address belongs to AS 1: the instruction RETURN, the number
        // minus 1 in the shortest class, padding.
        let map = files.path().join("asmap.dat");
        std::fs::write(&map, [0; 3]).unwrap();
        let arguments = [
            "-txindex=1",
            "-coinstatsindex=1",
            "-blockfilterindex=1",
            "-externalip=1.2.3.4",
            "-maxuploadtarget=1000",
            "-vbparams=testdummy:0:9223372036854775807",
            &format!("-asmap={}", map.display()),
        ];
        let (node, other) = tokio::try_join!(
            node.arguments(arguments).start(),
            Node::builder().name("bob").start()
        )
        .unwrap();
        // Beyond the first period of 144 blocks, so that signalling has begun.
        node.mine(150).await.unwrap();
        branch(&node).await;
        let coins = node.fan_out(3).await.unwrap();
        node.spend_all(&coins).await.unwrap();
        node.connect_to(&other).await.unwrap();
        let peers = vec![
            Peer::connect(&node, Transport::V1).await.unwrap(),
            Peer::connect(&node, Transport::V2).await.unwrap(),
        ];
        orphan(&node, &peers[0]).await;
        for (subnet, seconds) in [("10.1.2.0/24", 86_400), ("2a01:4f8::2", 60)] {
            node.rpc::<Value>("setban", (subnet, "add", seconds))
                .await
                .unwrap();
        }
        addresses(&node).await;
        wait_for("the indexes are at the tip", async || {
            let indexes: Value = node.rpc("getindexinfo", ()).await.unwrap();
            let mut indexes = indexes.as_object().unwrap().values();
            indexes.all(|index| index["synced"] == true)
        })
        .await
        .unwrap();
        Scene {
            node,
            _others: vec![other],
            _peers: peers,
            _files: files,
        }
    }

    /// Prunes by itself, and says what newer versions say otherwise.
    pub(crate) async fn pruned() -> Scene {
        let arguments = [
            "-prune=550",
            "-deprecatedrpc=warnings",
            "-deprecatedrpc=fullrbf",
        ];
        let node = Node::builder().arguments(arguments).start().await.unwrap();
        Scene {
            node,
            _others: Vec::new(),
            _peers: Vec::new(),
            _files: tempfile::tempdir().unwrap(),
        }
    }

    /// The scene was there when the extractor asked: the events are not equal
    /// to replies that say nothing.
    pub(crate) fn assert_is_in(&self, events: &BTreeMap<&str, Arc<Event>>) {
        let payload = |method: &str| events[method].payload.as_ref().unwrap();
        let Payload::PeerInfos(peers) = payload("getpeerinfo") else {
            panic!("not getpeerinfo's");
        };
        assert_eq!(peers.peers.len(), 3);
        let Payload::OrphanTxs(orphans) = payload("getorphantxs") else {
            panic!("not getorphantxs's");
        };
        assert_eq!(orphans.transactions[0].peer_ids.len(), 1);
        let Payload::RawAddrman(addrman) = payload("getrawaddrman") else {
            panic!("not getrawaddrman's");
        };
        let entries = || addrman.new_entries.iter().chain(&addrman.tried_entries);
        assert!(entries().count() >= 5);
        assert!(entries().any(|entry| entry.mapped_as == Some(1)));
        let Payload::DeploymentInfo(deployments) = payload("getdeploymentinfo") else {
            panic!("not getdeploymentinfo's");
        };
        let bip9 = |status: &str| {
            let mut bip9 = deployments.deployments.iter().flat_map(|one| &one.bip9);
            bip9.any(|bip9| bip9.status.as_deref() == Some(status) && bip9.statistics.is_some())
        };
        assert!(bip9("started"), "{deployments:?}");
        let Payload::IndexInfo(indexes) = payload("getindexinfo") else {
            panic!("not getindexinfo's");
        };
        assert_eq!(indexes.indexes.len(), 3);
        let counts = [
            matches!(payload("listbanned"), Payload::BanList(list) if list.bans.len() == 2),
            matches!(payload("getchaintips"), Payload::ChainTips(tips) if tips.tips.len() == 2),
            matches!(payload("getmempoolinfo"),
                Payload::MempoolInfo(info) if info.transaction_count == Some(3)),
            matches!(payload("getnetworkinfo"),
                Payload::NetworkInfo(info) if info.local_addresses.len() == 1),
        ];
        assert_eq!(counts, [true; 4]);
    }
}

/// Leaves a branch of one block beside the main chain.
async fn branch(node: &Node) {
    let tip: String = node.rpc("getbestblockhash", ()).await.unwrap();
    node.rpc::<Value>("invalidateblock", (tip,)).await.unwrap();
    // To another script: the same block again would be the invalid one.
    node.rpc::<Value>("generatetodescriptor", (2, "raw(52)"))
        .await
        .unwrap();
}

/// A transaction that spends what nobody knows.
async fn orphan(node: &Node, peer: &Peer) {
    let coin = Coin {
        outpoint: OutPoint::new(Txid::all_zeros(), 7),
        value: Amount::from_sat(50_000),
    };
    let (transaction, _) = coins::spend(coin, coins::FEE).unwrap();
    peer.send_raw("tx", &serialize(&transaction)).await.unwrap();
    wait_for("the transaction is an orphan", async || {
        let orphans: Vec<String> = node.rpc("getorphantxs", ()).await.unwrap();
        orphans == [transaction.compute_txid().to_string()]
    })
    .await
    .unwrap();
}

/// An address of each network, and one that the node believes to have reached.
async fn addresses(node: &Node) {
    let onion = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";
    let i2p = "udhdrtrcetjm5sxzskjyr5ztpeszydbh4dpl3pl4utgqqw2v4jna.b32.i2p";
    add_address(node, |_| onion.to_owned(), 8333, false).await;
    add_address(node, |_| i2p.to_owned(), 0, false).await;
    add_address(node, |last| format!("8.8.8.{last}"), 8333, false).await;
    add_address(node, |last| format!("9.9.9.{last}"), 18_333, true).await;
    add_address(node, |last| format!("2a01:4f8::{last}"), 8333, false).await;
}

/// Addresses of one AS share a bucket of 64 places, so the place of the first
/// that is tried can be taken.
async fn add_address(node: &Node, address: impl Fn(u8) -> String, port: u16, tried: bool) {
    for last in 1..20 {
        let params = (address(last), port, tried);
        let added: Value = node.rpc("addpeeraddress", params).await.unwrap();
        if added["success"] == true {
            return;
        }
    }
    panic!("the node takes none of {} and the next", address(1));
}
