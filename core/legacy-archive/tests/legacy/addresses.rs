//! Addresses of every network.

use peer_observer_event::{AddressEntry, Network, NetworkAddress};

use crate::old::primitives::{Address, AddressKind, UnknownAddress};

fn entry(address: AddressKind, network: Network, raw: Vec<u8>) -> (Address, AddressEntry) {
    let theirs = Address {
        timestamp: 1_779_000_000,
        address: Some(address),
        services: 0xc09,
        port: 8333,
    };
    let ours = AddressEntry {
        time_unix_seconds: 1_779_000_000,
        services: 0xc09,
        address: Some(NetworkAddress {
            network: network.into(),
            bytes: raw.into(),
            bip155_network_id: None,
        }),
        port: 8333,
    };
    (theirs, ours)
}

/// Addresses as `addr` can carry them; Core's own tests have some of them.
pub(crate) fn addresses_v1() -> Vec<(Address, AddressEntry)> {
    let ipv6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1].to_vec();
    let tor_v2 = [0xed, 0xb1, 0x08, 0xe4, 0x35, 0x88, 0xe5, 0x46, 0x35, 0xca].to_vec();
    let mut tor_v2 = entry(
        AddressKind::Torv2("5wyqrzbvrdsumnok.onion".to_owned()),
        Network::Unknown,
        tor_v2,
    );
    if let Some(address) = &mut tor_v2.1.address {
        address.bip155_network_id = Some(3);
    }
    vec![
        entry(
            AddressKind::Ipv4("203.0.113.5".to_owned()),
            Network::Ipv4,
            vec![203, 0, 113, 5],
        ),
        entry(
            AddressKind::Ipv6("2001:db8::1".to_owned()),
            Network::Ipv6,
            ipv6,
        ),
        entry(
            AddressKind::Ipv6("fd6b:88c0:8724:102:304:506:708:90a".to_owned()),
            Network::Internal,
            (1..=10).collect(),
        ),
        tor_v2,
    ]
}

/// The others, which only `addrv2` has.
pub(crate) fn addresses_v2() -> Vec<(Address, AddressEntry)> {
    let onion = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd";
    let onion_key = "79bcc625184b05194975c28b66b66b0469f7f6556fb1ac3189a79b40dda32f1f";
    let onion_key = from_hex(onion_key);
    let i2p = "ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq.b32.i2p";
    let i2p_hash = "a2894dabaec08c0051a481a6dac88b64f98232ae42d4b6fd2fa81952dfe36a87";
    let i2p_hash = from_hex(i2p_hash);
    // Theirs ends with the key: 256 bits, in 52 letters.
    let short = data_encoding::BASE32_NOPAD
        .encode(&onion_key)
        .to_lowercase();
    let mut cjdns = vec![0xfc];
    cjdns.extend([0; 14]);
    cjdns.push(7);
    let mut unknown = entry(
        AddressKind::Unknown(UnknownAddress {
            id: 0x77,
            address: vec![1, 2, 3],
        }),
        Network::Unknown,
        vec![1, 2, 3],
    );
    if let Some(address) = &mut unknown.1.address {
        address.bip155_network_id = Some(0x77);
    }
    vec![
        entry(
            AddressKind::Torv3(format!("{short}.onion")),
            Network::Onion,
            onion_key.clone(),
        ),
        entry(
            AddressKind::Torv3(format!("{onion}.onion")),
            Network::Onion,
            onion_key,
        ),
        entry(AddressKind::I2p(i2p.to_owned()), Network::I2p, i2p_hash),
        entry(
            AddressKind::Cjdns("fc00::7".to_owned()),
            Network::Cjdns,
            cjdns,
        ),
        unknown,
    ]
}

fn from_hex(text: &str) -> Vec<u8> {
    let decoded = data_encoding::HEXLOWER.decode(text.as_bytes());
    decoded.expect("hex")
}
