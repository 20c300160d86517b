//! Events and replies that feed every metric.

use peer_observer_bus::SubscriptionOptions;
use peer_observer_event::*;

use crate::extractor_samples;
use crate::harness::{Harness, draft, message, publish, undecodable};
use crate::samples::{chain, mempool, network, orphans, process};

/// Events of every kind, and a reply of every method.
fn payloads() -> Vec<Payload> {
    let addr = AddrV2 {
        // The peer's own address, and one beside it.
        entries: [7, 8].map(address_entry).into(),
    };
    let item = InventoryItem {
        r#type: 5,
        hash: Default::default(),
    };
    let inv = Inv {
        items: vec![item; 40],
    };
    let infos = PeerInfos {
        peers: vec![PeerInfo {
            peer_id: Some(1),
            network: Some("ipv4".to_owned()),
            inbound: Some(true),
            services: Some(1),
            permissions: vec!["noban".to_owned()],
            mapped_as: Some(64_500),
            ping_time_seconds: Some(0.1),
            minimum_ping_seconds: Some(0.1),
            opened_unix_seconds: Some(1_790_000_000),
            relay_transactions: Some(true),
            inv_to_send: Some(3),
            other_fields: [("cpu_load".to_owned(), "1".to_owned())].into(),
            ..PeerInfo::default()
        }],
        ..PeerInfos::default()
    };
    let private = Version {
        user_agent: Some("/pynode:0.0.1/".to_owned()),
        ..Version::default()
    };
    let mut all = vec![
        message("tx", 8, undecodable()),
        flawed(),
        message("ping", 8, Some(Body::Ping(Ping::default()))),
        message("inv", 8, Some(Body::Inv(inv))),
        message("addrv2", 8, Some(Body::Addrv2(addr))),
        message("feefilter", 8, Some(Body::Feefilter(FeeFilter::default()))),
        message("reject", 8, Some(Body::Reject(Reject::default()))),
        message("version", 8, Some(Body::Version(Box::new(private)))),
        Payload::ConnectionOpened(ConnectionOpened::default()),
        Payload::ConnectionMisbehaving(ConnectionMisbehaving::default()),
        Payload::ConnectionEvicted(ConnectionEvicted::default()),
        Payload::ConnectionClosed(ConnectionClosed::default()),
        Payload::MempoolAdded(MempoolAdded::default()),
        Payload::MempoolRemoved(MempoolRemoved::default()),
        Payload::MempoolReplaced(Box::default()),
        Payload::MempoolRejected(MempoolRejected::default()),
        Payload::BlockConnected(BlockConnected::default()),
        Payload::UtxoSpent(UtxoSpent::default()),
        Payload::UtxoCacheFlushed(UtxoCacheFlushed::default()),
        Payload::Gap(Gap {
            count: Some(1),
            ..Gap::default()
        }),
        Payload::PeerInfos(infos.clone()),
        Payload::PeerInfos(infos),
    ];
    let replies = [mempool(), network(), network(), chain(), process()];
    all.extend(replies.concat());
    all.push(orphans(&[]));
    all.extend(extractor_samples::all());
    all
}

/// An entry of 203.0.113.
fn address_entry(host: u8) -> AddressEntry {
    AddressEntry {
        services: 1,
        address: Some(NetworkAddress {
            network: Network::Ipv4.into(),
            bytes: vec![203, 0, 113, host].into(),
            bip155_network_id: None,
        }),
        ..AddressEntry::default()
    }
}

/// A message that was cut, and that has bytes left over.
fn flawed() -> Payload {
    let mut flawed = message("verack", 3, Some(Body::Verack(Verack {})));
    if let Payload::P2pMessage(message) = &mut flawed {
        message.cut = Some(Cut::default());
        message.trailing_bytes = Some(3);
    }
    flawed
}

/// A block that is connected, and announced to us.
fn announced_block() -> Vec<Payload> {
    let connected = BlockConnected {
        block_hash: extractor_samples::hash(4),
        ..BlockConnected::default()
    };
    vec![
        Payload::BlockConnected(connected),
        extractor_samples::compact_block(4),
    ]
}

/// A text with every metric that there is.
pub(crate) async fn text_of_everything() -> String {
    let harness = Harness::with_extra_gauges(&["getpeerinfo.cpu_load"]);
    let _slow = harness.bus.subscribe(SubscriptionOptions::new("slow"));
    let mut rpc = harness.bus.publisher("alice", Extractor::Rpc);
    publish(&mut rpc, payloads());
    rpc.publish(draft(Payload::Started(Started {
        ring_bytes: Some(1),
        labels: [("role".to_owned(), "honeypot".to_owned())].into(),
        ..Started::default()
    })));
    publish(&mut rpc, payloads());
    let closed = Payload::ProbeDisconnected(ProbeDisconnected::default());
    rpc.publish(draft(closed));
    publish(&mut rpc, extractor_samples::probe());
    publish(&mut rpc, announced_block());
    rpc.heartbeat(vec![HopCount {
        hop: "rpc".to_owned(),
        attempted: 1,
        dropped: vec![DropCount {
            reason: "timeout".to_owned(),
            count: 1,
        }],
        ..HopCount::default()
    }]);
    crate::fleet::replay(&harness, 100).await;
    harness.exposition().await.plain_text()
}
