//! A recording that looks like a node's: pings and pongs of some peers, and
//! sometimes an inv, addresses, a transaction, a heartbeat.

use peer_observer_event::*;
use prost::Message;

/// The same numbers every time (SplitMix64).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next() as u8)
    }
}

/// What happens in a recording.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "the bench wants all of them, the tests one")]
pub(crate) enum Traffic {
    Mixed,
    Pings,
    Invs,
    Addresses,
    Transactions,
}

/// `count` encoded events, a millisecond apart.
pub(crate) fn recording(count: usize, traffic: Traffic) -> Vec<Vec<u8>> {
    let mut numbers = Numbers(1);
    let mut ping = 0;
    (1..=count as u64)
        .map(|sequence| {
            let body = body(&mut numbers, traffic, &mut ping);
            event(&mut numbers, sequence, body).encode_to_vec()
        })
        .collect()
}

fn body(numbers: &mut Numbers, traffic: Traffic, ping: &mut u64) -> Body {
    let choice = match traffic {
        Traffic::Mixed => numbers.below(20),
        Traffic::Pings => 0,
        Traffic::Invs => 17,
        Traffic::Addresses => 18,
        Traffic::Transactions => 19,
    };
    match choice {
        0..17 if *ping == 0 => {
            *ping = numbers.next();
            Body::Ping(Ping { nonce: Some(*ping) })
        }
        0..17 => Body::Pong(Pong {
            nonce: std::mem::take(ping),
        }),
        17 => Body::Inv(Inv {
            items: (0..35)
                .map(|_| InventoryItem {
                    r#type: 5,
                    hash: numbers.bytes(),
                })
                .collect(),
        }),
        18 => Body::Addrv2(AddrV2 {
            entries: (0..10).map(|_| address(numbers)).collect(),
        }),
        _ => {
            let txid: [u8; 32] = numbers.bytes();
            Body::Tx(Box::new(Transaction {
                txid: txid.to_vec().into(),
                wtxid: txid.to_vec().into(),
                size_bytes: 150 + numbers.below(400) as u32,
                weight: 600 + numbers.below(1600) as u32,
                input_count: 1 + numbers.below(3) as u32,
                output_count: 1 + numbers.below(4) as u32,
                output_sat: Some(numbers.next() >> 30),
                raw: None,
            }))
        }
    }
}

fn address(numbers: &mut Numbers) -> AddressEntry {
    AddressEntry {
        time_unix_seconds: 1_790_000_000 + numbers.below(86_400) as u32,
        services: 0x409,
        address: Some(NetworkAddress {
            network: Network::Ipv4.into(),
            bytes: numbers.bytes::<4>().to_vec().into(),
            bip155_network_id: None,
        }),
        port: 8333,
    }
}

fn event(numbers: &mut Numbers, sequence: u64, body: Body) -> Event {
    let peer = 1 + numbers.below(8) as u64;
    let time_ns = 1_790_000_000_000_000_000 + sequence * 1_000_000 + numbers.next() % 1000;
    Event {
        node: "alice".to_owned(),
        extractor: Extractor::Ebpf.into(),
        run: Some(1_789_999_000),
        instance: 77,
        sequence,
        kind_sequence: sequence,
        time_ns,
        monotonic_ns: Some(time_ns - 1_789_000_000_000_000_000),
        bus_sequence: 3 * sequence,
        bus_time_ns: time_ns + 20_000 + numbers.next() % 1000,
        payload: Some(Payload::P2pMessage(P2pMessage {
            peer_id: peer,
            address: format!("203.0.113.{peer}:8333"),
            network: Some(Network::Ipv4.into()),
            connection_type: ConnectionType::Inbound.into(),
            direction: Direction::Inbound.into(),
            command: body.word().to_owned(),
            payload_bytes: 8,
            body: Some(body),
            ..P2pMessage::default()
        })),
    }
}
