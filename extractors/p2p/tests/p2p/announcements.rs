//! What the node announces to us.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use data_encoding::HEXLOWER;
use peer_observer_event::probe_announcement::Body as Announced;
use peer_observer_event::{AddrV2, AddressEntry, Body, Network, NetworkAddress};
use serde_json::Value;
use testkit::{Node, Peer, Transport, wait_for};

use crate::support::{Observed, announcement, connected, our_peer, settings};

/// A node that takes its chain for up to date, with a block of today.
async fn node_with_a_chain() -> Result<Node> {
    let node = Node::start().await?;
    node.mine(1).await?;
    Ok(node)
}

fn of(command: &str) -> impl Fn(&peer_observer_event::Payload) -> Option<Announced> {
    move |payload| {
        let found = announcement(payload)?;
        assert!(found.payload_bytes > 0);
        (found.command == command).then_some(found.body.unwrap())
    }
}

/// A hash as RPC shows it.
fn shown(hash: &[u8]) -> String {
    let mut hash = hash.to_vec();
    hash.reverse();
    HEXLOWER.encode(&hash)
}

#[tokio::test]
async fn each_block_is_announced_as_compact_block() -> Result<()> {
    let mut node = node_with_a_chain().await?;
    let coins = node.fan_out(20).await?;
    let mut observed = Observed::connected(&mut node, settings()).await?;
    let (connection, mut from) = observed.next_of(0, "the connection", connected).await?;
    // The node has our sendcmpct and getheaders.
    wait_for("the node knows that we have its chain", async || {
        let peer = our_peer(&node, &connection).await.unwrap();
        peer["bytesrecv_per_msg"]["getheaders"].is_number()
            && peer["bytessent_per_msg"]["headers"].is_number()
            && peer["bip152_hb_from"] == true
    })
    .await?;
    node.spend_all(&coins[..10]).await?;
    for transactions in [10, 0, 0] {
        let block = &node.mine(1).await?[0];
        let compact = observed.next_of(from, "the compact block", of("cmpctblock"));
        let (body, next) = compact.await?;
        let Announced::Cmpctblock(compact) = body else {
            panic!("{body:?}");
        };
        assert_eq!(&shown(&compact.header.unwrap().hash), block);
        assert_eq!(compact.short_ids.len(), transactions);
        let coinbase = compact.prefilled[0].transaction.as_ref().unwrap();
        assert_eq!(coinbase.raw, None, "a summary");
        from = next;
    }
    // Several at once: no block is forgotten, whatever it is announced with.
    let blocks = node.mine(3).await?;
    let last = |payload: &peer_observer_event::Payload| {
        let header = match announcement(payload)?.body.unwrap() {
            Announced::Cmpctblock(compact) => compact.header,
            Announced::Headers(headers) => headers.headers.last().cloned(),
            _ => None,
        };
        (shown(&header?.hash) == blocks[2]).then_some(())
    };
    observed.next_of(from, "the last block", last).await?;
    Ok(())
}

/// Without RPC we cannot say at first that we have the node's chain: so the
/// first block comes as inv, the next one as compact block.
#[tokio::test]
async fn a_block_that_comes_as_inv_is_the_last_that_does() -> Result<()> {
    let node = node_with_a_chain().await?;
    let mut blocks = settings();
    blocks.ping_interval = None;
    let mut without_rpc = node.settings();
    without_rpc.rpc.address = Some("127.0.0.1:1".to_owned());
    let mut observed = Observed::listening(without_rpc, blocks).await?;
    let listen = observed.settings.listen.to_string();
    node.rpc::<Value>("addnode", (listen, "add")).await?;
    let (connection, from) = observed.next_of(0, "the connection", connected).await?;
    assert!(!connection.verified && connection.peer_id.is_none());
    assert!(observed.is_working(), "it measures all the same");

    let first = node.mine(1).await?;
    let (inv, from) = observed.next_of(from, "the inv", of("inv")).await?;
    let Announced::Inv(inv) = inv else {
        panic!("{inv:?}");
    };
    assert_eq!(
        (inv.items[0].r#type, shown(&inv.items[0].hash)),
        (2, first[0].clone())
    );
    wait_for("the node knows that we have the block", async || {
        let peer = our_peer(&node, &connection).await.unwrap();
        peer["bytessent_per_msg"]["headers"].is_number()
    })
    .await?;
    node.mine(1).await?;
    observed
        .next_of(from, "the compact block", of("cmpctblock"))
        .await?;
    Ok(())
}

#[tokio::test]
async fn a_reorganisation_is_announced_with_headers() -> Result<()> {
    let mut node = node_with_a_chain().await?;
    node.mine(3).await?;
    let mut observed = Observed::connected(&mut node, settings()).await?;
    let (connection, from) = observed.next_of(0, "the connection", connected).await?;
    wait_for("the node knows that we have its chain", async || {
        let peer = our_peer(&node, &connection).await.unwrap();
        peer["bytessent_per_msg"]["headers"].is_number()
    })
    .await?;
    // Bob has the first block and a longer branch of his own.
    let bob = Node::builder().name("bob").start().await?;
    let first: String = node.rpc("getblockhash", (1,)).await?;
    let first: String = node.rpc("getblock", (first, 0)).await?;
    bob.rpc::<Value>("submitblock", (first,)).await?;
    let branch = bob.mine(5).await?;
    node.connect_to(&bob).await?;
    let headers = observed.next_of(from, "the headers", of("headers"));
    let (Announced::Headers(headers), _) = headers.await? else {
        panic!("headers announce headers");
    };
    let announced: Vec<String> = headers.headers.iter().map(|it| shown(&it.hash)).collect();
    assert!(
        announced.len() > 1 && branch.starts_with(&announced),
        "{announced:?} of {branch:?}"
    );
    Ok(())
}

#[tokio::test]
async fn transactions_addresses_and_fee_filter_are_told() -> Result<()> {
    let mut node = node_with_a_chain().await?;
    let coins = node.fan_out(5).await?;
    let mut observed = Observed::connected(&mut node, settings()).await?;

    let (filter, _) = observed
        .next_of(0, "the fee filter", of("feefilter"))
        .await?;
    let Announced::Feefilter(filter) = filter else {
        panic!("{filter:?}");
    };
    assert!(filter.feerate_sat_per_kvb > 0);

    let spent = node.spend_all(&coins).await?;
    let mut from = 0;
    let mut announced = Vec::new();
    while announced.len() < spent.len() {
        let (Announced::Inv(inv), next) = observed.next_of(from, "an inv", of("inv")).await? else {
            panic!("inv holds inv");
        };
        from = next;
        announced.extend(
            inv.items
                .iter()
                .filter(|item| item.r#type == 5)
                .map(|it| it.hash),
        );
    }
    // A spend of these has no witness, so wtxid and txid are the same.
    for txid in spent {
        assert!(announced.iter().any(|hash| shown(hash) == txid.to_string()));
    }

    let gossip = Peer::connect(&node, Transport::V2).await?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let entry = AddressEntry {
        time_unix_seconds: now as u32,
        services: 9,
        address: Some(NetworkAddress {
            network: Network::Ipv4.into(),
            bytes: vec![23, 1, 2, 3].into(),
            bip155_network_id: None,
        }),
        port: 8333,
    };
    let gossiped = AddrV2 {
        entries: vec![entry.clone()],
    };
    gossip.send(Body::Addrv2(gossiped)).await?;
    gossip.ping_pong_barrier().await?;
    // The node gossips each half minute on average; its clock runs ahead for that.
    node.rpc::<Value>("setmocktime", (now + 600,)).await?;
    let (Announced::Addrv2(relayed), _) = observed.next_of(0, "the address", of("addrv2")).await?
    else {
        panic!("addrv2 holds addrv2");
    };
    assert!(
        relayed
            .entries
            .iter()
            .any(|it| it.address == entry.address && it.port == 8333)
    );
    Ok(())
}

/// While a node is far behind it asks one peer alone for headers. That must
/// not be us: we have none.
#[tokio::test]
async fn a_node_that_is_behind_catches_up_from_others() -> Result<()> {
    let bob = Node::builder().name("bob").start().await?;
    bob.mine(50).await?;
    let mut node = Node::start().await?;
    let observed = Observed::connected(&mut node, settings()).await?;
    node.connect_to(&bob).await?;
    wait_for("the node has the other's chain", async || {
        node.rpc::<u64>("getblockcount", ())
            .await
            .is_ok_and(|height| height == 50)
    })
    .await?;
    assert!(observed.is_working());
    Ok(())
}
