//! Ten made-up minutes of a node, in which something happens for every question
//! of `docs/analysis.md`: what the answers must be is known.

use std::collections::HashMap;

use peer_observer_event::*;
use prost::bytes::Bytes;

/// 2026-09-21 14:00 UTC.
const START_NS: u64 = 1_789_999_200 * SECOND_NS;
const SECOND_NS: u64 = 1_000_000_000;
const MS: u64 = 1_000_000;

use ConnectionType::{BlockRelayOnly, Inbound, OutboundFullRelay};
use Direction as To;

/// A peer that stays for the ten minutes: its number, address and connection.
type Peer = (u64, &'static str, Network, ConnectionType);

const FIRST: Peer = (1, "198.51.100.1:8333", Network::Ipv4, OutboundFullRelay);
const SECOND: Peer = (2, "198.51.100.2:8333", Network::Ipv4, OutboundFullRelay);
const INBOUND: Peer = (3, "203.0.113.3:50001", Network::Ipv4, Inbound);
const PINGER: Peer = (4, "203.0.113.4:50002", Network::Ipv4, Inbound);
const SPAMMER: Peer = (5, "192.0.2.5:50003", Network::Ipv4, Inbound);
const BLOCKS: Peer = (6, "[2001:db8::6]:8333", Network::Ipv6, BlockRelayOnly);

pub(crate) fn events() -> Vec<Event> {
    let mut recording = Recording::default();
    recording.connections();
    recording.pings();
    recording.addresses();
    recording.blocks();
    recording.transactions();
    recording.reconstructions();
    recording.process();
    recording.polls();
    recording.losses();
    recording.finish()
}

#[derive(Default)]
struct Recording {
    /// Nanoseconds from the start, who says it, what.
    events: Vec<(u64, Extractor, Payload)>,
}

impl Recording {
    fn add(&mut self, at: u64, extractor: Extractor, payload: Payload) {
        self.events.push((at, extractor, payload));
    }

    fn message(&mut self, at: u64, peer: Peer, direction: To, body: Body) {
        let (peer_id, address, network, connection_type) = peer;
        let message = P2pMessage {
            peer_id,
            address: address.to_owned(),
            network: Some(network.into()),
            connection_type: connection_type.into(),
            direction: direction.into(),
            command: body.word().to_owned(),
            payload_bytes: 8,
            body: Some(body),
            ..P2pMessage::default()
        };
        self.add(at, Extractor::Ebpf, Payload::P2pMessage(message));
    }

    fn open(&mut self, at: u64, peer: Peer, direction: To) {
        let (peer_id, address, network, connection_type) = peer;
        let opened = ConnectionOpened {
            peer_id,
            address: address.to_owned(),
            network: network.into(),
            connection_type: connection_type.into(),
            direction: direction.into(),
            existing_connections: 1,
            ..ConnectionOpened::default()
        };
        self.add(at, Extractor::Ebpf, Payload::ConnectionOpened(opened));
    }

    /// Six peers stay; 24 connections from one /16 last 2 s each.
    fn connections(&mut self) {
        for peer in [FIRST, SECOND, BLOCKS] {
            self.open(0, peer, To::Outbound);
        }
        for peer in [INBOUND, PINGER, SPAMMER] {
            self.open(0, peer, To::Inbound);
        }
        for number in 0..24 {
            let at = (10 + 20 * number) * SECOND_NS;
            let address = format!("198.18.{}.{}:{}", number % 2, number % 4, 40_000 + number);
            let network = Network::Ipv4.into();
            let opened = ConnectionOpened {
                peer_id: 100 + number,
                address: address.clone(),
                network,
                connection_type: Inbound.into(),
                direction: To::Inbound.into(),
                existing_connections: 4,
                ..ConnectionOpened::default()
            };
            self.add(at, Extractor::Ebpf, Payload::ConnectionOpened(opened));
            let closed = ConnectionClosed {
                peer_id: 100 + number,
                address,
                network,
                connection_type: Inbound.into(),
                opened_unix_seconds: (START_NS + at) / SECOND_NS,
                ..ConnectionClosed::default()
            };
            let end = at + 2 * SECOND_NS;
            self.add(end, Extractor::Ebpf, Payload::ConnectionClosed(closed));
        }
    }

    /// Three peers ping as Core does; one pings ten times a second for a minute.
    fn pings(&mut self) {
        let ping = |nonce| Body::Ping(Ping { nonce: Some(nonce) });
        for (number, peer) in (0..5).flat_map(|n| [FIRST, SECOND, INBOUND].map(|peer| (n, peer))) {
            self.message(120 * number * SECOND_NS, peer, To::Inbound, ping(number));
        }
        for number in 0..600 {
            let at = 60 * SECOND_NS + number * 100 * MS;
            self.message(at, PINGER, To::Inbound, ping(number));
        }
    }

    /// One peer sends 1,000 addresses when asked, another 1,200 in a minute unasked.
    fn addresses(&mut self) {
        self.message(SECOND_NS, FIRST, To::Outbound, Body::Getaddr(GetAddr {}));
        let asked = Body::Addrv2(AddrV2 {
            entries: (0..1000).map(address).collect(),
        });
        self.message(2 * SECOND_NS, FIRST, To::Inbound, asked);
        self.message(5 * SECOND_NS, SPAMMER, To::Inbound, Body::Verack(Verack {}));
        for number in 0..120 {
            let entries = (0..10).map(|entry| address(number * 10 + entry)).collect();
            let at = 180 * SECOND_NS + u64::from(number) * 500 * MS;
            let body = Body::Addr(Addr { entries });
            self.message(at, SPAMMER, To::Inbound, body);
        }
    }

    /// Two blocks: the first peer is first with one, the second with the other.
    fn blocks(&mut self) {
        let header = |number| BlockHeader {
            hash: hash(0xb0, number),
            ..BlockHeader::default()
        };
        let compact = |number| {
            Body::Cmpctblock(Box::new(CmpctBlock {
                header: Some(header(number)),
                ..CmpctBlock::default()
            }))
        };
        let headers = |number| {
            Body::Headers(Headers {
                headers: vec![header(number)],
            })
        };
        let one = 100 * SECOND_NS;
        self.message(one, FIRST, To::Inbound, compact(1));
        self.message(one + 120 * MS, SECOND, To::Inbound, headers(1));
        self.message(one + 450 * MS, BLOCKS, To::Inbound, headers(1));
        let inv = Body::Inv(Inv {
            items: vec![item(2, &hash(0xb0, 1))],
        });
        self.message(one + 1200 * MS, INBOUND, To::Inbound, inv);
        let two = 300 * SECOND_NS;
        self.message(two, SECOND, To::Inbound, headers(2));
        self.message(two + 80 * MS, FIRST, To::Inbound, compact(2));
        let getdata = Body::Getdata(GetData {
            items: vec![item(0x4000_0002, &hash(0xb0, 2))],
        });
        self.message(two + 100 * MS, SECOND, To::Outbound, getdata);
        let block = Body::Block(Box::new(Block {
            header: Some(header(2)),
            ..Block::default()
        }));
        self.message(two + 300 * MS, SECOND, To::Inbound, block);
        self.message(two + 310 * MS, BLOCKS, To::Inbound, headers(2));
    }

    /// 20 transactions that three peers announce: the first peer is first with
    /// 15, the inbound one with 5. Of these, 2 come, 1 is not found any more, 2
    /// are never heard of again.
    fn transactions(&mut self) {
        for number in 0..20 {
            let wtxid = hash(0x7a, number);
            let at = 400 * SECOND_NS + u64::from(number) * 2 * SECOND_NS;
            let inbound_first = number % 4 == 0;
            let inbound_at = if inbound_first {
                at - 500 * MS
            } else {
                at + 1500 * MS
            };
            for (at, peer) in [(at, FIRST), (at + 300 * MS, SECOND), (inbound_at, INBOUND)] {
                let items = vec![item(5, &wtxid)];
                self.message(at, peer, To::Inbound, Body::Inv(Inv { items }));
            }
            let (peer, asked_at) = match inbound_first {
                true => (INBOUND, inbound_at + 20 * MS),
                false => (FIRST, at + 20 * MS),
            };
            let items = vec![item(5, &wtxid)];
            let getdata = Body::Getdata(GetData {
                items: items.clone(),
            });
            self.message(asked_at, peer, To::Outbound, getdata);
            let answer = match number {
                0 | 4 => continue,
                8 => Body::Notfound(NotFound { items }),
                _ => Body::Tx(Box::new(Transaction {
                    txid: hash(0x70, number),
                    wtxid,
                    ..Transaction::default()
                })),
            };
            self.message(asked_at + 40 * MS, peer, To::Inbound, answer);
        }
    }

    /// Three blocks in high-bandwidth mode, one of which needs transactions; one
    /// in the other mode, which needs many.
    fn reconstructions(&mut self) {
        let blocks = [
            (true, 0.012, 0, 0),
            (true, 0.020, 0, 0),
            (true, 0.250, 3, 1500),
            (false, 0.900, 40, 15_000),
        ];
        for (number, (high_bandwidth, duration, requested, bytes)) in (0..).zip(blocks) {
            let block = BlockReconstruction {
                block_hash: hash(0xb0, number),
                peer_id: Some(1),
                high_bandwidth: Some(high_bandwidth),
                duration_seconds: Some(duration),
                prefilled_transactions: 1,
                mempool_transactions: 2500 - requested,
                requested_transactions: requested,
                requested_bytes: Some(bytes),
                ..BlockReconstruction::default()
            };
            let at = (100 + 100 * u64::from(number)) * SECOND_NS;
            let payload = Payload::BlockReconstruction(Box::new(block));
            self.add(at, Extractor::Log, payload);
        }
    }

    /// The message thread takes 5 % of a CPU, 80 % in the minute of the pings.
    fn process(&mut self) {
        let mut busy = 0.0;
        for second in (0..=600).step_by(10) {
            let thread = |name: &str, user_seconds| ThreadUsage {
                name: name.to_owned(),
                count: 1,
                user_seconds,
                ..ThreadUsage::default()
            };
            let sample = ProcessSample {
                threads: vec![thread("b-msghand", busy), thread("b-net", busy / 4.0)],
                ..ProcessSample::default()
            };
            let payload = Payload::ProcessSample(Box::new(sample));
            self.add(second * SECOND_NS, Extractor::Process, payload);
            busy += if (60..120).contains(&second) {
                8.0
            } else {
                0.5
            };
        }
    }

    /// `getpeerinfo` each minute: the pings of inbound peers take ten times as
    /// long in the second five minutes, and one peer's ping is not answered.
    fn polls(&mut self) {
        for minute in 0..10 {
            let slow = if minute < 5 { 1.0 } else { 10.0 };
            let peer = |(peer_id, address, network, connection_type): Peer, ping| PeerInfo {
                peer_id: Some(peer_id),
                address: Some(address.to_owned()),
                network: Some(network.word().to_owned()),
                connection_type: Some(connection_type.word().to_owned()),
                ping_time_seconds: Some(ping),
                ping_wait_seconds: (peer_id == 5 && minute == 9).then_some(45.0),
                addresses_rate_limited: Some(if peer_id == 5 && minute > 4 { 1176 } else { 0 }),
                ..PeerInfo::default()
            };
            let peers = vec![
                peer(FIRST, 0.020),
                peer(SECOND, 0.040),
                peer(INBOUND, 0.050 * slow),
                peer(PINGER, 0.070 * slow),
                peer(SPAMMER, 0.090 * slow),
            ];
            let infos = PeerInfos {
                peers,
                duration_ns: 2 * MS,
                ..PeerInfos::default()
            };
            let at = (60 * minute + 30) * SECOND_NS;
            self.add(at, Extractor::Rpc, Payload::PeerInfos(infos));
        }
    }

    /// Three events did not fit the ring, and a heartbeat tells of them.
    fn losses(&mut self) {
        let gap = Gap {
            reason: GapReason::RingFull.into(),
            count: Some(3),
            first_time_ns: START_NS + 90 * SECOND_NS,
            last_time_ns: START_NS + 91 * SECOND_NS,
            detail: "net:inbound_message".to_owned(),
        };
        self.add(91 * SECOND_NS, Extractor::Ebpf, Payload::Gap(gap));
    }

    /// In the order of time, with the numbers that a bus gives.
    fn finish(mut self) -> Vec<Event> {
        self.events.sort_by_key(|(at, _, _)| *at);
        let mut sequences: HashMap<Extractor, u64> = HashMap::new();
        let mut kind_sequences: HashMap<(Extractor, Kind), u64> = HashMap::new();
        let mut next = |at: u64, extractor: Extractor, payload: Payload| {
            let sequence = sequences.entry(extractor).or_default();
            *sequence += 1;
            let kind_sequence = kind_sequences
                .entry((extractor, payload.kind()))
                .or_default();
            *kind_sequence += 1;
            Event {
                node: "alice".to_owned(),
                extractor: extractor.into(),
                run: Some(START_NS / SECOND_NS - 3600),
                instance: START_NS + extractor as u64,
                sequence: *sequence,
                kind_sequence: *kind_sequence,
                time_ns: START_NS + at,
                payload: Some(payload),
                ..Event::default()
            }
        };
        let events = self.events.into_iter();
        let mut events: Vec<Event> = events
            .map(|(at, extractor, payload)| next(at, extractor, payload))
            .collect();
        for (bus_sequence, event) in (1..).zip(&mut events) {
            event.bus_sequence = bus_sequence;
            event.bus_time_ns = event.time_ns + 1000;
        }
        events
    }
}

/// A hash that Bitcoin shows as `00…00`, the number, the kind.
fn hash(kind: u8, number: u8) -> Bytes {
    let mut hash = vec![0; 32];
    hash[..2].copy_from_slice(&[kind, number]);
    hash.into()
}

fn item(r#type: u32, hash: &[u8]) -> InventoryItem {
    let hash = hash.try_into().expect("hashes have 32 bytes");
    InventoryItem { r#type, hash }
}

fn address(number: u32) -> AddressEntry {
    let [_, _, high, low] = number.to_be_bytes();
    AddressEntry {
        time_unix_seconds: (START_NS / SECOND_NS) as u32,
        services: 1033,
        address: Some(NetworkAddress {
            network: Network::Ipv4.into(),
            bytes: vec![198, 51, high, low].into(),
            bip155_network_id: None,
        }),
        port: 8333,
    }
}
