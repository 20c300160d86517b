//! A conversation in which every message type occurs.

use anyhow::{Context, Result};
use peer_observer_event::{
    Addr, AddrV2, AddressEntry, Body, Feature, FeeFilter, FilterAdd, FilterClear, FilterLoad,
    GetAddr, GetBlockTxn, GetBlocks, GetCFilters, GetCfCheckpt, GetCfHeaders, GetData, GetHeaders,
    Inv, InventoryItem, Mempool, Network, NetworkAddress, NotFound, Ping, Pong, SendAddrV2,
    SendCmpct, SendHeaders, SendTxRcncl, WtxidRelay,
};
use peer_observer_p2p::Received;
use testkit::{FEATURE_VERSION, Node, Peer, PeerOptions, Transport};

/// What the node must be started with to answer everything.
pub const NODE_ARGUMENTS: [&str; 4] = [
    "-peerbloomfilters",
    "-blockfilterindex",
    "-peerblockfilters",
    "-txreconciliation",
];

/// Options with which all that may stand before verack does. `knows_feature`
/// is what [`Node::knows_feature_message`] says: a node that does not, does not
/// see the message over v2.
pub fn options(transport: Transport, knows_feature: bool) -> PeerOptions {
    let mut options = PeerOptions::new(transport);
    options.connection.version.protocol_version = FEATURE_VERSION;
    options.connection.version.services = 1 | 8 | 2048; // Worth an outbound connection.
    options.connection.before_verack = vec![
        Body::Wtxidrelay(WtxidRelay {}),
        Body::Sendaddrv2(SendAddrV2 {}),
        Body::Sendtxrcncl(SendTxRcncl {
            version: 1,
            salt: 7,
        }),
    ];
    if knows_feature || transport == Transport::V1 {
        options
            .connection
            .before_verack
            .push(Body::Feature(Feature {
                feature_id: "test-feature".to_owned(),
                feature_data: vec![1, 2, 3].into(),
            }));
    }
    options
}

fn entry(last: u8) -> AddressEntry {
    let network = Network::Ipv4.into();
    let address = NetworkAddress {
        network,
        bytes: vec![1, 2, 3, last].into(),
        bip155_network_id: None,
    };
    AddressEntry {
        time_unix_seconds: 1_700_000_000,
        services: 9,
        address: Some(address),
        port: 8333,
    }
}

fn item(kind: u32, hash: &[u8]) -> Vec<InventoryItem> {
    vec![InventoryItem {
        r#type: kind,
        hash: hash.try_into().expect("32 bytes"),
    }]
}

/// Sends what the node answers and what it only takes; what it answered with
/// is sent back to it, so that it occurs in both directions.
pub async fn hold(node: &Node, peer: &Peer, fresh: u8) -> Result<()> {
    let tip: String = node.rpc("getbestblockhash", ()).await?;
    let tip = internal_hash(&tip)?;
    let unknown = [fresh; 32];
    let plain = [
        Body::Sendheaders(SendHeaders {}),
        Body::Sendcmpct(SendCmpct {
            high_bandwidth: false,
            version: 2,
        }),
        Body::Feefilter(FeeFilter {
            feerate_sat_per_kvb: 1_000,
        }),
        Body::Ping(Ping { nonce: None }),
        Body::Pong(Pong { nonce: 99 }),
        Body::Getaddr(GetAddr {}),
        Body::Addr(Addr {
            entries: vec![entry(4), entry(5)],
        }),
        Body::Addrv2(AddrV2 {
            entries: vec![entry(6)],
        }),
        Body::Notfound(NotFound {
            items: item(5, &unknown),
        }),
        Body::Getblocks(GetBlocks {
            version: 70_016,
            locator_hashes: vec![],
            stop_hash: vec![0; 32].into(),
        }),
        Body::Filterload(FilterLoad {
            filter: vec![0xff; 8].into(),
            hash_functions: 3,
            tweak: 1,
            flags: 1,
        }),
        Body::Filteradd(FilterAdd {
            data: vec![1, 2, 3].into(),
        }),
        Body::Mempool(Mempool {}),
    ];
    for body in plain {
        peer.send(body).await?;
    }
    // A header that the node knows: what it has just told us.
    let headers = GetHeaders {
        version: 70_016,
        locator_hashes: vec![],
        stop_hash: tip.clone().into(),
    };
    let requests = [
        (Body::Getheaders(headers), "headers"),
        (
            Body::Getdata(GetData {
                items: item(3, &tip),
            }),
            "merkleblock",
        ),
        (Body::Filterclear(FilterClear {}), ""),
        (
            Body::Getdata(GetData {
                items: item(0x4000_0002, &tip),
            }),
            "block",
        ),
        (
            Body::Getdata(GetData {
                items: item(4, &tip),
            }),
            "cmpctblock",
        ),
        (
            Body::Getdata(GetData {
                items: item(5, &unknown),
            }),
            "notfound",
        ),
        (
            Body::Getblocktxn(GetBlockTxn {
                block_hash: tip.clone().into(),
                indexes: vec![0],
            }),
            "blocktxn",
        ),
        (
            Body::Getcfilters(GetCFilters {
                filter_type: 0,
                start_height: 1,
                stop_hash: tip.clone().into(),
            }),
            "cfilter",
        ),
        (
            Body::Getcfheaders(GetCfHeaders {
                filter_type: 0,
                start_height: 1,
                stop_hash: tip.clone().into(),
            }),
            "cfheaders",
        ),
        (
            Body::Getcfcheckpt(GetCfCheckpt {
                filter_type: 0,
                stop_hash: tip.clone().into(),
            }),
            "cfcheckpt",
        ),
        (
            Body::Inv(Inv {
                items: item(5, &unknown),
            }),
            "getdata",
        ),
    ];
    for (request, reply) in requests {
        peer.send(request).await?;
        if !reply.is_empty() {
            let Received {
                command, payload, ..
            } = peer
                .wait_for_message(reply, |message| message.command == reply)
                .await?;
            peer.send_raw(&command, &payload).await?;
        }
    }
    historic_and_unknown(peer).await?;
    peer.send_raw("tx", &orphan(fresh)).await?;
    peer.ping_pong_barrier().await
}

async fn historic_and_unknown(peer: &Peer) -> Result<()> {
    peer.send_raw("reject", b"\x02tx\x10\x03bad").await?;
    peer.send_raw("alert", &[1, 0xaa, 1, 0xbb]).await?;
    peer.send_raw("twelveletter", &[7; 40]).await?;
    peer.send_raw("twelveletter", &[]).await?;
    // Core ignores what it cannot read of these.
    peer.send_raw("inv", &[0xfd]).await
}

/// Each of these makes the node disconnect who sends it after verack.
pub fn fatal(knows_feature: bool) -> Vec<(&'static str, Vec<u8>)> {
    let mut messages = vec![
        ("wtxidrelay", vec![]),
        ("sendaddrv2", vec![]),
        (
            "sendtxrcncl",
            [&1u32.to_le_bytes()[..], &7u64.to_le_bytes()].concat(),
        ),
    ];
    if knows_feature {
        messages.push(("feature", b"\x04test\x00".to_vec()));
    }
    messages
}

/// A transaction that spends what does not exist.
fn orphan(fresh: u8) -> Vec<u8> {
    let mut raw = vec![2, 0, 0, 0, 1];
    raw.extend([fresh; 32]);
    raw.extend([0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 1]);
    raw.extend(1_000u64.to_le_bytes());
    raw.extend([4, 0x51, 0x02, 0x4e, 0x73, 0, 0, 0, 0]);
    raw
}

fn internal_hash(hex: &str) -> Result<Vec<u8>> {
    let digits = (0..hex.len()).step_by(2).rev();
    digits
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).context("the node prints hashes as hex"))
        .collect()
}
